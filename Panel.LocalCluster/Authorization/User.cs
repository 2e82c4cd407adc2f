using Panel.Kube.Wire;

namespace Panel.LocalCluster.Authorization;

/// <summary>Who makes a request.</summary>
/// <param name="Name">Such as <c>system:serviceaccount:NAMESPACE:NAME</c>.</param>
/// <param name="Groups">The groups it is in.</param>
/// <param name="Uid">Identity of a service account.</param>
sealed record User(string Name, IReadOnlyList<string> Groups, string? Uid = null)
{
    const string Masters = "system:masters", Authenticated = "system:authenticated", AccountPrefix = "system:serviceaccount:";

    /// <summary>Who bears the cluster's own token: may do everything, as the administrator of a real cluster.</summary>
    public static readonly User Admin = new("panel", [Masters, Authenticated]);

    /// <summary>Whether no rule holds it back.</summary>
    public bool IsMaster => Groups.Contains(Masters);

    public static User Account(string space, string name, string uid) =>
        new($"{AccountPrefix}{space}:{name}", ["system:serviceaccounts", $"system:serviceaccounts:{space}", Authenticated], uid);

    /// <summary>Somebody else, as whom an administrator acts.</summary>
    public static User Impersonated(string name, IReadOnlyList<string> groups)
    {
        var parts = name.StartsWith(AccountPrefix, StringComparison.Ordinal) ? name[AccountPrefix.Length..].Split(':') : [];
        return parts is [var space, var account] && groups.Count == 0 ? Account(space, account, "") : new(name, [.. groups, Authenticated]);
    }

    /// <summary>Whether a binding's subject means this user.</summary>
    public bool Is(RoleSubject subject, string? space) => subject.Kind switch
    {
        "User" => subject.Name == Name,
        "Group" => Groups.Contains(subject.Name),
        "ServiceAccount" => Name == $"{AccountPrefix}{subject.Namespace ?? space}:{subject.Name}",
        _ => false,
    };
}
