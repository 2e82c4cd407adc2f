using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Accounts;

/// <summary>Makes an account for oneself.</summary>
public sealed record RegisterRequest
{
    /// <summary>The mail address; it is the name to sign in with.</summary>
    [Required(ErrorMessage = "Give an email address."), EmailAddress(ErrorMessage = "This is not an email address."), StringLength(254, ErrorMessage = "An email address has at most 254 characters."), NoControlCharacters]
    public string Email { get; set; } = "";

    /// <summary>The password.</summary>
    [NewPassword]
    public string Password { get; set; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(RegisterRequest)} {{ Email = {Email} }}"; // never the password
}

/// <summary>Changes the password.</summary>
public sealed record ChangePasswordRequest
{
    /// <summary>The password until now; empty for an account that has none.</summary>
    public string Current { get; set; } = "";

    /// <summary>The new one.</summary>
    [NewPassword]
    public string Password { get; set; } = "";

    /// <inheritdoc/>
    public override string ToString() => nameof(ChangePasswordRequest); // never a password
}

/// <summary>Chooses a new password with the link that came by mail.</summary>
public sealed record ResetPasswordRequest
{
    /// <summary>The account.</summary>
    public string Account { get; set; } = "";

    /// <summary>What the link has.</summary>
    public string Token { get; set; } = "";

    /// <summary>The new password.</summary>
    [NewPassword]
    public string Password { get; set; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(ResetPasswordRequest)} {{ Account = {Account} }}"; // never the token
}

/// <summary>Changes the mail address.</summary>
public sealed record ChangeEmailRequest
{
    /// <summary>The new address.</summary>
    [Required(ErrorMessage = "Give an email address."), EmailAddress(ErrorMessage = "This is not an email address."), StringLength(254, ErrorMessage = "An email address has at most 254 characters."), NoControlCharacters]
    public string Email { get; set; } = "";

    /// <summary>The password.</summary>
    public string Password { get; set; } = "";

    /// <inheritdoc/>
    public override string ToString() => nameof(ChangeEmailRequest); // never the password
}

/// <summary>Asks for a second step at each sign-in.</summary>
public sealed record EnableTwoFactorRequest
{
    /// <summary>The password.</summary>
    public string Password { get; set; } = "";

    /// <summary>The secret that was shown, in Base32.</summary>
    [Required]
    public string Secret { get; set; } = "";

    /// <summary>The code that the app shows for it.</summary>
    [Required(ErrorMessage = "Type the code that the app shows.")]
    public string Code { get; set; } = "";

    /// <inheritdoc/>
    public override string ToString() => nameof(EnableTwoFactorRequest); // all of it is secret
}

/// <summary>Removes one's own account.</summary>
public sealed record DeleteAccountRequest
{
    /// <summary>The password.</summary>
    public string Password { get; set; } = "";

    /// <summary>Whether the account's servers are deleted with it, with all their files.</summary>
    public bool DeleteServers { get; set; }

    /// <summary>The mail address, typed by the person.</summary>
    public string Confirmation { get; set; } = "";

    /// <inheritdoc/>
    public override string ToString() => nameof(DeleteAccountRequest); // never the password
}

/// <summary>What a person may see and change of the own account.</summary>
/// <param name="Email">The mail address.</param>
/// <param name="HasPassword">Whether there is a password; an account of single sign-on may have none.</param>
/// <param name="HasTwoFactor">Whether signing in asks for a second step.</param>
/// <param name="RecoveryCodes">How many recovery codes are left.</param>
/// <param name="Servers">How many servers it owns.</param>
/// <param name="TimeZone">The time zone of its pages; empty for the browser's.</param>
/// <param name="Culture">How its pages write dates; empty for the browser's way.</param>
public sealed record OwnAccountView(string Email, bool HasPassword, bool HasTwoFactor, int RecoveryCodes, int Servers, string TimeZone, string Culture);

/// <summary>The rule of every new password.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NewPasswordAttribute : StringLengthAttribute
{
    /// <summary>10 to 200 characters.</summary>
    public NewPasswordAttribute() : base(200) => (MinimumLength, ErrorMessage) = (10, "A password has 10 to 200 characters.");

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is string { Length: > 0 } && base.IsValid(value);
}

/// <summary>How pages write times.</summary>
public sealed record PreferencesRequest
{
    /// <summary>The IANA name of a time zone; empty for the browser's.</summary>
    [StringLength(64, ErrorMessage = "The name of a time zone has at most 64 characters."), NoControlCharacters]
    public string TimeZone { get; set; } = "";

    /// <summary>The culture whose way of writing dates is taken; empty for the browser's.</summary>
    [StringLength(16, ErrorMessage = "The name of a culture has at most 16 characters."), NoControlCharacters]
    public string Culture { get; set; } = "";
}
