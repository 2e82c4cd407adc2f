using System.Globalization;
using System.Text.RegularExpressions;

namespace Panel.Web.Components.Announcements;

/// <summary>One piece of what is announced: words, an address, or a moment that everybody reads in their own time zone.</summary>
/// <param name="Words">As it was written.</param>
/// <param name="Link">Where it leads; null for what is no address.</param>
/// <param name="At">The moment; null for what is none.</param>
public sealed record AnnouncementPart(string Words, string? Link = null, DateTimeOffset? At = null);

/// <summary>Finds addresses and moments in what is announced. All else stays text.</summary>
public static partial class AnnouncementText
{
    static readonly string[] forms = ["yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss"];

    /// <summary>The pieces of a text, in their order.</summary>
    public static IReadOnlyList<AnnouncementPart> Parts(string text)
    {
        var (parts, from) = (new List<AnnouncementPart>(), 0);
        foreach (Match found in Special().Matches(text))
        {
            if (Read(found) is not { } part) continue;
            if (found.Index > from) parts.Add(new(text[from..found.Index]));
            parts.Add(part);
            from = found.Index + part.Words.Length;
        }
        if (from < text.Length) parts.Add(new(text[from..]));
        return parts;
    }

    static AnnouncementPart? Read(Match found)
    {
        if (found.Groups["at"] is { Success: true, Value: var at })
        {
            return DateTime.TryParseExact(at, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? new(found.Value, At: new(moment, TimeSpan.Zero)) : null;
        }
        // what ends a sentence, and a bracket around the address, is no part of it
        var address = found.Value.TrimEnd('.', ',', ';', ':', '!', '?', '"', '\'');
        if (address.EndsWith(')') && !address.Contains('(', StringComparison.Ordinal)) address = address.TrimEnd(')');
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 && uri.UserInfo.Length == 0 ? new(address, Link: uri.AbsoluteUri) : null;
    }

    [GeneratedRegex(@"(?<link>https?://[^\s<>]+)|(?<at>\b[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?: ?UTC\b|Z\b)", RegexOptions.CultureInvariant)]
    private static partial Regex Special();
}
