using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Panel.Core.Files;

/// <summary>How large files may be.</summary>
public sealed class FileOptions
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Files";

    /// <summary>What the editor opens and saves at most, in bytes.</summary>
    public const int EditorBytes = 4 * 1024 * 1024;

    /// <summary>What one upload may bring, in bytes.</summary>
    [Range(1, long.MaxValue)]
    public long UploadBytes { get; init; } = 16L * 1024 * 1024 * 1024;
}

/// <summary>The rules of <see cref="FileOptions"/>.</summary>
[OptionsValidator]
public sealed partial class FileOptionsValidator : IValidateOptions<FileOptions>;
