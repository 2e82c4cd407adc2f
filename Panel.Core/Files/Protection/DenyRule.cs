namespace Panel.Core.Files.Protection;

/// <summary>One line of a denylist, in the notation of <c>.gitignore</c> (https://git-scm.com/docs/gitignore).</summary>
sealed class DenyRule
{
    /// <summary>How long a line may be.</summary>
    public const int MaxLength = 1000;

    readonly DenyPattern pattern;
    readonly bool wholePath, foldersOnly;

    DenyRule(string text, DenyPattern pattern, bool wholePath, bool foldersOnly, bool allows)
    {
        (Text, this.pattern, this.wholePath, this.foldersOnly, Allows) = (text, pattern, wholePath, foldersOnly, allows);
    }

    /// <summary>The line, as its author wrote it.</summary>
    public string Text { get; }

    /// <summary>Whether it takes out again what a line before it denied.</summary>
    public bool Allows { get; }

    /// <summary>Whether it is about this.</summary>
    /// <param name="path">The path from the volume's root, without a slash at either end.</param>
    /// <param name="name">The last part of it.</param>
    /// <param name="folder">Whether it is a folder.</param>
    public bool Matches(string path, string name, bool folder) => (folder || !foldersOnly) && pattern.Matches(wholePath ? path : name);

    /// <summary>Whether a line says nothing: it is empty, or a remark.</summary>
    public static bool IsRemark(string line) => line.Trim().Length == 0 || line[0] == '#';

    /// <summary>Reads a line; null where it can match nothing, as git takes it.</summary>
    public static DenyRule? Parse(string line)
    {
        if (line.Length > MaxLength || IsRemark(line)) return null;
        var text = WithoutEnd(line.TrimEnd('\r', '\n'));
        var allows = text.StartsWith('!');
        var rest = allows ? text[1..] : text;
        var foldersOnly = rest.EndsWith('/');
        if (foldersOnly) rest = rest[..^1];
        var wholePath = rest.Contains('/', StringComparison.Ordinal);
        if (rest.StartsWith('/')) rest = rest[1..];
        return rest.Length > 0 && DenyPattern.Parse(rest) is { } pattern ? new(text, pattern, wholePath, foldersOnly, allows) : null;
    }

    // spaces at the end are none of the pattern, unless a backslash stands before one
    static string WithoutEnd(string line)
    {
        var end = line.Length;
        while (end > 0 && line[end - 1] == ' ' && !(end > 1 && line[end - 2] == '\\')) end--;
        return line[..end];
    }
}
