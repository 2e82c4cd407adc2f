using System.Globalization;
using System.Text;
using Panel.Core.Templates.Patching;

namespace Panel.Core.Templates.Forms;

/// <summary>Java's properties: <c>key=value</c>, <c>key: value</c> or <c>key value</c>, with escapes, comments, and values that go on in the next line.</summary>
static class PropertiesText
{
    const string Blanks = " \t\f";

    public static IEnumerable<ConfigEntry> Entries(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            at = Skip(text, at, Blanks);
            if (at == text.Length) yield break;
            if (text[at] is '\n' or '\r')
            {
                at++;
                continue;
            }
            if (text[at] is '#' or '!')
            {
                at = text.AsSpan(at).IndexOfAny('\r', '\n') is >= 0 and var comment ? at + comment : text.Length;
                continue;
            }
            var keyEnd = Scan(text, at, "=: \t\f");
            if (keyEnd == text.Length && IsCut(text)) yield break;
            var start = Skip(text, keyEnd, Blanks);
            if (start < text.Length && text[start] is '=' or ':') start = Skip(text, start + 1, Blanks);
            var end = Scan(text, start, "");
            yield return new(Unescape(text.AsSpan(at, keyEnd - at)), start, end, Unescape(text.AsSpan(start, end - start)));
            at = end;
        }
    }

    public static TextEdit Put(string text, ConfigEntry? entry, string key, string value)
    {
        var written = PropertiesPatch.Escape(value, isKey: false);
        if (entry is { Start: var start, End: var end })
        {
            var parted = start > 0 && text[start - 1] is '=' or ':' or ' ' or '\t' or '\f';
            return new(start, end - start, parted ? written : "=" + written);
        }
        var line = ConfigText.LineEnd(text);
        // a line that ends in a backslash goes on: an empty one ends it
        var begun = IsCut(text) ? line + line : text.Length > 0 && text[^1] is not ('\n' or '\r') ? line : text.EndsWith("\\\n", StringComparison.Ordinal) || text.EndsWith("\\\r\n", StringComparison.Ordinal) ? line : "";
        return new(text.Length, 0, $"{begun}{PropertiesPatch.Escape(key, isKey: true)}={written}{line}");
    }

    /// <summary>Whether the text ends in a backslash that takes what follows with it.</summary>
    static bool IsCut(string text) => (text.Length - text.AsSpan().TrimEnd('\\').Length) % 2 == 1;

    static int Skip(string text, int at, string letters)
    {
        while (at < text.Length && letters.Contains(text[at], StringComparison.Ordinal)) at++;
        return at;
    }

    /// <summary>The end of a key or value: its line's, or one of some letters. A backslash takes what follows with it, a line's end too.</summary>
    static int Scan(string text, int at, string ends)
    {
        for (; at < text.Length && text[at] is not ('\n' or '\r') && !ends.Contains(text[at], StringComparison.Ordinal); at++)
        {
            if (text[at] != '\\' || at + 1 == text.Length) continue;
            at++;
            if (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n') at++;
        }
        return at;
    }

    static string Unescape(ReadOnlySpan<char> raw)
    {
        if (!raw.Contains('\\')) return raw.ToString();
        var plain = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                plain.Append(raw[i]);
                continue;
            }
            if (++i == raw.Length) break;
            if (raw[i] is '\n' or '\r')
            {
                // the next line goes on with its first letter
                while (i + 1 < raw.Length && raw[i + 1] is '\n' or ' ' or '\t' or '\f') i++;
            }
            else if (raw[i] == 'u' && i + 4 < raw.Length && ushort.TryParse(raw.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                plain.Append((char)code);
                i += 4;
            }
            else
            {
                plain.Append(raw[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'f' => '\f', var letter => letter });
            }
        }
        return plain.ToString();
    }
}
