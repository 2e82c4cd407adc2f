using System.Text.Json.Serialization;

namespace Panel.Contracts.Files;

/// <summary>What kind of thing a directory holds.</summary>
[JsonConverter(typeof(WordConverter<FileKind>))]
public enum FileKind
{
    /// <summary>A regular file.</summary>
    File,
    /// <summary>A directory.</summary>
    Folder,
    /// <summary>A symbolic link; it is shown and never followed.</summary>
    Link,
    /// <summary>A socket, a pipe or a device.</summary>
    Other,
}

/// <summary>One thing in a directory.</summary>
/// <param name="Name">Its name, without the directory. A byte that is no UTF-8 is a character of its own in it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">Its size in bytes; 0 for what is no file.</param>
/// <param name="ModifiedAt">When it last changed, in UTC.</param>
/// <param name="Mode">Its permission bits, such as 0644.</param>
public sealed record FileEntry(string Name, FileKind Kind, long Bytes, DateTimeOffset ModifiedAt, [property: JsonConverter(typeof(OctalConverter))] int Mode)
{
    /// <summary>The line of the game's template that keeps it from people; null where none does.</summary>
    public string? ProtectedBy { get; init; }
}

/// <summary>A directory and what it holds.</summary>
/// <param name="Path">The directory, from the volume's root, such as <c>/world</c>.</param>
/// <param name="Entries">Folders first, then by name, numbers as people count.</param>
/// <param name="Truncated">Whether there is more than <see cref="MaxEntries"/>.</param>
public sealed record FileListing(string Path, IReadOnlyList<FileEntry> Entries, bool Truncated)
{
    /// <summary>How many entries one listing holds at most.</summary>
    public const int MaxEntries = 200_000;

    /// <summary>Whether what is protected is closed to who asked: it is open to who may change templates.</summary>
    public bool Binding { get; init; }

    /// <summary>The line of the game's template that keeps the directory itself, with all that it holds, from people; null where none does.</summary>
    public string? ProtectedBy { get; init; }
}

/// <summary>Which content a file had when it was read: a write that names an older one is refused.</summary>
/// <param name="Value">A hash of the content.</param>
public readonly record struct FileVersion(string Value)
{
    /// <summary>No file: a write that names it makes one, and is refused when there is one already.</summary>
    public static FileVersion Absent { get; } = new("absent");
}

/// <summary>A file small enough for the editor.</summary>
/// <param name="Path">The file, from the volume's root.</param>
/// <param name="Content">Its bytes, unchanged.</param>
/// <param name="Version">Which content this is.</param>
public sealed record FileContent(string Path, byte[] Content, FileVersion Version);

/// <summary>What is known of a file before it is read.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="ModifiedAt">When it last changed, in UTC.</param>
/// <param name="Tag">Another one as soon as the file is another: letters, digits and dashes.</param>
public sealed record FileFacts(long Bytes, DateTimeOffset ModifiedAt, string Tag);

/// <summary>A part of a file.</summary>
/// <param name="Offset">How many bytes are before it.</param>
/// <param name="Bytes">How many it has.</param>
public readonly record struct ByteRange(long Offset, long Bytes);
