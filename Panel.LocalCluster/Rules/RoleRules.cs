using Panel.Kube.Wire;

namespace Panel.LocalCluster.Rules;

/// <summary>What roles and their bindings are and must be.</summary>
static class RoleRules
{
    public const string Group = "rbac.authorization.k8s.io";

    public static void Check(Role role, Role? before, Faults faults) => CheckRules(role.Rules, namespaced: true, faults);

    public static void Check(ClusterRole role, ClusterRole? before, Faults faults) => CheckRules(role.Rules, namespaced: false, faults);

    public static void Complete(RoleBinding binding) => Complete(binding.RoleRef, binding.Subjects);

    public static void Complete(ClusterRoleBinding binding) => Complete(binding.RoleRef, binding.Subjects);

    public static void Check(RoleBinding binding, RoleBinding? before, Faults faults)
    {
        faults.OneOf("roleRef.kind", binding.RoleRef.Kind, "ClusterRole", "Role");
        CheckBinding(binding.RoleRef, before?.RoleRef, binding.Subjects, faults);
    }

    public static void Check(ClusterRoleBinding binding, ClusterRoleBinding? before, Faults faults)
    {
        faults.OneOf("roleRef.kind", binding.RoleRef.Kind, "ClusterRole");
        CheckBinding(binding.RoleRef, before?.RoleRef, binding.Subjects, faults);
    }

    static void Complete(RoleReference role, List<RoleSubject>? subjects)
    {
        if (role.ApiGroup.Length == 0) role.ApiGroup = Group;
        foreach (var subject in subjects ?? [])
        {
            if (subject.Kind is "User" or "Group" && string.IsNullOrEmpty(subject.ApiGroup)) subject.ApiGroup = Group;
        }
    }

    static void CheckRules(List<PolicyRule>? rules, bool namespaced, Faults faults)
    {
        foreach (var (i, rule) in (rules ?? []).Index())
        {
            var field = $"rules[{i}]";
            if (rule.Verbs.Count == 0) faults.Required($"{field}.verbs", "verbs must contain at least one value");
            if (rule.NonResourceURLs is { Count: > 0 })
            {
                if (namespaced) faults.Invalid($"{field}.nonResourceURLs", string.Join(',', rule.NonResourceURLs), "namespaced rules cannot apply to non-resource URLs");
                if (rule.ApiGroups is { Count: > 0 } || rule.Resources is { Count: > 0 } || rule.ResourceNames is { Count: > 0 })
                    faults.Invalid($"{field}.nonResourceURLs", string.Join(',', rule.NonResourceURLs), "rules cannot apply to both regular resources and non-resource URLs");
                continue;
            }
            if (rule.ApiGroups is not { Count: > 0 }) faults.Required($"{field}.apiGroups", "resource rules must supply at least one api group");
            if (rule.Resources is not { Count: > 0 }) faults.Required($"{field}.resources", "resource rules must supply at least one resource");
        }
    }

    static void CheckBinding(RoleReference role, RoleReference? before, List<RoleSubject>? subjects, Faults faults)
    {
        if (role.ApiGroup != Group) faults.Unsupported("roleRef.apiGroup", role.ApiGroup, Group);
        if (role.Name.Length == 0) faults.Required("roleRef.name");
        if (before is not null && (before.Kind, before.Name) != (role.Kind, role.Name)) faults.Invalid("roleRef", $"{role.Kind}/{role.Name}", "cannot change roleRef");
        foreach (var (i, subject) in (subjects ?? []).Index())
        {
            faults.OneOf($"subjects[{i}].kind", subject.Kind, "Group", "ServiceAccount", "User");
            if (subject.Name.Length == 0) faults.Required($"subjects[{i}].name");
            if (subject.Kind == "ServiceAccount" && string.IsNullOrEmpty(subject.Namespace)) faults.Required($"subjects[{i}].namespace");
            if (subject.Kind == "ServiceAccount" && subject.ApiGroup is { Length: > 0 } group) faults.Unsupported($"subjects[{i}].apiGroup", group, "");
        }
    }
}
