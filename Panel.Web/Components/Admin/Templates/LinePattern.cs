using System.Text.RegularExpressions;

namespace Panel.Web.Components.Admin.Templates;

/// <summary>Tries a pattern of a template on a line, as the console would.</summary>
/// <param name="Matches">Whether it matches.</param>
/// <param name="Groups">What its named groups hold.</param>
/// <param name="Fault">Why it cannot be tried; null where it can.</param>
public sealed record LinePattern(bool Matches, IReadOnlyDictionary<string, string> Groups, string? Fault = null)
{
    const string Regular = "regex:";
    static readonly TimeSpan patience = TimeSpan.FromMilliseconds(250);

    /// <summary>Tries plain text that may occur in the line, or <c>regex:</c> and a pattern.</summary>
    public static LinePattern TryText(string text, string line) =>
        text.StartsWith(Regular, StringComparison.Ordinal) ? Try(text[Regular.Length..], line) : new(text.Length > 0 && line.Contains(text, StringComparison.Ordinal), new Dictionary<string, string>());

    /// <summary>Tries a pattern; one that takes too long is told as such.</summary>
    public static LinePattern Try(string pattern, string line)
    {
        try
        {
            var match = new Regex(pattern, RegexOptions.CultureInvariant, patience).Match(line);
            return new(match.Success, match.Groups.Values.Where(group => group.Success && !char.IsAsciiDigit(group.Name[0])).ToDictionary(group => group.Name, group => group.Value));
        }
        catch (ArgumentException fault) { return Broken(fault.Message); }
        catch (RegexMatchTimeoutException) { return Broken("It takes too long on this line."); }
    }

    static LinePattern Broken(string fault) => new(false, new Dictionary<string, string>(), fault);
}
