using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Accounts;

/// <summary>Makes an account, the first one or another.</summary>
public sealed record CreateAccountRequest
{
    /// <summary>The mail address; it is the name to sign in with.</summary>
    [Required(ErrorMessage = "Give a mail address."), EmailAddress(ErrorMessage = "This is no mail address."), StringLength(254, ErrorMessage = "A mail address has at most 254 characters."), NoControlCharacters]
    public string Email { get; set; } = "";

    /// <summary>The password.</summary>
    [Required(ErrorMessage = "Choose a password."), StringLength(200, MinimumLength = 10, ErrorMessage = "A password has 10 to 200 characters."), DataType(DataType.Password)]
    public string Password { get; set; } = "";

    /// <summary>The key of its role; null for the one that every account begins with. The first account is an administrator whatever this says.</summary>
    [StringLength(40)]
    public string? Role { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(CreateAccountRequest)} {{ Email = {Email} }}"; // never the password
}

/// <summary>One line of the list of accounts.</summary>
/// <param name="Id">Names the account.</param>
/// <param name="Email">The mail address.</param>
/// <param name="Role">The key of its role.</param>
/// <param name="Servers">How many servers it owns.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
public sealed record AccountRow(string Id, string Email, string Role, int Servers, DateTimeOffset CreatedAt);
