using Panel.Core.Errors;

namespace Panel.Core.Templates.Patching;

/// <summary>
/// Ini files. <c>section.key</c> parts at the first dot, <c>[a.b].key</c> at the bracket; without a dot it is a key before the first section.
/// Comments and order stay; what is missing is added at its section's end. A key that stands there twice, as somebody may have written it, stands there once afterwards.
/// </summary>
internal static class IniPatch
{
    public static string Apply(string text, IReadOnlyList<ConfigEdit> edits)
    {
        var lines = TextLines.Of(text);
        foreach (var edit in edits) Set(lines.Lines, edit);
        return lines.ToString();
    }

    static void Set(List<string> lines, ConfigEdit edit)
    {
        var (section, key) = Place(edit.Key);
        var (inSection, seen, found) = ("", section.Length == 0, false);
        var end = section.Length == 0 ? 0 : lines.Count; // behind the section's last line that is not empty
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i].AsSpan().Trim();
            if (line is ['[', .., ']'])
            {
                inSection = line[1..^1].Trim().ToString();
                if (inSection != section) continue;
                (seen, end) = (true, i + 1);
                continue;
            }
            if (inSection != section || line.IsEmpty) continue;
            end = i + 1;
            if (line[0] is ';' or '#') continue;
            var equals = lines[i].IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !lines[i].AsSpan(0, equals).Trim().SequenceEqual(key)) continue;
            if (found && edit.Value is not null)
            {
                lines.RemoveAt(i--);
                continue;
            }
            var blank = equals + 1 < lines[i].Length && lines[i][equals + 1] == ' ' ? " " : "";
            if (edit.Over(lines[i][(equals + 1)..].Trim()) is { } over) lines[i] = lines[i][..(equals + 1)] + blank + over;
            found = true;
        }
        if (found || edit.Value is null) return;
        if (!seen)
        {
            if (lines.Count > 0 && lines[^1].Length > 0) lines.Add("");
            lines.Add($"[{section}]");
            end = lines.Count;
        }
        var spaced = lines.Exists(line => line.Contains(" = ", StringComparison.Ordinal));
        lines.Insert(end, key + (spaced ? " = " : "=") + edit.Value);
    }

    static (string Section, string Key) Place(string path)
    {
        if (path.StartsWith('['))
        {
            var close = path.IndexOf("].", StringComparison.Ordinal);
            return close > 1 && close + 2 < path.Length ? (path[1..close], path[(close + 2)..]) : throw new ConflictException($"\"{path}\" names no place in an ini file.");
        }
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? ("", path) : (path[..dot], path[(dot + 1)..]);
    }
}
