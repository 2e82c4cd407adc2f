using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Panel.Core.Files.Archives;

/// <summary>Makes an archive of any kind out of a tar.</summary>
static class ArchiveWriter
{
    const int Chunk = 128 << 10, LinkBits = 0xA1FF, FileBits = 0x8000, FolderBits = 0x4000;

    /// <summary>Writes it.</summary>
    /// <param name="tar">Gives the files.</param>
    /// <param name="to">Takes the archive.</param>
    /// <param name="format">Its kind.</param>
    /// <param name="progress">Is told how many bytes of the files are in.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task RunAsync(Stream tar, Stream to, ArchiveFormat format, Action<long> progress, CancellationToken cancellation)
    {
        if (format is ArchiveFormat.Zip)
        {
            await ZipAsync(tar, to, progress, cancellation);
        }
        else if (format is ArchiveFormat.Tar)
        {
            await CopyAsync(tar, to, 0, progress, cancellation);
        }
        else
        {
            await using var packed = Compression.Pack(to, format);
            await CopyAsync(tar, packed, 0, progress, cancellation);
        }
    }

    static async Task ZipAsync(Stream tar, Stream to, Action<long> progress, CancellationToken cancellation)
    {
        await using var reader = new TarReader(tar, leaveOpen: true);
        await using var zip = await ZipArchive.CreateAsync(to, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellation);
        var done = 0L;
        while (await reader.GetNextEntryAsync(copyData: false, cancellation) is { } from)
        {
            var name = from.Name.StartsWith("./", StringComparison.Ordinal) ? from.Name[2..] : from.Name;
            var kind = from.EntryType switch { TarEntryType.Directory => FolderBits, TarEntryType.SymbolicLink => LinkBits, TarEntryType.RegularFile or TarEntryType.V7RegularFile => FileBits, _ => 0 };
            if (kind == 0 || name.Trim('/').Length == 0) continue;
            var entry = zip.CreateEntry(kind == FolderBits ? name.TrimEnd('/') + "/" : name, CompressionLevel.Optimal);
            entry.ExternalAttributes = (kind | ((int)from.Mode & 0x1FF)) << 16;
            entry.LastWriteTime = Within(from.ModificationTime);
            await using var content = await entry.OpenAsync(cancellation);
            if (kind == LinkBits) await content.WriteAsync(Encoding.UTF8.GetBytes(from.LinkName), cancellation);
            else if (from.DataStream is { } data) done = await CopyAsync(data, content, done, progress, cancellation);
        }
        // what follows the last entry has to be read too, or who writes it never ends
        await tar.CopyToAsync(Stream.Null, cancellation);
    }

    // the years that a zip can tell
    static DateTimeOffset Within(DateTimeOffset time) => time.Year is < 1980 or > 2107 ? new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero) : time;

    static async Task<long> CopyAsync(Stream from, Stream to, long done, Action<long> progress, CancellationToken cancellation)
    {
        var buffer = new byte[Chunk];
        while (await from.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
            progress(done += read);
        }
        return done;
    }
}
