using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Accounts;

/// <summary>Signs a program in.</summary>
public sealed record TokenRequest
{
    /// <summary>The mail address of the account.</summary>
    [Required(ErrorMessage = "Give your email address."), StringLength(254, ErrorMessage = "An email address has at most 254 characters.")]
    public string Email { get; set; } = "";

    /// <summary>Its password.</summary>
    [Required(ErrorMessage = "Give your password."), StringLength(200, ErrorMessage = "A password has at most 200 characters."), DataType(DataType.Password)]
    public string Password { get; set; } = "";

    /// <summary>The code of the second factor, or a recovery code; null where the account has none.</summary>
    [StringLength(40, ErrorMessage = "A code has at most 40 characters.")]
    public string? Code { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(TokenRequest)} {{ Email = {Email} }}"; // never the password
}

/// <summary>Shows a refresh token, to get new tokens or to end its session.</summary>
public sealed record RefreshRequest
{
    /// <summary>The refresh token; to end a session, an access token will do as well.</summary>
    [Required(ErrorMessage = "Give the token."), StringLength(2000, ErrorMessage = "This is no token.")]
    public string RefreshToken { get; set; } = "";

    /// <inheritdoc/>
    public override string ToString() => nameof(RefreshRequest); // never the token
}

/// <summary>What a program signs its calls with.</summary>
/// <param name="AccessToken">Goes into the header <c>Authorization: Bearer</c>.</param>
/// <param name="RefreshToken">Gets the next pair, once.</param>
/// <param name="ExpiresIn">How long the access token is good for, in seconds.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
public sealed record TokenPair(string AccessToken, string RefreshToken, int ExpiresIn, string TokenType = "Bearer")
{
    /// <inheritdoc/>
    public override string ToString() => nameof(TokenPair); // never the tokens
}
