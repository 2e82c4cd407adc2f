using System.ComponentModel.DataAnnotations;
using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace Panel.Core.Mail;

/// <summary>How the way to the mail server is protected.</summary>
public enum MailSecurity
{
    /// <summary>Not at all: for a server on the same machine or network that asks for no password.</summary>
    None,
    /// <summary>Begins in the open and turns to TLS before anything is said (port 587). A server that cannot is refused.</summary>
    StartTls,
    /// <summary>TLS from the first byte (port 465).</summary>
    Tls,
}

/// <summary>The server that sends mail. Without a host no mail is sent, and links are handed on by an administrator.</summary>
public sealed class MailOptions : IValidatableObject
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Mail";

    /// <summary>The name or address of the server; empty for no mail.</summary>
    public string? Host { get; init; }

    /// <summary>The port.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 587;

    /// <summary>Who the panel signs in as; empty for a server that asks nobody.</summary>
    public string? User { get; init; }

    /// <summary>The password of that user.</summary>
    public string? Password { get; init; }

    /// <summary>The sender, such as <c>Panel &lt;panel@example.org&gt;</c>.</summary>
    public string? From { get; init; }

    /// <summary>How the way there is protected.</summary>
    [EnumDataType(typeof(MailSecurity))]
    public MailSecurity Security { get; init; } = MailSecurity.StartTls;

    /// <summary>A file with the certificate (PEM) of the authority that signed the server's, where it is not one that the machine knows.</summary>
    public string? Authority { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(Host)) yield break;
        if (!MailAddress.TryCreate(From, out _)) yield return new("Panel:Mail:From must be a mail address, such as Panel <panel@example.org>.", [nameof(From)]);
        if (!string.IsNullOrEmpty(User) && string.IsNullOrEmpty(Password)) yield return new("Panel:Mail:User needs Panel:Mail:Password.", [nameof(Password)]);
        if (!string.IsNullOrEmpty(User) && Security == MailSecurity.None) yield return new("Panel:Mail:Security must be StartTls or Tls when a password is sent.", [nameof(Security)]);
        if (!string.IsNullOrEmpty(Authority) && !File.Exists(Authority)) yield return new($"Panel:Mail:Authority: there is no file {Authority}.", [nameof(Authority)]);
    }
}

/// <summary>The rules of <see cref="MailOptions"/>.</summary>
[OptionsValidator]
public sealed partial class MailOptionsValidator : IValidateOptions<MailOptions>;
