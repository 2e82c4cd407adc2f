using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Panel.LocalCluster.Kubelet.Streams.Spdy;

/// <summary>
/// The headers of SPDY/3.1 streams. All blocks of a direction are one zlib stream that begins with a dictionary of the protocol. .NET's inflater takes no dictionary;
/// but what it has written before is one, so the dictionary goes in first as an uncompressed block and is thrown away as it comes out.
/// </summary>
sealed class HeaderBlock : IDisposable
{
    const int MaxBytes = 64 << 10;

    static readonly byte[] Dictionary = MakeDictionary();

    readonly Feed feed = new();
    readonly DeflateStream inflater;
    bool begun;

    public HeaderBlock() => inflater = new(feed, CompressionMode.Decompress);

    /// <summary>Reads a block of the other side.</summary>
    /// <exception cref="InvalidDataException">It is none, or too large.</exception>
    public IReadOnlyDictionary<string, string> Read(ReadOnlyMemory<byte> block)
    {
        if (!begun)
        {
            // two bytes of zlib's header, four that name the dictionary
            if (block.Length < 6 || (block.Span[1] & 0x20) == 0) throw new InvalidDataException("The headers do not begin with the dictionary of SPDY/3.");
            feed.Add(Stored(Dictionary));
            Skip(Dictionary.Length);
            block = block[6..];
            begun = true;
        }
        feed.Add(block);
        var left = MaxBytes;
        var headers = new Dictionary<string, string>();
        for (var count = Number(ref left); count > 0; count--) headers[Text(ref left)] = Text(ref left);
        return headers;
    }

    /// <summary>A block without headers, uncompressed; the first begins the zlib stream. The empty block behind it is zlib's flush: readers hand out nothing before it.</summary>
    public static byte[] Empty(bool first) => [.. first ? (ReadOnlySpan<byte>)[0x78, 0x01] : [], .. Stored([0, 0, 0, 0]).Span, .. Stored([]).Span];

    public void Dispose() => inflater.Dispose();

    void Skip(int count)
    {
        Span<byte> thrown = stackalloc byte[512];
        for (; count > 0; count -= Math.Min(count, thrown.Length)) inflater.ReadExactly(thrown[..Math.Min(count, thrown.Length)]);
    }

    int Number(ref int left)
    {
        Span<byte> bytes = stackalloc byte[4];
        inflater.ReadExactly(bytes);
        var number = BinaryPrimitives.ReadInt32BigEndian(bytes);
        left -= 4;
        return number >= 0 && number <= left ? number : throw new InvalidDataException("The headers are too large.");
    }

    string Text(ref int left)
    {
        var bytes = new byte[Number(ref left)];
        inflater.ReadExactly(bytes);
        left -= bytes.Length;
        return Encoding.UTF8.GetString(bytes);
    }

    // RFC 1951, 3.2.4: a header of zero bits, the length and its complement, the bytes as they are
    static ReadOnlyMemory<byte> Stored(ReadOnlySpan<byte> bytes)
    {
        var block = new byte[bytes.Length + 5];
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(1), (ushort)bytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(3), (ushort)~bytes.Length);
        bytes.CopyTo(block.AsSpan(5));
        return block;
    }

    // SPDY protocol, draft 3, 2.6.10.1: words with their length before them, then words without
    static byte[] MakeDictionary()
    {
        string[] words =
        [
            "options", "head", "post", "put", "delete", "trace", "accept", "accept-charset", "accept-encoding", "accept-language", "accept-ranges", "age", "allow", "authorization",
            "cache-control", "connection", "content-base", "content-encoding", "content-language", "content-length", "content-location", "content-md5", "content-range", "content-type",
            "date", "etag", "expect", "expires", "from", "host", "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "last-modified", "location",
            "max-forwards", "pragma", "proxy-authenticate", "proxy-authorization", "range", "referer", "retry-after", "server", "te", "trailer", "transfer-encoding", "upgrade",
            "user-agent", "vary", "via", "warning", "www-authenticate", "method", "get", "status", "200 OK", "version", "HTTP/1.1", "url", "public", "set-cookie", "keep-alive", "origin",
        ];
        const string rest = "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
            + "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented"
            + "503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
            + "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,public"
            + "privatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";
        var bytes = new List<byte>();
        var length = new byte[4];
        foreach (var word in words)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, word.Length);
            bytes.AddRange(length);
            bytes.AddRange(Encoding.ASCII.GetBytes(word));
        }
        return [.. bytes, .. Encoding.ASCII.GetBytes(rest)];
    }

    /// <summary>Hands the inflater what there is.</summary>
    sealed class Feed : Stream
    {
        readonly Queue<ReadOnlyMemory<byte>> parts = [];

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Add(ReadOnlyMemory<byte> part) => parts.Enqueue(part);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (!parts.TryDequeue(out var part)) return 0;
            var taken = Math.Min(buffer.Length, part.Length);
            part.Span[..taken].CopyTo(buffer);
            if (taken == part.Length) return taken;
            // what is left stands first again
            var rest = parts.ToArray();
            parts.Clear();
            parts.Enqueue(part[taken..]);
            foreach (var later in rest) parts.Enqueue(later);
            return taken;
        }

        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
