using Panel.Kube.Wire;

namespace Panel.LocalCluster.Api.Tables;

/// <summary>What a row says of quotas, roles and who has them.</summary>
static class AccessTexts
{
    /// <summary>Used and allowed, one by one: <c>pods: 1/10, requests.cpu: 250m/2</c>.</summary>
    public static string Used(ResourceQuota quota, bool limits) => string.Join(", ", (quota.Status?.Hard ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Where(pair => pair.Key.StartsWith("limits", StringComparison.Ordinal) == limits)
        .Select(pair => $"{pair.Key}: {quota.Status?.Used?.GetValueOrDefault(pair.Key) ?? "0"}/{pair.Value}"));

    public static string Role(RoleReference role) => $"{role.Kind}/{role.Name}";

    public static string Subjects(List<RoleSubject>? subjects, string kind) =>
        string.Join(", ", (subjects ?? []).Where(subject => subject.Kind == kind).Select(subject => kind == "ServiceAccount" ? $"{subject.Namespace}/{subject.Name}" : subject.Name));
}
