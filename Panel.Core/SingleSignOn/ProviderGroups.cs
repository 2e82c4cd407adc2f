namespace Panel.Core.SingleSignOn;

/// <summary>Groups that people have at a provider, written as <c>provider/group</c>: the same name at another provider is another group.</summary>
static class ProviderGroups
{
    /// <summary>How long the name of a group is at most.</summary>
    public const int MaxName = 200;

    const int Most = 200;   // Entra ID leaves the claim out beyond that

    /// <summary>How a group of a provider is written.</summary>
    public static string Of(string provider, string group) => $"{provider}/{group}";

    /// <summary>The provider and the name of a group.</summary>
    public static (string Provider, string Group) Parse(string group) => group.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? (group[..slash], group[(slash + 1)..]) : ("", group);

    /// <summary>Whether a group can have this name.</summary>
    public static bool IsName(string group) => group.Length is > 0 and <= MaxName && !group.Any(char.IsControl);

    /// <summary>The groups of a person after a provider said which they have there: those of other providers stay.</summary>
    /// <param name="had">What they had before.</param>
    /// <param name="provider">The key of the provider.</param>
    /// <param name="groups">What it says; nothing when they have nothing to do with it any more.</param>
    public static HashSet<string> After(HashSet<string> had, string provider, IEnumerable<string> groups) =>
        [.. had.Where(group => Parse(group).Provider != provider), .. groups.Where(IsName).Take(Most).Select(group => Of(provider, group))];
}
