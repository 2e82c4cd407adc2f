using System.Runtime.InteropServices;

namespace Panel.Core.Files.Archives;

/// <summary>
/// The calls into the system's libzstd that streams take: .NET 10 has no Zstandard of its own. The functions and numbers here are those
/// that the library keeps stable: https://facebook.github.io/zstd/zstd_manual.html
/// </summary>
static partial class Zstandard
{
    const string Library = "libzstd.so.1";

    /// <summary>The parameter for how hard it packs.</summary>
    public const int CompressionLevel = 100;
    /// <summary>The parameter for the sum at the end.</summary>
    public const int ChecksumFlag = 201;
    /// <summary>The parameter for how far back what is unpacked may refer, as a power of two: it is what unpacking takes of memory.</summary>
    public const int WindowLogMax = 100;
    /// <summary>To go on packing.</summary>
    public const int Continue = 0;
    /// <summary>To end what is packed.</summary>
    public const int End = 2;

    /// <summary>Bytes that the library reads or writes, and how far it is.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Window
    {
        public nint Start;
        public nuint Size;
        public nuint Position;
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    internal static partial nint CreatePacker();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    internal static partial nuint FreePacker(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setParameter")]
    internal static partial nuint SetPacker(nint context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_compressStream2")]
    internal static partial nuint Pack(nint context, ref Window output, ref Window input, int end);

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    internal static partial nint CreateUnpacker();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    internal static partial nuint FreeUnpacker(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_setParameter")]
    internal static partial nuint SetUnpacker(nint context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    internal static partial nuint Unpack(nint context, ref Window output, ref Window input);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);

    /// <summary>The answer of a call, if it is no fault.</summary>
    /// <exception cref="InvalidDataException">It is one.</exception>
    public static nuint Require(nuint code) => IsError(code) == 0 ? code : throw new InvalidDataException("The bytes are no Zstandard.");
}
