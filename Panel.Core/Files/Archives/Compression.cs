using System.IO.Compression;
using Panel.Core.Errors;

namespace Panel.Core.Files.Archives;

/// <summary>What packs and unpacks the bytes of a tar.</summary>
static class Compression
{
    /// <summary>The bytes that were packed.</summary>
    /// <exception cref="ConflictException">The panel has no such library.</exception>
    public static Stream Unpack(Stream packed, ArchiveFormat format) =>
        format is ArchiveFormat.TarZstandard ? Zstandard(packed, CompressionMode.Decompress) : new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);

    /// <summary>Packs what is written to it.</summary>
    /// <inheritdoc cref="Unpack"/>
    public static Stream Pack(Stream to, ArchiveFormat format) =>
        format is ArchiveFormat.TarZstandard ? Zstandard(to, CompressionMode.Compress) : new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true);

    static ZstandardStream Zstandard(Stream inner, CompressionMode mode)
    {
        try
        {
            return new(inner, mode);
        }
        catch (DllNotFoundException)
        {
            throw new ConflictException("This panel's machine has no libzstd, so archives of Zstandard cannot be opened or made here.");
        }
    }
}
