using System.Text;
using System.Text.RegularExpressions;
using Panel.Core.Templates;

namespace Panel.Core.Console;

/// <summary>
/// What a template looks for in console lines. A line passes a plain search first, so that a flood costs little; a pattern that cannot be
/// run in linear time is given a few milliseconds a line.
/// </summary>
internal sealed class ConsolePatterns
{
    const string PatternMark = "regex:";
    const int MaxName = 64;

    readonly LineMatch[] ready;
    readonly LineMatch? join, leave;

    public ConsolePatterns(Template template)
    {
        ready = [.. template.Ready.Select(line => line.StartsWith(PatternMark, StringComparison.Ordinal) ? new LineMatch(line[PatternMark.Length..]) : LineMatch.Plain(line))];
        if (template.Players is not { } players) return;
        (join, leave) = (new(players.Join), new(players.Leave));
    }

    /// <summary>Whether lines tell of players.</summary>
    public bool TellsPlayers => join is not null;

    /// <summary>Whether a line means that the server is ready.</summary>
    public bool IsReady(string line) => Array.Exists(ready, match => match.Matches(line));

    /// <summary>The name of somebody who came, or null.</summary>
    public string? Joined(string line) => Name(join, line);

    /// <summary>The name of somebody who went, or null.</summary>
    public string? Left(string line) => Name(leave, line);

    static string? Name(LineMatch? match, string line) => match?.Group(line, "name") is { Length: > 0 and <= MaxName } name ? name : null;

    /// <summary>A line without its colours and other ANSI sequences.</summary>
    public static string Bare(string line)
    {
        if (!line.Contains('\x1b', StringComparison.Ordinal)) return line;
        var text = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != '\x1b')
            {
                text.Append(line[i]);
            }
            else if (i + 1 < line.Length && line[i + 1] == '[')
            {
                for (i += 2; i < line.Length && line[i] is not (>= '@' and <= '~'); i++) { }
            }
            else
            {
                i++;
            }
        }
        return text.ToString();
    }
}

/// <summary>A pattern, or plain text, to look for in a line.</summary>
internal sealed class LineMatch
{
    static readonly TimeSpan LineTime = TimeSpan.FromMilliseconds(20);

    readonly string literal;
    readonly Regex? pattern;

    public LineMatch(string pattern)
    {
        literal = Literal(pattern);
        try
        {
            this.pattern = new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException) // it looks around or back: only the other engine can
        {
            this.pattern = new(pattern, RegexOptions.CultureInvariant, LineTime);
        }
    }

    LineMatch(string literal, Regex? pattern) => (this.literal, this.pattern) = (literal, pattern);

    public static LineMatch Plain(string text) => new(text, null);

    public bool Matches(string line) => line.Contains(literal, StringComparison.Ordinal) && (pattern is null || Match(line) is { Success: true });

    public string? Group(string line, string group) =>
        pattern is not null && line.Contains(literal, StringComparison.Ordinal) && Match(line) is { Success: true } match && match.Groups[group] is { Success: true } found ? found.Value : null;

    Match? Match(string line)
    {
        try
        {
            return pattern!.Match(line);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>The longest text that every match holds, as far as that is plain to see; else empty, which every line holds.</summary>
    internal static string Literal(string pattern)
    {
        if (pattern.Contains("(?i", StringComparison.Ordinal) || pattern.Contains("(?x", StringComparison.Ordinal)) return "";
        var (best, run, depth) = ("", new StringBuilder(), 0);
        for (var i = 0; i < pattern.Length; i++)
        {
            var letter = pattern[i];
            var plain = '\0';
            if (letter == '\\')
            {
                if (++i >= pattern.Length) return "";
                if (char.IsAsciiLetterOrDigit(pattern[i])) letter = '.'; // a class, an anchor, a reference
                else plain = pattern[i];
                if (depth == 0 && pattern[i] is 'x' or 'u' or 'p' or 'P' or 'k' or 'c') return best.Length > run.Length ? best : run.ToString();
            }
            else if (letter == '[')
            {
                while (++i < pattern.Length && (pattern[i] != ']' || pattern[i - 1] == '[' || (pattern[i - 1] == '^' && pattern[i - 2] == '[')))
                {
                    if (pattern[i] == '\\') i++;
                }
            }
            else if (letter == '(')
            {
                depth++;
            }
            else if (letter == ')')
            {
                depth--;
            }
            else if (letter == '|' && depth == 0)
            {
                return "";
            }
            else if (letter is not ('.' or '^' or '$' or '?' or '*' or '+' or '{' or '}'))
            {
                plain = letter;
            }
            if (depth > 0 || letter is ')') plain = '\0';
            var optional = i + 1 < pattern.Length && pattern[i + 1] is '?' or '*' or '{';
            if (plain != '\0' && !optional) run.Append(plain);
            if (plain != '\0' && !optional && !(i + 1 < pattern.Length && pattern[i + 1] == '+')) continue;
            if (letter == '{') i = Math.Max(i, pattern.IndexOf('}', i));
            if (run.Length > best.Length) best = run.ToString();
            run.Clear();
        }
        return run.Length > best.Length ? run.ToString() : best;
    }
}
