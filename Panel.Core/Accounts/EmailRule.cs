using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Panel.Core.Errors;

namespace Panel.Core.Accounts;

/// <summary>
/// When two mail addresses are the same: with the domain in ASCII (IDNA), in any case. New addresses have nothing but ASCII before the @, so that
/// none is made of letters that look like another's; a domain that looks like another one shows as "xn--".
/// </summary>
public sealed class EmailRule : ILookupNormalizer
{
    /// <inheritdoc/>
    public string? NormalizeName(string? name) => NormalizeEmail(name);

    /// <inheritdoc/>
    public string? NormalizeEmail(string? email) => email is null ? null : Plain(email).ToUpperInvariant();

    /// <summary>The address as an account keeps it.</summary>
    /// <param name="email">As it was typed.</param>
    /// <param name="field">The name of the field, for a refusal.</param>
    /// <exception cref="InvalidFieldException">It has letters that could look like others, or it is no address.</exception>
    public static string Require(string email, string field)
    {
        var plain = Plain(email);
        var at = plain.LastIndexOf('@');
        if (at > 0 && !Ascii.IsValid(plain.AsSpan(0, at))) throw new InvalidFieldException(field, "Before the @ an address may have letters of the English alphabet, digits and marks: others look like them.");
        var isAddress = at > 0 && at < plain.Length - 1 && Ascii.IsValid(plain) && !plain.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter));
        return isAddress ? plain : throw new InvalidFieldException(field, "This is not an email address.");
    }

    /// <summary>Part of an address as it stands in those that are normalised, to look for it there.</summary>
    /// <param name="text">As it was typed: the name, the domain, or both.</param>
    public static string Part(string text)
    {
        var part = text.Trim();
        return (part.Contains('@', StringComparison.Ordinal) || Ascii.IsValid(part) ? Plain(part) : Plain("@" + part)[1..]).ToUpperInvariant();   // letters of other scripts are in domains alone
    }

    static string Plain(string email)
    {
        var text = email.Trim();
        var at = text.LastIndexOf('@');
        if (at < 0) return text;
        try
        {
            return text[..(at + 1)] + new IdnMapping().GetAscii(text[(at + 1)..].ToLowerInvariant());
        }
        catch (ArgumentException)
        {
            return text;   // no domain: such an address is nobody's
        }
    }
}
