using System.Globalization;
using System.Text;

namespace Panel.Core.Templates.Patching;

/// <summary>Java's properties. Comments, order and what is not named stay; a key that is missing comes at the end, and one that stands there twice stands there once.</summary>
internal static class PropertiesPatch
{
    public static string Apply(string text, IReadOnlyList<ConfigEdit> edits)
    {
        var lines = TextLines.Of(text);
        var byKey = edits.ToDictionary(edit => edit.Key, StringComparer.Ordinal);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var patched = new List<string>(lines.Lines.Count);
        for (var i = 0; i < lines.Lines.Count;)
        {
            var last = LastOf(lines.Lines, i);
            var head = Head(lines.Lines[i]);
            if (head is var (key, valueAt) && byKey.TryGetValue(key, out var edit))
            {
                var again = !found.Add(key) && edit.Value is not null;
                var separator = lines.Lines[i][..valueAt];
                if (again)
                {
                    // somebody wrote it a second time, and the last one would count
                    i = last + 1;
                    continue;
                }
                if (edit.Over(lines.Lines[i][valueAt..]) is { } over) patched.Add((EndsInSeparator(separator) ? separator : separator + "=") + Escape(over, isKey: false));
                else patched.AddRange(lines.Lines.GetRange(i, last - i + 1));
            }
            else
            {
                patched.AddRange(lines.Lines.GetRange(i, last - i + 1));
            }
            i = last + 1;
        }
        patched.AddRange(edits.Where(edit => edit.Value is not null && !found.Contains(edit.Key)).Select(edit => Escape(edit.Key, isKey: true) + "=" + Escape(edit.Value!, isKey: false)));
        lines.Lines.Clear();
        lines.Lines.AddRange(patched);
        return lines.ToString();
    }

    /// <summary>The last line of the entry that begins in a line: one that ends in an odd number of backslashes goes on.</summary>
    static int LastOf(List<string> lines, int first)
    {
        if (IsComment(lines[first])) return first;
        var last = first;
        while (last + 1 < lines.Count && (lines[last].Length - lines[last].TrimEnd('\\').Length) % 2 == 1) last++;
        return last;
    }

    static bool IsComment(string line) => line.AsSpan().TrimStart(" \t\f") is ['#' or '!', ..];

    /// <summary>The key of an entry, and where its value begins; null for a comment, an empty line or a key that goes on in the next line.</summary>
    static (string Key, int ValueAt)? Head(string line)
    {
        var at = line.Length - line.AsSpan().TrimStart(" \t\f").Length;
        if (at == line.Length || IsComment(line)) return null;
        var key = new StringBuilder();
        for (; at < line.Length && line[at] is not ('=' or ':' or ' ' or '\t' or '\f'); at++)
        {
            if (line[at] != '\\')
            {
                key.Append(line[at]);
                continue;
            }
            if (++at == line.Length) return null;
            if (line[at] == 'u' && at + 4 < line.Length && ushort.TryParse(line.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                key.Append((char)code);
                at += 4;
            }
            else
            {
                key.Append(line[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'f' => '\f', var letter => letter });
            }
        }
        at = SkipBlanks(line, at);
        if (at < line.Length && line[at] is '=' or ':') at = SkipBlanks(line, at + 1);
        return (key.ToString(), at);
    }

    static int SkipBlanks(string line, int at)
    {
        while (at < line.Length && line[at] is ' ' or '\t' or '\f') at++;
        return at;
    }

    static bool EndsInSeparator(string head) => head.Length > 0 && head[^1] is '=' or ':' or ' ' or '\t' or '\f';

    /// <summary>A key or a value as it is written.</summary>
    public static string Escape(string text, bool isKey)
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            switch (letter)
            {
                case '\\': escaped.Append(@"\\"); break;
                case '\t': escaped.Append(@"\t"); break;
                case ' ' when i == 0 || isKey: escaped.Append(@"\ "); break;
                case '=' or ':' or '#' or '!' when isKey: escaped.Append('\\').Append(letter); break;
                case < ' ' or > '~': escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}"); break;
                default: escaped.Append(letter); break;
            }
        }
        return escaped.ToString();
    }
}
