using System.ComponentModel.DataAnnotations;
using Panel.Contracts.Plans;

namespace Panel.Contracts.Access;

/// <summary>What a role shall be.</summary>
public sealed record RoleRequest
{
    /// <summary>What people call it.</summary>
    [Required(ErrorMessage = "Give the role a name."), StringLength(80, ErrorMessage = "A name has at most 80 characters."), NoControlCharacters]
    public string Name { get; set; } = "";
    /// <summary>What it is for.</summary>
    [StringLength(500, ErrorMessage = "A description has at most 500 characters.")]
    public string Description { get; set; } = "";
    /// <summary>What it allows: keys of <see cref="PanelPermissions"/>.</summary>
    public ISet<string> Permissions { get; init; } = new HashSet<string>();
    /// <summary>Limits of its people; blank for the panel's.</summary>
    public QuotaRequest Quota { get; init; } = new();
}

/// <summary>A role.</summary>
/// <param name="Key">Names the role.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Permissions">What it allows: keys of <see cref="PanelPermissions"/>.</param>
/// <param name="Quota">Limits of its people.</param>
/// <param name="Users">How many accounts have it.</param>
/// <param name="Changeable">Whether who asks may change it: nobody changes a role that allows more than theirs, or the administrator's.</param>
/// <param name="Removable">Whether it can be deleted at all.</param>
public sealed record RoleView(string Key, string Name, string Description, IReadOnlySet<string> Permissions, QuotaRequest Quota, int Users, bool Changeable, bool Removable);
