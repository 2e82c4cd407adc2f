using System.Buffers;
using System.Text;

namespace Panel.Web.Components.Console;

/// <summary>
/// Turns one console line into spans of text and style. Of the terminal's sequences only SGR (colours and weight) has a meaning here;
/// all others, broken ones too, vanish, so that no line can move a cursor, set a title, hide a link or reach another line.
/// </summary>
public static class AnsiLine
{
    const char Escape = '\x1b', Bell = '\a', Csi = '\x9b', StringEnd = '\x9c';
    static readonly SearchValues<char> parameterCharacters = SearchValues.Create("0123456789;:");

    /// <summary>Reads a line. Each begins with no style: what one leaves switched on does not run into the next.</summary>
    public static IReadOnlyList<AnsiSpan> Parse(string line)
    {
        if (!line.AsSpan().ContainsAnyExceptInRange(' ', '~')) return line.Length == 0 ? [] : [new(line, default)];

        var spans = new List<AnsiSpan>();
        var text = new StringBuilder();
        var style = default(AnsiStyle);
        for (var i = 0; i < line.Length;)
        {
            var next = line[i] switch
            {
                Escape => SkipEscape(line, i + 1),
                Csi => SkipCsi(line, i + 1),
                '\r' => i + 1,
                _ => -1,
            };
            if (next < 0)
            {
                i += Append(line, i, text);
                continue;
            }
            if (line[i] == '\r')
            {
                // a progress bar writes over its own line; what stands at the end is what a terminal would show
                if (line.AsSpan(next).IndexOfAnyExcept('\r') >= 0)
                {
                    spans.Clear();
                    text.Clear();
                }
            }
            else if (SgrParameters(line, i, next) is { } parameters)
            {
                var changed = Sgr.Apply(style, parameters);
                if (changed != style) Flush(spans, text, style);
                style = changed;
            }
            i = next;
        }
        Flush(spans, text, style);
        return spans;
    }

    /// <summary>The line without any sequence.</summary>
    public static string Plain(string line) => string.Concat(Parse(line).Select(span => span.Text));

    static void Flush(List<AnsiSpan> spans, StringBuilder text, AnsiStyle style)
    {
        if (text.Length == 0) return;
        if (spans is [.., var last] && last.Style == style) spans[^1] = new(last.Text + text, style);
        else spans.Add(new(text.ToString(), style));
        text.Clear();
    }

    /// <summary>Adds the character at a place unless it could disturb the page.</summary>
    /// <returns>How many UTF-16 units it took.</returns>
    static int Append(string line, int at, StringBuilder text)
    {
        var c = line[at];
        if (char.IsHighSurrogate(c) && at + 1 < line.Length && char.IsLowSurrogate(line[at + 1]))
        {
            text.Append(c).Append(line[at + 1]);
            return 2;
        }
        if (char.IsSurrogate(c)) text.Append('\uFFFD');
        else if (c is '\u2028' or '\u2029') text.Append(' ');
        else if (c == '\t' || !(char.IsControl(c) || IsBidiControl(c))) text.Append(c);
        return 1;
    }

    /// <summary>Embeddings, overrides and isolates, which could show a line in another order than it has.</summary>
    static bool IsBidiControl(char c) => c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    /// <returns>Where the text goes on after an escape character.</returns>
    static int SkipEscape(string line, int at)
    {
        if (at >= line.Length) return at;
        if (line[at] == '[') return SkipCsi(line, at + 1);
        if (line[at] is ']' or 'P' or 'X' or '^' or '_') return SkipString(line, at + 1);
        while (at < line.Length && line[at] is >= ' ' and <= '/') at++;
        return at < line.Length && line[at] is >= '0' and <= '~' ? at + 1 : at;
    }

    /// <returns>After the final character; before the first that cannot be part of the sequence when it is broken.</returns>
    static int SkipCsi(string line, int at)
    {
        while (at < line.Length && line[at] is >= '0' and <= '?') at++;
        while (at < line.Length && line[at] is >= ' ' and <= '/') at++;
        return at < line.Length && line[at] is >= '@' and <= '~' ? at + 1 : at;
    }

    /// <summary>Titles, links and device strings: up to a bell or a string terminator, or to the end of the line.</summary>
    static int SkipString(string line, int at)
    {
        for (; at < line.Length; at++)
        {
            if (line[at] is Bell or StringEnd) return at + 1;
            if (line[at] == Escape) return at + 1 < line.Length && line[at + 1] == '\\' ? at + 2 : at;
        }
        return at;
    }

    static string? SgrParameters(string line, int start, int end)
    {
        var first = start + (line[start] == Csi ? 1 : 2);
        if (end <= first || line[end - 1] != 'm' || (line[start] == Escape && line[start + 1] != '[')) return null;
        var parameters = line[first..(end - 1)];
        return parameters.AsSpan().ContainsAnyExcept(parameterCharacters) ? null : parameters;
    }
}
