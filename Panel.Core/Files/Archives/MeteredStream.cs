namespace Panel.Core.Files.Archives;

/// <summary>A stream that is read no further than somebody allows: headers are taken into memory whole, and say themselves how long they are.</summary>
sealed class MeteredStream(Stream inner, bool seekable) : Stream
{
    long allowed = long.MaxValue;

    /// <summary>From here on so many bytes may be read.</summary>
    public void Allow(long bytes) => allowed = bytes;

    public override bool CanRead => true;

    public override bool CanSeek => seekable;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => inner.Position = value; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Note(await inner.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Note(inner.Read(buffer, offset, count));

    int Note(int read)
    {
        allowed -= read;
        return allowed >= 0 ? read : throw new InvalidDataException("A header is too long.");
    }

    public override long Seek(long offset, SeekOrigin origin) => seekable ? inner.Seek(offset, origin) : throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush() { }
}
