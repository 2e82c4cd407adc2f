using System.Buffers;

namespace Panel.Kube.Files;

/// <summary>Cuts what a program writes into pieces, as it comes.</summary>
sealed class Pieces(Stream output)
{
    readonly byte[] buffer = new byte[16 << 10];
    int start, filled;

    /// <summary>What comes before the next byte of this value, of much only the beginning; null when it never comes.</summary>
    public async ValueTask<byte[]?> NextAsync(byte end, int most, CancellationToken cancellation)
    {
        var taken = new ArrayBufferWriter<byte>();
        while (true)
        {
            if (start == filled)
            {
                (start, filled) = (0, await output.ReadAsync(buffer, cancellation));
                if (filled == 0) return null;
            }
            var rest = buffer.AsMemory(start, filled - start);
            var at = rest.Span.IndexOf(end);
            var part = at < 0 ? rest : rest[..at];
            taken.Write(part.Span[..Math.Min(part.Length, most - taken.WrittenCount)]);
            start += at < 0 ? rest.Length : at + 1;
            if (at >= 0) return taken.WrittenSpan.ToArray();
        }
    }
}
