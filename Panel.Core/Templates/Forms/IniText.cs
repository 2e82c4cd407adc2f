using Panel.Core.Errors;

namespace Panel.Core.Templates.Forms;

/// <summary>
/// <c>key = value</c> by lines, with sections in brackets or without: ini, cfg and conf. A key is named with its section before a dot. Values in
/// quotes stay in quotes; blocks of <c>"""</c> and of braces are stepped over.
/// </summary>
static class IniText
{
    const string Block = "\"\"\"";

    public static IEnumerable<ConfigEntry> Entries(string text)
    {
        var section = "";
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at) is >= 0 and var cut ? cut : text.Length;
            var (from, to) = Trim(text, at, end);
            at = end + 1;
            if (Section(text, from, to) is { } name)
            {
                section = name;
                continue;
            }
            var equals = from < to && text[from] is not ('#' or ';') ? text.IndexOf('=', from, to - from) : -1;
            if (equals < 0) continue;
            var (_, keyEnd) = Trim(text, from, equals);
            var (start, stop) = Trim(text, equals + 1, to);
            var written = text.AsSpan(start, stop - start);
            if (written.SequenceEqual("{")) at = After(text, at, "}");
            else if (written.StartsWith(Block) && (written.Length < 2 * Block.Length || !written.EndsWith(Block))) at = After(text, at, Block);
            else yield return new($"{(section.Length > 0 ? section + "." : "")}{text[from..keyEnd]}", start, stop, Quoted(written) ? written[1..^1].ToString() : written.ToString());
        }
    }

    public static TextEdit Put(string text, ConfigEntry? entry, string key, string value)
    {
        value = value.Trim();
        if (entry is { Start: var start, End: var end } && Quoted(text.AsSpan(start, end - start)))
        {
            if (value.AsSpan().IndexOfAny('"', '\\') >= 0) throw new InvalidFieldException(key, "Use no quotation marks and no backslash here.");
            return new(start, end - start, $"\"{value}\"");
        }
        if (Quoted(value) || value.StartsWith(Block, StringComparison.Ordinal) || value == "{") throw new InvalidFieldException(key, "Begin with something else than a quotation mark or a brace.");
        return entry is null ? Add(text, key, value) : new(entry.Start, entry.End - entry.Start, value);
    }

    static TextEdit Add(string text, string key, string value)
    {
        var dot = key.LastIndexOf('.');
        var (wanted, name) = dot < 0 ? ("", key) : (key[..dot], key[(dot + 1)..]);
        var (section, seen, place) = ("", wanted.Length == 0, 0);
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at) is >= 0 and var cut ? cut + 1 : text.Length;
            var (from, to) = Trim(text, at, end);
            if (Section(text, from, to) is { } found) section = found;
            // behind the last line of the section that is not empty
            if (section == wanted && from < to) (seen, place) = (true, end);
            at = end;
        }
        var line = ConfigText.LineEnd(text);
        if (!seen) place = text.Length;
        var begun = place > 0 && text[place - 1] != '\n' ? line : "";
        var header = seen ? "" : $"{(text.Length > 0 ? line : "")}[{wanted}]{line}";
        return new(place, 0, $"{begun}{header}{name}{(text.Contains(" = ", StringComparison.Ordinal) ? " = " : "=")}{value}{line}");
    }

    static string? Section(string text, int from, int to) => to - from > 2 && text[from] == '[' && text[to - 1] == ']' ? text.AsSpan(from + 1, to - from - 2).Trim().ToString() : null;

    static bool Quoted(ReadOnlySpan<char> written) => written.Length >= 2 && written[0] == '"' && written[^1] == '"' && !written.StartsWith(Block);

    static (int From, int To) Trim(string text, int from, int to)
    {
        while (from < to && char.IsWhiteSpace(text[from])) from++;
        while (to > from && char.IsWhiteSpace(text[to - 1])) to--;
        return (from, to);
    }

    /// <summary>The line behind the next one that ends so; the end where there is none.</summary>
    static int After(string text, int at, string ending)
    {
        while (at < text.Length)
        {
            var end = text.IndexOf('\n', at) is >= 0 and var cut ? cut : text.Length;
            var over = text.AsSpan(at, end - at).TrimEnd().EndsWith(ending);
            at = end + 1;
            if (over) break;
        }
        return Math.Min(at, text.Length);
    }
}
