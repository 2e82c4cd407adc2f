using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Plans;

/// <summary>Which plans the people of a group of single sign-on may choose.</summary>
public sealed record GroupPlansRequest
{
    /// <summary>The key of the provider.</summary>
    [Required(ErrorMessage = "Name the provider.")]
    public string Provider { get; set; } = "";

    /// <summary>The group, as the provider's claim says it: a name, or the object id at Entra ID.</summary>
    [Required(ErrorMessage = "Give the group as the provider says it."), StringLength(200, ErrorMessage = "A group has at most 200 characters."), NoControlCharacters]
    public string Group { get; set; } = "";

    /// <summary>The keys of the plans: of those that are limited. None takes the group off all of them.</summary>
    public HashSet<string> Plans { get; set; } = [];
}

/// <summary>A provider of single sign-on as those see it who change plans.</summary>
/// <param name="Key">Names it.</param>
/// <param name="Name">What its button says.</param>
/// <param name="Issuer">Where it is.</param>
/// <param name="GroupClaim">The claim with the groups of a person; null when it is asked for none.</param>
/// <param name="Groups">The groups that plans are for.</param>
public sealed record ProviderPlans(string Key, string Name, string Issuer, string? GroupClaim, IReadOnlyList<GroupPlanRow> Groups)
{
    /// <summary>Whether somebody new gets an account.</summary>
    public bool CreatesAccounts { get; init; }
    /// <summary>Whether somebody gets the account that has their address already.</summary>
    public bool LinksByEmail { get; init; }
    /// <summary>The claim with the roles of a person, or null.</summary>
    public string? RoleClaim { get; init; }
    /// <summary>Which value of that claim gives which role, in words.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];
    /// <summary>Which groups give limits.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];
}

/// <summary>A group and the plans that its people may choose.</summary>
/// <param name="Group">The group, as the provider says it.</param>
/// <param name="Plans">The keys of the plans.</param>
public sealed record GroupPlanRow(string Group, IReadOnlyList<string> Plans);
