using System.Text;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>
/// A place that an archive names, from the folder it is unpacked into: parts that any file may have, none of which leads up. What an
/// archive says is a stranger's word, so a name that could be meant badly refuses the archive instead of being bent into a good one.
/// </summary>
public readonly record struct EntryPath
{
    const int MaxLength = 3500, MaxName = 255, MaxDepth = 100;

    readonly string[]? parts;

    EntryPath(string[] parts) => this.parts = parts;

    /// <summary>Its parts, from the folder down; none for the folder itself.</summary>
    public IReadOnlyList<string> Parts => parts ?? [];

    /// <summary>The path without a slash at either end; empty for the folder itself.</summary>
    public string Value => string.Join('/', Parts);

    /// <summary>The last part.</summary>
    public string Name => Parts.Count == 0 ? "" : Parts[^1];

    /// <summary>The folder it lies in.</summary>
    public EntryPath Parent => Parts.Count <= 1 ? default : new(parts![..^1]);

    /// <summary>Reads an entry's name.</summary>
    /// <exception cref="ConflictException">It leads out, or no file may be called so.</exception>
    public static EntryPath Parse(string name)
    {
        if (name.Length == 0 || name[0] is '/') throw Refuse(name, "it begins at the root of a disk");
        if (name.Any(char.IsControl)) throw Refuse(name, "it has control characters in it");
        if (FileNames.IsOdd(name)) name = FileNames.Text(FileNames.Bytes(name));    // what stands for bytes that are text is that text
        string[] parts = [.. name.Split('/').Where(part => part is not ("" or "."))];
        if (parts.Contains("..")) throw Refuse(name, "it leads out of the folder");
        if (parts is [[_, ':'], ..]) throw Refuse(name, "it begins at the root of a disk");
        if (parts.Length > MaxDepth) throw Refuse(name, $"it is more than {MaxDepth} folders deep");
        if (Encoding.UTF8.GetByteCount(name) > MaxLength || parts.Any(part => Encoding.UTF8.GetByteCount(part) > MaxName)) throw Refuse(name, "it is too long");
        return new(parts);
    }

    /// <summary>Refuses a link that leads out of the folder that is unpacked into, taken word by word.</summary>
    /// <exception cref="ConflictException">It leads out, or says nothing.</exception>
    public void RequireInside(string target)
    {
        var depth = Parts.Count - 1;
        if (target.Length is 0 or > MaxLength || target[0] == '/' || target.Any(char.IsControl)) throw Refuse(Value, "it is a link that leads out of the folder");
        foreach (var part in target.Split('/'))
        {
            depth += part switch { "" or "." => 0, ".." => -1, _ => 1 };
            if (depth < 0) throw Refuse(Value, "it is a link that leads out of the folder");
        }
    }

    internal static ConflictException Refuse(string name, string why) => new($"The archive is not opened because of its entry {Shown(name)}: {why}.");

    static string Shown(string name)
    {
        var shown = string.Concat(name.Take(80).Select(letter => char.IsControl(letter) ? '?' : letter));
        return $"“{shown}{(name.Length > 80 ? "…" : "")}”";
    }

    /// <inheritdoc/>
    public bool Equals(EntryPath other) => Value == other.Value;

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
