using System.IO.Compression;

namespace Panel.Core.Files.Archives;

/// <summary>Packs what is written to it by Zstandard, or gives what was packed.</summary>
sealed class ZstandardStream : Stream
{
    const int Chunk = 128 << 10, Level = 3, Checksum = 1, Window = 27;

    readonly Stream inner;
    readonly bool packs;
    readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(Chunk);
    nint context;
    int start, filled;
    bool whole = true;

    /// <summary>Over a stream that stays open.</summary>
    /// <exception cref="DllNotFoundException">The system has no libzstd.</exception>
    public ZstandardStream(Stream inner, CompressionMode mode)
    {
        (this.inner, packs) = (inner, mode is CompressionMode.Compress);
        context = packs ? Zstandard.CreatePacker() : Zstandard.CreateUnpacker();
        if (context == 0) throw new InsufficientMemoryException();
        if (!packs)
        {
            Zstandard.Require(Zstandard.SetUnpacker(context, Zstandard.WindowLogMax, Window));
            return;
        }
        Zstandard.Require(Zstandard.SetPacker(context, Zstandard.CompressionLevel, Level));
        Zstandard.Require(Zstandard.SetPacker(context, Zstandard.ChecksumFlag, Checksum));
    }

    public override bool CanRead => !packs;

    public override bool CanSeek => false;

    public override bool CanWrite => packs;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (true)
        {
            var written = Unpack(buffer.Span);
            if (written > 0) return written;
            if (start < filled) continue;
            (start, filled) = (0, await inner.ReadAsync(this.buffer, cancellationToken));
            if (filled > 0) continue;
            return whole ? 0 : throw new InvalidDataException("The archive ends early.");
        }
    }

    unsafe int Unpack(Span<byte> to)
    {
        fixed (byte* from = buffer, into = to)
        {
            var input = new Zstandard.Window { Start = (nint)from, Size = (nuint)filled, Position = (nuint)start };
            var output = new Zstandard.Window { Start = (nint)into, Size = (nuint)to.Length };
            // nothing is in the library's hands and nothing comes: whether that is the end is for whoever has the bytes to say
            if (whole && start == filled) return 0;
            whole = Zstandard.Require(Zstandard.Unpack(context, ref output, ref input)) == 0;
            start = (int)input.Position;
            return (int)output.Position;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        while (!content.IsEmpty)
        {
            content = content[Pack(content.Span, Zstandard.Continue, out _)..];
            await SendAsync(cancellationToken);
        }
    }

    unsafe int Pack(ReadOnlySpan<byte> from, int end, out bool more)
    {
        fixed (byte* take = from, into = buffer)
        {
            var input = new Zstandard.Window { Start = (nint)take, Size = (nuint)from.Length };
            var output = new Zstandard.Window { Start = (nint)into, Size = Chunk };
            more = Zstandard.Require(Zstandard.Pack(context, ref output, ref input, end)) != 0;
            filled = (int)output.Position;
            return (int)input.Position;
        }
    }

    async ValueTask SendAsync(CancellationToken cancellation)
    {
        if (filled > 0) await inner.WriteAsync(buffer.AsMemory(0, filled), cancellation);
        filled = 0;
    }

    /// <summary>Writes what is still to come.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (context != 0 && packs)
        {
            for (var more = true; more;)
            {
                Pack([], Zstandard.End, out more);
                await SendAsync(CancellationToken.None);
            }
        }
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (context != 0) _ = packs ? Zstandard.FreePacker(context) : Zstandard.FreeUnpacker(context);
        context = 0;
        base.Dispose(disposing);
    }

    ~ZstandardStream() => Dispose(disposing: false);
}
