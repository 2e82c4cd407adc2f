using System.Text.RegularExpressions;

namespace Panel.Web.Components.Admin.Templates;

/// <summary>Tries a pattern of a template on a line, as the console would.</summary>
/// <param name="Matches">Whether it matches.</param>
/// <param name="Groups">What its named groups hold.</param>
/// <param name="Fault">Why it cannot be tried; null where it can.</param>
public sealed record TriedLine(bool Matches, IReadOnlyDictionary<string, string> Groups, string? Fault = null)
{
    const string Regular = "regex:";
    static readonly TimeSpan patience = TimeSpan.FromMilliseconds(250);

    /// <summary>Tries plain text that may occur in the line, or <c>regex:</c> and a pattern.</summary>
    public static TriedLine TryText(string text, string line) =>
        text.StartsWith(Regular, StringComparison.Ordinal) ? Try(text[Regular.Length..], line) : new(text.Length > 0 && line.Contains(text, StringComparison.Ordinal), new Dictionary<string, string>());

    /// <summary>Tries a pattern; one that takes too long is told as such.</summary>
    public static TriedLine Try(string pattern, string line)
    {
        try
        {
            var match = Compile(pattern).Match(line);
            return new(match.Success, match.Groups.Values.Where(group => group.Success && !char.IsAsciiDigit(group.Name[0])).ToDictionary(group => group.Name, group => group.Value));
        }
        catch (ArgumentException fault) { return Broken(fault.Message); }
        catch (RegexMatchTimeoutException) { return Broken("It takes too long on this line."); }
    }

    // as consoles do: the engine whose time grows with the line alone, where it knows the pattern
    static Regex Compile(string pattern)
    {
        try
        {
            return new(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, patience);
        }
        catch (NotSupportedException)
        {
            return new(pattern, RegexOptions.CultureInvariant, patience);
        }
    }

    static TriedLine Broken(string fault) => new(false, new Dictionary<string, string>(), fault);
}
