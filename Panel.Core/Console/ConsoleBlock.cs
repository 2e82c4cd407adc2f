using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Panel.Contracts.Console;

namespace Panel.Core.Console;

/// <summary>
/// Some lines of a console that follow each other, packed: a log repeats itself, and takes about a quarter of its size. Packing takes a moment
/// and is done by whoever made the block, with nobody waiting for it: until then the lines are as they came.
/// </summary>
internal sealed class ConsoleBlock
{
    const int Quality = 1, Window = 18, MostRaw = 16 << 20;

    volatile Content content;

    /// <summary>Lines, whose numbers follow each other; they are not to change any more.</summary>
    public ConsoleBlock(List<ConsoleLine> lines) => (First, Count, content) = (lines[0].Number, lines.Count, new(lines, [], 0, 0));

    ConsoleBlock(long first, int count, Content content) => (First, Count, this.content) = (first, count, content);

    /// <summary>The number of its first line.</summary>
    public long First { get; }

    /// <summary>How many lines it holds.</summary>
    public int Count { get; }

    /// <summary>The number of the line after its last.</summary>
    public long Next => First + Count;

    /// <summary>How many bytes it takes.</summary>
    public int Bytes => content.Packed.Length + 64;

    /// <summary>Packs the lines, once.</summary>
    public void Pack()
    {
        if (content.Lines is not { } lines) return;
        var characters = lines.Sum(line => line.Text.Length);
        var head = lines.Count * Marshal.SizeOf<Head>();
        var raw = ArrayPool<byte>.Shared.Rent(head + Encoding.UTF8.GetMaxByteCount(characters));
        try
        {
            var heads = MemoryMarshal.Cast<byte, Head>(raw.AsSpan(0, head));
            var end = head;
            for (var i = 0; i < lines.Count; i++)
            {
                var line = lines[i];
                heads[i] = new() { Ticks = line.At.UtcTicks, Length = (short)line.Text.Length, Source = (byte)line.Source, Level = (byte)line.Level };
                end += Encoding.UTF8.GetBytes(line.Text, raw.AsSpan(end));
            }
            content = new(null, Compress(raw.AsSpan(0, end)), end, characters);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(raw);
        }
    }

    /// <summary>Writes it, packed.</summary>
    public void Write(BinaryWriter writer)
    {
        Pack();
        var (_, packed, rawBytes, characters) = content;
        writer.Write(rawBytes);
        writer.Write(characters);
        writer.Write(packed.Length);
        writer.Write(packed);
    }

    /// <summary>Reads what was written; its lines are numbered from one on.</summary>
    /// <exception cref="InvalidDataException">It is no such block.</exception>
    public static ConsoleBlock Read(BinaryReader reader, long first, int count)
    {
        var (rawBytes, characters, length) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        if (count < 1 || characters < 0 || rawBytes is < 0 or > MostRaw || rawBytes < count * Marshal.SizeOf<Head>() || characters > rawBytes || length < 0) throw new InvalidDataException("A block of a console cannot be read.");
        var packed = reader.ReadBytes(length);
        if (packed.Length < length) throw new EndOfStreamException();
        return new(first, count, new(null, packed, rawBytes, characters));
    }

    /// <summary>Its lines as they were.</summary>
    public List<ConsoleLine> Lines()
    {
        if (content.Lines is { } unpacked) return unpacked;
        var lines = new List<ConsoleLine>(Count);
        Open((heads, text) =>
        {
            var at = 0;
            for (var i = 0; i < heads.Length; i++)
            {
                var head = heads[i];
                lines.Add(new(First + i, new(head.Ticks, TimeSpan.Zero), (ConsoleSource)head.Source, new(text.Slice(at, head.Length)), (ConsoleLevel)head.Level));
                at += head.Length;
            }
        });
        return lines;
    }

    /// <summary>Adds the numbers of its lines that hold a text, highest first.</summary>
    public void Find(string wanted, List<long> found)
    {
        if (content.Lines is not { } unpacked) FindPacked(wanted, found);
        else found.AddRange(unpacked.AsEnumerable().Reverse().Where(line => AnsiText.Strip(line.Text).Contains(wanted, StringComparison.OrdinalIgnoreCase)).Select(line => line.Number));
    }

    void FindPacked(string wanted, List<long> found) => Open((heads, text) =>
    {
        if (text.Contains('\u001b'))
        {
            FindBelowColours(heads, text, wanted, found);
            return;
        }
        var start = found.Count;
        var (line, begin) = (0, 0);
        for (var at = text.IndexOf(wanted, StringComparison.OrdinalIgnoreCase); at >= 0;)
        {
            while (begin + heads[line].Length <= at) begin += heads[line++].Length;
            var end = begin + heads[line].Length;
            var from = at + 1; // where it runs over the end of a line it is no match, and one may begin within it
            if (at + wanted.Length <= end)
            {
                found.Add(First + line);
                from = end;
            }
            var more = text[from..].IndexOf(wanted, StringComparison.OrdinalIgnoreCase);
            at = more < 0 ? -1 : from + more;
        }
        found.Reverse(start, found.Count - start);
    });

    void FindBelowColours(ReadOnlySpan<Head> heads, ReadOnlySpan<char> text, string wanted, List<long> found)
    {
        var end = text.Length;
        for (var i = heads.Length - 1; i >= 0; i--)
        {
            var line = text.Slice(end - heads[i].Length, heads[i].Length);
            if (line.Contains('\u001b') ? AnsiText.Strip(line.ToString()).Contains(wanted, StringComparison.OrdinalIgnoreCase) : line.Contains(wanted, StringComparison.OrdinalIgnoreCase)) found.Add(First + i);
            end -= heads[i].Length;
        }
    }

    delegate void Reading(ReadOnlySpan<Head> heads, ReadOnlySpan<char> text);

    void Open(Reading read)
    {
        var (_, packed, rawBytes, characters) = content;
        var raw = ArrayPool<byte>.Shared.Rent(rawBytes);
        var text = ArrayPool<char>.Shared.Rent(Math.Max(1, characters));
        try
        {
            if (!BrotliDecoder.TryDecompress(packed, raw, out var bytes) || bytes != rawBytes) throw new InvalidDataException("A block of a console cannot be read.");
            var head = Count * Marshal.SizeOf<Head>();
            Encoding.UTF8.GetChars(raw.AsSpan(head, rawBytes - head), text);
            read(MemoryMarshal.Cast<byte, Head>(raw.AsSpan(0, head)), text.AsSpan(0, characters));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(raw);
            ArrayPool<char>.Shared.Return(text);
        }
    }

    static byte[] Compress(ReadOnlySpan<byte> raw)
    {
        var room = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(raw.Length));
        try
        {
            return BrotliEncoder.TryCompress(raw, room, out var length, Quality, Window) ? room.AsSpan(0, length).ToArray() : throw new InvalidOperationException("A block of a console cannot be packed.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    /// <summary>The lines as they came, or packed.</summary>
    sealed record Content(List<ConsoleLine>? Lines, byte[] Packed, int RawBytes, int Characters);

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    struct Head
    {
        public long Ticks;
        public short Length;
        public byte Source, Level;
    }
}
