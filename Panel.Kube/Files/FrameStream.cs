using System.Buffers;
using System.Text;

namespace Panel.Kube.Files;

/// <summary>Writes content whose length is not known before: in frames, as <c>files.sh</c> reads them. Content that was not ended counts as broken off.</summary>
sealed class FrameStream(FilesProgram program) : Stream
{
    const int Size = 512 << 10;

    readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(Size);
    int filled;
    long written;
    bool returned;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => written; set => throw new NotSupportedException(); }

    /// <summary>Tells that this is all.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        await SendAsync(cancellation);
        await program.TellAsync("0", cancellation);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        written += content.Length;
        while (!content.IsEmpty)
        {
            var part = content[..Math.Min(content.Length, Size - filled)];
            part.CopyTo(buffer.AsMemory(filled));
            filled += part.Length;
            content = content[part.Length..];
            if (filled == Size) await SendAsync(cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // small writes of a compressor that ends; what fills the buffer has to come by the asynchronous way
    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush() { }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    async Task SendAsync(CancellationToken cancellation)
    {
        if (filled == 0) return;
        await program.WriteAsync(Encoding.ASCII.GetBytes($"{filled}\n"), cancellation);
        await program.WriteAsync(buffer.AsMemory(0, filled), cancellation);
        filled = 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !returned)
        {
            returned = true;
            ArrayPool<byte>.Shared.Return(buffer);
        }
        base.Dispose(disposing);
    }
}
