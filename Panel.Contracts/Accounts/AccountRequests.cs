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

    /// <summary>Whether the account may do everything; the first one always may.</summary>
    public bool IsAdmin { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(CreateAccountRequest)} {{ Email = {Email} }}"; // never the password
}

/// <summary>One line of the list of accounts.</summary>
/// <param name="Id">Names the account.</param>
/// <param name="Email">The mail address.</param>
/// <param name="IsAdmin">Whether it may do everything.</param>
/// <param name="Servers">How many servers it owns.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
public sealed record AccountRow(string Id, string Email, bool IsAdmin, int Servers, DateTimeOffset CreatedAt);
