using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Panel.Core.Files;

/// <summary>How large files may be.</summary>
public sealed class FileOptions
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Files";

    /// <summary>What the editor opens and saves at most, in bytes.</summary>
    public const int EditorBytes = 10 * 1024 * 1024;

    /// <summary>What is shown of a file that the editor does not open, in bytes.</summary>
    public const int PeekBytes = 64 * 1024;

    /// <summary>What one upload may bring, in bytes.</summary>
    [Range(1, long.MaxValue)]
    public long UploadBytes { get; init; } = 16L * 1024 * 1024 * 1024;

    /// <summary>How many entries an archive may have that is unpacked.</summary>
    [Range(1, 10_000_000)]
    public int ArchiveEntries { get; init; } = 200_000;

    /// <summary>How many times as large an archive may become that is unpacked; what stays below 64 MiB may always.</summary>
    [Range(1, 1_000_000)]
    public int ArchiveRatio { get; init; } = 250;

    /// <summary>How many jobs on files work at a time, of all servers; of one server two do.</summary>
    [Range(1, 1000)]
    public int JobsAtOnce { get; init; } = 4;
}

/// <summary>The rules of <see cref="FileOptions"/>.</summary>
[OptionsValidator]
public sealed partial class FileOptionsValidator : IValidateOptions<FileOptions>;
