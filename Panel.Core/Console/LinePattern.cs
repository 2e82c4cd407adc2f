using System.Text.RegularExpressions;

namespace Panel.Core.Console;

/// <summary>
/// A pattern that every line of a console is held against, so that it must be cheap: most lines are turned away by a piece of plain
/// text that each match has in it. What a pattern does with hostile lines is bounded: in time that grows with the line, or by a limit.
/// </summary>
internal sealed class LinePattern
{
    const int MaxTimeouts = 10;
    static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(50);

    // its time grows with the line and no faster: only a machine that stands still takes long
    static readonly TimeSpan LinearLimit = TimeSpan.FromSeconds(1);

    readonly string literal;
    readonly Regex? regex;
    int timeouts;

    LinePattern(string literal, Regex? regex) => (this.literal, this.regex) = (literal, regex);

    /// <summary>A ready line of a template: plain text that occurs in the line, or <c>regex:</c> and a pattern.</summary>
    public static LinePattern Ready(string text) => text.StartsWith("regex:", StringComparison.Ordinal) ? Of(text["regex:".Length..]) : new(text, null);

    /// <summary>A regular expression.</summary>
    /// <exception cref="ArgumentException">It cannot be read.</exception>
    public static LinePattern Of(string pattern)
    {
        try
        {
            return new(LiteralIn(pattern), new(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, LinearLimit));
        }
        catch (NotSupportedException)
        {
            // it looks around or back: only the backtracking engine knows that
            return new(LiteralIn(pattern), new(pattern, RegexOptions.CultureInvariant, Limit));
        }
    }

    /// <summary>Whether the line has it in it.</summary>
    public bool IsIn(string line) => line.Contains(literal, StringComparison.Ordinal) && (regex is null || Try(() => regex.IsMatch(line)));

    /// <summary>What the groups <c>name</c> and <c>id</c> hold, each null where it holds nothing or the line does not match.</summary>
    public (string? Name, string? Id) WhoIn(string line)
    {
        if (regex is null || !line.Contains(literal, StringComparison.Ordinal)) return default;
        Match? match = null;
        return Try(() => (match = regex.Match(line)).Success) ? (Group(match!, "name"), Group(match!, "id")) : default;
    }

    static string? Group(Match match, string name) => match.Groups[name] is { Success: true, Length: > 0 } group ? group.Value : null;

    /// <summary>All that the group <c>name</c> holds, which may be nothing; null when the line does not match.</summary>
    public IReadOnlyList<string>? NamesIn(string line)
    {
        if (regex is null || !line.Contains(literal, StringComparison.Ordinal)) return null;
        Match? match = null;
        return Try(() => (match = regex.Match(line)).Success) ? [.. match!.Groups["name"].Captures.Select(capture => capture.Value).Where(name => name.Length > 0)] : null;
    }

    /// <summary>A pattern that took too long does not match; one that does so again and again is not asked any more.</summary>
    bool Try(Func<bool> match)
    {
        if (timeouts >= MaxTimeouts) return false;
        try
        {
            return match();
        }
        catch (RegexMatchTimeoutException)
        {
            timeouts++;
            return false;
        }
    }

    /// <summary>The longest piece of plain text that every match of a pattern must hold; empty where none is certain.</summary>
    internal static string LiteralIn(string pattern)
    {
        if (pattern.Contains("(?i", StringComparison.Ordinal) || pattern.Contains("(?x", StringComparison.Ordinal) || pattern.Contains("(?-", StringComparison.Ordinal)) return "";
        var (longest, run) = ("", "");
        for (var i = 0; i < pattern.Length; i++)
        {
            var letter = pattern[i];
            string? plain = null;
            if (letter == '|') return "";
            if (letter == '(')
            {
                i = EndOfGroup(pattern, i);
            }
            else if (letter == '[')
            {
                i = EndOfClass(pattern, i);
            }
            else if (letter == '\\' && i + 1 < pattern.Length)
            {
                if (char.IsAsciiDigit(pattern[++i]) || pattern[i] is 'x' or 'u' or 'c' or 'p' or 'P' or 'k') return "";
                if (!char.IsLetterOrDigit(pattern[i])) plain = pattern[i].ToString();
            }
            else if (letter is not ('.' or '^' or '$' or ')' or ']'))
            {
                plain = letter.ToString();
            }

            var repeat = i + 1 < pattern.Length ? pattern[i + 1] : '\0';
            if (plain is null || repeat is '*' or '?' or '{') (longest, run, plain) = (Longer(longest, run), "", "");
            run += plain;
            if (repeat is not ('*' or '?' or '{' or '+')) continue;
            (longest, run) = (Longer(longest, run), "");
            i = repeat == '{' && pattern.IndexOf('}', i) is > 0 and var close ? close : i + 1;
            while (i + 1 < pattern.Length && pattern[i + 1] is '?' or '+') i++; // lazy
        }
        return Longer(longest, run);
    }

    static string Longer(string one, string other) => other.Length > one.Length ? other : one;

    static int EndOfGroup(string pattern, int at)
    {
        var depth = 0;
        for (; at < pattern.Length; at++)
        {
            if (pattern[at] == '\\') at++;
            else if (pattern[at] == '[') at = EndOfClass(pattern, at);
            else if (pattern[at] == '(') depth++;
            else if (pattern[at] == ')' && --depth == 0) return at;
        }
        return pattern.Length;
    }

    static int EndOfClass(string pattern, int at)
    {
        at++;
        if (at < pattern.Length && pattern[at] == '^') at++;
        if (at < pattern.Length && pattern[at] == ']') at++;
        for (; at < pattern.Length && pattern[at] != ']'; at++)
        {
            if (pattern[at] == '\\') at++;
        }
        return at;
    }
}
