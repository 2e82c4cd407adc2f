namespace Panel.LocalCluster.Kubelet.Logs;

/// <summary>Cuts the bytes of one stream into lines of at most 16 KiB; longer ones become several parts, as container runtimes do.</summary>
sealed class LineSplitter(ContainerLog log, bool stderr)
{
    public const int MaxBytes = 16 << 10;

    readonly byte[] held = new byte[MaxBytes];
    int heldBytes;

    /// <summary>Takes bytes; whole lines go to the log.</summary>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var take = Math.Min(end < 0 ? bytes.Length : end, MaxBytes - heldBytes);
            if (heldBytes == 0 && end >= 0 && take == end)
            {
                log.Append(bytes[..end], stderr, partial: false);
            }
            else
            {
                bytes[..take].CopyTo(held.AsSpan(heldBytes));
                heldBytes += take;
                if (take == end) Emit(partial: false);
                else if (heldBytes == MaxBytes) Emit(partial: true);
            }
            bytes = bytes[(take == end ? take + 1 : take)..];
        }
    }

    /// <summary>Writes what came without an end of line.</summary>
    public void Finish()
    {
        if (heldBytes > 0) Emit(partial: true);
    }

    void Emit(bool partial)
    {
        log.Append(held.AsSpan(0, heldBytes), stderr, partial);
        heldBytes = 0;
    }
}
