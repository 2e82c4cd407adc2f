using System.Text.RegularExpressions;

namespace Panel.Web.Dav;

/// <summary>The header <c>If</c> (RFC 4918, 10.4): lists of what must be so, and the locks that a program shows by it.</summary>
static partial class DavConditions
{
    /// <summary>The tokens that a request shows, whatever is asked of them.</summary>
    public static IReadOnlySet<string> Tokens(HttpRequest request) =>
        Parts().Matches(request.Headers["If"].ToString()).Where(part => part.Groups["token"].Success && !part.Groups["not"].Success).Select(part => part.Groups["token"].Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether one of the lists holds.</summary>
    /// <param name="request">The request.</param>
    /// <param name="key">What it is about.</param>
    /// <param name="place">The key of a resource that a list names by its address; null for one that is none of ours.</param>
    /// <param name="locks">The locks there are.</param>
    /// <param name="tag">The tag of what the request is about; null where there is none.</param>
    public static bool Hold(HttpRequest request, string key, Func<string, string?> place, DavLocks locks, string? tag)
    {
        var header = request.Headers["If"].ToString();
        if (header.Length == 0) return true;
        var about = (string?)key;
        foreach (Match list in Lists().Matches(header))
        {
            if (list.Groups["resource"].Success)
            {
                about = place(list.Groups["resource"].Value);
                continue;
            }
            var held = about is null ? [] : locks.Find(about).Select(one => one.Token).ToHashSet(StringComparer.Ordinal);
            if (Parts().Matches(list.Groups["list"].Value).All(part => (part.Groups["token"].Success ? held.Contains(part.Groups["token"].Value) : about == key && tag is not null && part.Groups["tag"].Value == $"\"{tag}\"") != part.Groups["not"].Success)) return true;
        }
        return false;
    }

    [GeneratedRegex(@"(?<!\()\s*<(?<resource>[^>]*)>\s*(?=\()|\((?<list>[^)]*)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Lists();

    [GeneratedRegex("""(?<not>Not\s+)?(<(?<token>[^>]*)>|\[(W/)?(?<tag>"[^"]*")\])""", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Parts();
}
