using Panel.Contracts.Access;
using Panel.Core.Access;

namespace Panel.Core.Templates;

/// <summary>Where a template comes from.</summary>
public enum TemplateOrigin
{
    /// <summary>It ships with the panel.</summary>
    Shipped,
    /// <summary>A file of the data directory.</summary>
    File,
    /// <summary>It was imported or written in the panel.</summary>
    Stored,
}

/// <summary>A template and how it is offered.</summary>
/// <param name="Template">The template.</param>
/// <param name="Origin">Where it comes from.</param>
public sealed record CatalogueEntry(Template Template, TemplateOrigin Origin)
{
    /// <summary>Whether it takes the place of one that ships with the panel or lies in a file.</summary>
    public bool Replaces { get; init; }
    /// <summary>Whether nobody is offered it.</summary>
    public bool Hidden { get; init; }
    /// <summary>The keys of the roles that are offered it; none for all.</summary>
    public IReadOnlySet<string> Roles { get; init; } = new HashSet<string>();
    /// <summary>What names the egg it came from for all panels; null for none.</summary>
    public string? Uuid { get; init; }
    /// <summary>Whether it came from an egg.</summary>
    public bool FromEgg { get; init; }
    /// <summary>Where its egg was fetched from; null for a file, a paste, or no egg.</summary>
    public string? Source { get; init; }
    /// <summary>When it was last changed here, in UTC; null where it never was.</summary>
    public DateTimeOffset? ChangedAt { get; init; }
    /// <summary>Grows with each change here.</summary>
    public int Revision { get; init; }

    /// <summary>Whether somebody may make servers of it.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="role">The key of their role; null for none.</param>
    public bool IsFor(Actor actor, string? role) => actor.May(PanelPermissions.ManageTemplates) || (!Hidden && (Roles.Count == 0 || (role is not null && Roles.Contains(role))));
}
