using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Accounts;

/// <summary>Makes a key for programs.</summary>
public sealed record CreateKeyRequest
{
    /// <summary>What its person calls it.</summary>
    [Required(ErrorMessage = "Give the key a name."), StringLength(80, ErrorMessage = "A name has at most 80 characters."), NoControlCharacters]
    public string Name { get; set; } = "";

    /// <summary>What it may be used for: keys of permissions of a server and of the panel; null for all that the account may.</summary>
    [MaxLength(200, ErrorMessage = "There are not so many permissions.")]
    public IReadOnlyCollection<string>? Scopes { get; set; }

    /// <summary>From where it may be used: addresses and networks, such as <c>192.0.2.0/24</c>, with spaces, commas or line breaks between them; empty for everywhere.</summary>
    [StringLength(1000, ErrorMessage = "Networks take at most 1000 characters.")]
    public string Networks { get; set; } = "";

    /// <summary>When it ends; null for no end.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
}

/// <summary>Calls a key something else.</summary>
public sealed record RenameKeyRequest
{
    /// <inheritdoc cref="CreateKeyRequest.Name"/>
    [Required(ErrorMessage = "Give the key a name."), StringLength(80, ErrorMessage = "A name has at most 80 characters."), NoControlCharacters]
    public string Name { get; set; } = "";
}

/// <summary>A key as lists show it.</summary>
/// <param name="Id">Names the key.</param>
/// <param name="Name">What its person calls it.</param>
/// <param name="Prefix">How its text begins.</param>
/// <param name="Scopes">What it may be used for, in order; null for all that the account may.</param>
/// <param name="Networks">From where it may be used; empty for everywhere.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
/// <param name="ExpiresAt">When it ends, in UTC; null for no end.</param>
/// <param name="UsedAt">When it was last used, in UTC, to the minute; null for never.</param>
/// <param name="UsedFrom">The IP address it was last used from, or null.</param>
public sealed record KeyRow(
    Guid Id, string Name, string Prefix, IReadOnlyList<string>? Scopes, string Networks, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? UsedAt, string? UsedFrom);

/// <summary>A key that was just made.</summary>
/// <param name="Id">Names the key.</param>
/// <param name="Text">The key itself; it is shown this once and kept nowhere.</param>
public sealed record NewKey(Guid Id, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{nameof(NewKey)} {{ Id = {Id} }}"; // never the key
}
