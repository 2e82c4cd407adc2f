using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Templates;

/// <summary>An egg to take over: its text, or where it is.</summary>
public sealed record ImportTemplateRequest
{
    /// <summary>The egg as JSON or YAML; null where an address is given.</summary>
    public string? Text { get; set; }

    /// <summary>Where the egg is, as an http or https address; null where a text is given.</summary>
    [StringLength(2000, ErrorMessage = "An address has at most 2,000 characters.")]
    public string? Address { get; set; }

    /// <summary>The key of the template that is brought up to it; null for the one that came from the same egg, or a new one.</summary>
    [StringLength(40, ErrorMessage = "A key has at most 40 characters.")]
    public string? Into { get; set; }
}

/// <summary>To whom a template is offered.</summary>
public sealed record OfferTemplateRequest
{
    /// <summary>Whether nobody is offered it. Servers that have it keep it.</summary>
    public bool Hidden { get; set; }

    /// <summary>The keys of the roles that are offered it; none for all.</summary>
    public HashSet<string> Roles { get; set; } = [];
}
