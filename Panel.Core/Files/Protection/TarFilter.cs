using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;

namespace Panel.Core.Files.Protection;

/// <summary>
/// Takes entries out of a tar on its way, and gives on all others byte by byte: a file that appears while the archive is made is looked at as
/// any other.
/// </summary>
/// <param name="tar">Gives the archive.</param>
/// <param name="keep">Says of an entry's path, and whether it is a folder, whether it stays.</param>
sealed class TarFilter(Stream tar, Func<IReadOnlyList<string>, bool, bool> keep)
{
    const int Block = 512, MaxHeader = 1 << 20;
    const int Size = 124, SizeLength = 12, Type = 156, Magic = 257, Prefix = 345, PrefixLength = 155, NameLength = 100;

    readonly byte[] block = new byte[Block], buffer = new byte[128 << 10];
    readonly ArrayBufferWriter<byte> before = new();
    string? name;

    /// <summary>Reads the archive while another part of it is being written.</summary>
    public async Task ReadAsync(Func<Stream, Task> use, CancellationToken cancellation)
    {
        var pipe = new Pipe();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var filling = FillAsync(pipe.Writer, stop.Token);
        try
        {
            await using var filtered = pipe.Reader.AsStream();
            await use(filtered);
        }
        finally
        {
            await stop.CancelAsync();
            await filling;
        }
    }

    async Task FillAsync(PipeWriter writer, CancellationToken cancellation)
    {
        try
        {
            await WriteAsync(() => writer.AsStream(leaveOpen: true), cancellation);
            await writer.CompleteAsync();
        }
        catch (Exception failure)
        {
            await writer.CompleteAsync(failure);    // whoever reads is told
        }
    }

    /// <summary>Writes what stays.</summary>
    /// <param name="begin">Says where to, once something came.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidDataException">It is no tar.</exception>
    public async Task WriteAsync(Func<Stream> begin, CancellationToken cancellation)
    {
        Stream? to = null;
        while (await tar.ReadAtLeastAsync(block, Block, throwOnEndOfStream: false, cancellation) is > 0 and var read)
        {
            if (read < Block) throw new InvalidDataException("The archive broke off.");
            to ??= begin();
            if (block.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            {
                await to.WriteAsync(block, cancellation);
                await tar.CopyToAsync(to, cancellation);
                return;
            }
            await EntryAsync(to, cancellation);
        }
    }

    async Task EntryAsync(Stream to, CancellationToken cancellation)
    {
        var type = (char)block[Type];
        var length = Number(block.AsSpan(Size, SizeLength));
        if (type is 'L' or 'K' or 'x')
        {
            var content = await HeaderAsync(length, cancellation);
            if (type == 'L') name = FileNames.Text(Until0(content));
            else if (type == 'x' && PathOf(content) is { } path) name = path;
            return;
        }
        var stays = type == 'g' || Keeps(name ?? NameOf(block), folder: type == '5');
        if (type != 'g') name = null;
        if (stays)
        {
            await to.WriteAsync(before.WrittenMemory, cancellation);
            await to.WriteAsync(block, cancellation);
        }
        before.ResetWrittenCount();
        await CopyAsync(stays ? to : Stream.Null, Padded(length), cancellation);
    }

    // a header that says more of the entry behind it; it goes with it
    async Task<byte[]> HeaderAsync(long length, CancellationToken cancellation)
    {
        if (length is < 0 or > MaxHeader || before.WrittenCount > 3 * MaxHeader) throw new InvalidDataException("A header of the archive is too long.");
        var content = new byte[Padded(length)];
        await tar.ReadExactlyAsync(content, cancellation);
        before.Write(block);
        before.Write(content);
        return content[..(int)length];
    }

    async Task CopyAsync(Stream to, long bytes, CancellationToken cancellation)
    {
        while (bytes > 0)
        {
            var read = await tar.ReadAsync(buffer.AsMemory(0, (int)Math.Min(bytes, buffer.Length)), cancellation);
            if (read == 0) throw new InvalidDataException("The archive broke off.");
            await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
            bytes -= read;
        }
    }

    bool Keeps(string path, bool folder)
    {
        IReadOnlyList<string> parts = [.. path.Split('/').Where(part => part is not ("" or "."))];
        return parts.Count == 0 || keep(parts, folder);
    }

    static string NameOf(ReadOnlySpan<byte> header)
    {
        var plain = FileNames.Text(Until0(header[..NameLength]));
        // the older format of GNU has something else there
        var prefix = header.Slice(Magic, 6).SequenceEqual("ustar\0"u8) ? Until0(header.Slice(Prefix, PrefixLength)) : [];
        return prefix.IsEmpty ? plain : $"{FileNames.Text(prefix)}/{plain}";
    }

    static string? PathOf(ReadOnlySpan<byte> records)
    {
        while (records.IndexOf((byte)' ') is > 0 and var space && int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length > space + 1 && length <= records.Length)
        {
            var record = records[(space + 1)..(length - 1)];
            if (record.StartsWith("path="u8)) return FileNames.Text(record["path=".Length..]);
            records = records[length..];
        }
        return null;
    }

    static ReadOnlySpan<byte> Until0(ReadOnlySpan<byte> text) => text.IndexOf((byte)0) is >= 0 and var end ? text[..end] : text;

    // octal digits, or, when they are too few, bytes behind a set bit
    static long Number(ReadOnlySpan<byte> field)
    {
        if (field[0] == 0x80) return BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
        var number = 0L;
        foreach (var digit in field)
        {
            if (digit is >= (byte)'0' and <= (byte)'7') number = number * 8 + (digit - '0');
            else if (digit is not ((byte)' ' or 0)) throw new InvalidDataException("A size in the archive cannot be read.");
        }
        return number;
    }

    static long Padded(long length) => length < 0 ? throw new InvalidDataException("A size in the archive cannot be read.") : checked(length + Block - 1) / Block * Block;
}
