namespace Panel.Core.Templates.Patching;

/// <summary>A text as lines that can be changed and put together again with the line ends it had.</summary>
internal sealed class TextLines
{
    readonly string lineEnd;

    TextLines(List<string> lines, string lineEnd) => (Lines, this.lineEnd) = (lines, lineEnd);

    /// <summary>The lines, without their ends.</summary>
    public List<string> Lines { get; }

    /// <summary>Takes a text apart.</summary>
    public static TextLines Of(string text)
    {
        var lineEnd = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var lines = text.Split('\n').Select(line => line.EndsWith('\r') ? line[..^1] : line).ToList();
        if (lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        return new(lines, lineEnd);
    }

    /// <summary>The text; every line has an end.</summary>
    public override string ToString() => string.Concat(Lines.Select(line => line + lineEnd));
}
