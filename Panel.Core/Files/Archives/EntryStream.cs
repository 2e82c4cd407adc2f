namespace Panel.Core.Files.Archives;

/// <summary>The bytes of one entry on their way out: counted, and compared with the sum that the archive has of them.</summary>
/// <param name="inner">Gives them.</param>
/// <param name="allowance">Counts them.</param>
/// <param name="length">How many the archive says there are.</param>
/// <param name="sum">Their CRC-32 as the archive has it; null when it has none.</param>
sealed class EntryStream(Stream inner, Allowance allowance, long length, uint? sum) : Stream
{
    static readonly uint[] table = [.. Enumerable.Range(0, 256).Select(number =>
    {
        var value = (uint)number;
        for (var bit = 0; bit < 8; bit++) value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320;
        return value;
    })];

    uint running = 0xFFFFFFFF;
    long position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => position; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        position += read;
        allowance.Take(read);
        if (sum is not null) running = Next(running, buffer.Span[..read]);
        if (position > length || (read == 0 && buffer.Length > 0 && position < length)) throw new InvalidDataException("The entry is not as long as it says.");
        if (position == length && read > 0 && sum is { } expected && ~running != expected) throw new InvalidDataException("The entry is damaged.");
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    static uint Next(uint value, ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes) value = table[(byte)(value ^ one)] ^ (value >> 8);
        return value;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
