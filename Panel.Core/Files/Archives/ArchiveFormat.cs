using Panel.Core.Errors;

namespace Panel.Core.Files.Archives;

/// <summary>The kinds of archives.</summary>
public enum ArchiveFormat
{
    /// <summary>A zip, or a jar.</summary>
    Zip,
    /// <summary>A tar.</summary>
    Tar,
    /// <summary>A tar packed by gzip.</summary>
    TarGzip,
    /// <summary>A tar packed by Zstandard.</summary>
    TarZstandard,
    /// <summary>One file packed by gzip.</summary>
    Gzip,
}

/// <summary>What a file's name says of its kind.</summary>
public static class ArchiveFormats
{
    static readonly (string End, ArchiveFormat Format, bool Made)[] known =
    [
        (".tar.gz", ArchiveFormat.TarGzip, true), (".tgz", ArchiveFormat.TarGzip, true), (".tar.zst", ArchiveFormat.TarZstandard, true), (".tzst", ArchiveFormat.TarZstandard, false),
        (".tar", ArchiveFormat.Tar, true), (".zip", ArchiveFormat.Zip, true), (".jar", ArchiveFormat.Zip, false), (".mrpack", ArchiveFormat.Zip, false), (".gz", ArchiveFormat.Gzip, false),
    ];

    /// <summary>The kind of an archive, and its name without its end; null when the panel unpacks no such.</summary>
    public static (ArchiveFormat Format, string Stem)? Find(string name) =>
        known.FirstOrDefault(kind => name.Length > kind.End.Length && name.EndsWith(kind.End, StringComparison.OrdinalIgnoreCase)) is { End: { } end } found ? (found.Format, name[..^end.Length]) : null;

    /// <summary>The kind of an archive that is to be made.</summary>
    /// <exception cref="InvalidFieldException">The panel makes no such.</exception>
    internal static ArchiveFormat RequireMade(string name, string field) =>
        known.FirstOrDefault(kind => kind.Made && name.EndsWith(kind.End, StringComparison.OrdinalIgnoreCase)) is { End: not null } found
            ? found.Format
            : throw new InvalidFieldException(field, "The name ends in .zip, .tar.gz, .tgz, .tar.zst or .tar.");

    /// <exception cref="InvalidFieldException">The panel unpacks no such.</exception>
    /// <inheritdoc cref="Find"/>
    internal static (ArchiveFormat Format, string Stem) Require(string name, string field) =>
        Find(name) ?? throw new InvalidFieldException(field, "This is no .zip, .jar, .tar, .tar.gz, .tgz, .tar.zst or .gz.");
}
