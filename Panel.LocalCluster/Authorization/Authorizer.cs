using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Authorization;

/// <summary>Whether something is allowed, and what went wrong while that was found out.</summary>
/// <param name="Allowed">Whether it is.</param>
/// <param name="Reason">By which binding.</param>
/// <param name="Error">Such as a binding to a role that is not there.</param>
sealed record Verdict(bool Allowed, string Reason = "", string Error = "");

/// <summary>Decides by the roles and bindings in the store (RBAC): what no rule allows is forbidden.</summary>
sealed class Authorizer(ObjectStore store)
{
    public Verdict Judge(User user, Deed deed)
    {
        if (user.IsMaster) return new(true);
        var errors = new List<string>();
        foreach (var (rules, reason, error) in Grants(user, deed.OnResource ? deed.Space : ""))
        {
            if (error.Length > 0) errors.Add(error);
            if (rules.Any(rule => Allows(rule, deed))) return new(true, reason);
        }
        return new(false, "", errors.Count == 0 ? "" : "RBAC: " + (errors.Count == 1 ? errors[0] : $"[{string.Join(", ", errors)}]"));
    }

    /// <exception cref="StatusException">Forbidden (403).</exception>
    public void Require(User user, Deed deed)
    {
        var verdict = Judge(user, deed);
        if (verdict.Allowed) return;
        var refusal = deed.Refuse(user);
        if (verdict.Error.Length > 0) refusal.Status.Message += ": " + verdict.Error;
        throw refusal;
    }

    /// <summary>All rules that a user has in a namespace; empty for those that hold everywhere.</summary>
    public IEnumerable<PolicyRule> RulesOf(User user, string space) => user.IsMaster
        ? [new() { ApiGroups = ["*"], Resources = ["*"], Verbs = ["*"] }, new() { NonResourceURLs = ["*"], Verbs = ["*"] }]
        : Grants(user, space).SelectMany(grant => grant.Rules);

    IEnumerable<(IReadOnlyList<PolicyRule> Rules, string Reason, string Error)> Grants(User user, string space)
    {
        var state = store.State;
        foreach (var binding in state.Of(Resources.ClusterRoleBindings).All().Select(stored => stored.To<ClusterRoleBinding>()))
        {
            if (binding.Subjects?.Find(subject => user.Is(subject, null)) is { } subject) yield return Resolve(state, binding.RoleRef, "", $"ClusterRoleBinding \"{binding.Metadata.Name}\"", subject);
        }
        if (space.Length == 0) yield break;
        foreach (var binding in state.Of(Resources.RoleBindings).All(space).Select(stored => stored.To<RoleBinding>()))
        {
            if (binding.Subjects?.Find(subject => user.Is(subject, space)) is { } subject) yield return Resolve(state, binding.RoleRef, space, $"RoleBinding \"{binding.Metadata.Name}/{space}\"", subject);
        }
    }

    static (IReadOnlyList<PolicyRule>, string, string) Resolve(StoreState state, RoleReference role, string space, string binding, RoleSubject subject)
    {
        var who = subject.Kind == "ServiceAccount" ? $"{subject.Name}/{subject.Namespace ?? space}" : subject.Name;
        var reason = $"RBAC: allowed by {binding} of {role.Kind} \"{role.Name}\" to {subject.Kind} \"{who}\"";
        var cluster = role.Kind == "ClusterRole";
        var resource = cluster ? Resources.ClusterRoles : Resources.Roles;
        if (state.Find(new(resource, cluster ? null : space, role.Name)) is not { } stored) return ([], reason, $"{resource.Singular}.{resource.Group} \"{role.Name}\" not found");
        return ((cluster ? stored.To<ClusterRole>().Rules : stored.To<Role>().Rules) ?? [], reason, "");
    }

    static bool Allows(PolicyRule rule, Deed deed)
    {
        if (!Has(rule.Verbs, deed.Verb)) return false;
        if (!deed.OnResource) return rule.NonResourceURLs?.Exists(pattern => pattern == "*" || pattern == deed.Path || (pattern.EndsWith('*') && deed.Path.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal))) == true;
        return Has(rule.ApiGroups, deed.Group)
            && rule.Resources?.Exists(pattern => pattern == "*" || pattern == deed.FullResource || (deed.Subresource.Length > 0 && pattern == "*/" + deed.Subresource)) == true
            && (rule.ResourceNames is not { Count: > 0 } names || names.Contains(deed.Name));
    }

    static bool Has(List<string>? list, string item) => list?.Exists(entry => entry == "*" || entry == item) == true;
}
