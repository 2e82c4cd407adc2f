namespace Panel.Core.Templates.Patching;

/// <summary>Any text: a line that begins with the key becomes the value, whole. Where nothing begins so, nothing is added; an empty file gets all values.</summary>
internal static class LinePatch
{
    public static string Apply(string text, IReadOnlyList<ConfigEdit> edits)
    {
        var lines = TextLines.Of(text);
        if (string.IsNullOrWhiteSpace(text))
        {
            lines.Lines.Clear();
            lines.Lines.AddRange(edits.Select(edit => edit.Value).OfType<string>());
            return lines.ToString();
        }
        // of "port" and "port6", the longer key knows the line better
        var longestFirst = edits.OrderByDescending(edit => edit.Key.Length).ToList();
        for (var i = 0; i < lines.Lines.Count; i++)
        {
            if (longestFirst.Find(edit => lines.Lines[i].StartsWith(edit.Key, StringComparison.Ordinal)) is { } edit) lines.Lines[i] = edit.Over(lines.Lines[i]) ?? lines.Lines[i];
        }
        return lines.ToString();
    }
}
