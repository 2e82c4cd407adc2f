using System.Buffers.Binary;

namespace Panel.LocalCluster.Kubelet.Streams.Spdy;

/// <summary>
/// As much of SPDY/3.1 as <c>kubectl port-forward</c> speaks: many streams over one connection, opened by the client. Windows are neither kept nor watched, by either side;
/// the connection itself holds back who sends too fast.
/// </summary>
/// <param name="wire">The connection.</param>
/// <param name="opened">Is handed each stream as it is opened; must not block.</param>
sealed class SpdySession(Stream wire, Action<SpdyStream> opened) : IDisposable
{
    const int MaxFrame = 1 << 20, MaxStreams = 2048;
    const int SynStream = 1, SynReply = 2, RstStream = 3, Ping = 6, GoAway = 7;
    const byte Fin = 1;

    readonly Dictionary<int, SpdyStream> streams = [];
    readonly SemaphoreSlim sending = new(1, 1);
    bool answered;

    /// <summary>Reads frames until the client goes.</summary>
    /// <exception cref="InvalidDataException">The client does not speak SPDY/3.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var headers = new HeaderBlock();
        var head = new byte[8];
        try
        {
            while (await wire.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation) == head.Length)
            {
                var (first, second) = (BinaryPrimitives.ReadUInt32BigEndian(head), BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(4)));
                var (flags, length) = ((byte)(second >> 24), (int)(second & 0xffffff));
                if (length > MaxFrame) throw new InvalidDataException($"A frame of {length} bytes is too long.");
                var body = new byte[length];
                await wire.ReadExactlyAsync(body, cancellation);
                if (first >> 31 == 0) await TakeDataAsync((int)first, body, flags, cancellation);
                else if (!await TakeControlAsync((int)(first & 0xffff), flags, body, headers, cancellation)) return;
            }
        }
        finally
        {
            foreach (var stream in streams.Values) stream.EndInput(new EndOfStreamException("The client went away."));
        }
    }

    /// <summary>Sends bytes of a stream.</summary>
    public Task SendDataAsync(int stream, ReadOnlyMemory<byte> bytes, bool last, CancellationToken cancellation) => SendAsync((uint)stream, last ? Fin : (byte)0, bytes, cancellation);

    public void Dispose() => sending.Dispose();

    async Task TakeDataAsync(int id, byte[] body, byte flags, CancellationToken cancellation)
    {
        if (!streams.TryGetValue(id, out var stream)) return;
        if (body.Length > 0) await stream.TakeAsync(body, cancellation);
        if ((flags & Fin) == 0) return;
        stream.EndInput();
        streams.Remove(id);
    }

    async Task<bool> TakeControlAsync(int type, byte flags, byte[] body, HeaderBlock headers, CancellationToken cancellation)
    {
        switch (type)
        {
            case SynStream when body.Length >= 10:
                var id = BinaryPrimitives.ReadInt32BigEndian(body) & 0x7fffffff;
                var stream = new SpdyStream(this, id, headers.Read(body.AsMemory(10)));
                if (streams.Count >= MaxStreams) throw new InvalidDataException("Too many streams are open.");
                if ((flags & Fin) == 0) streams[id] = stream;
                else stream.EndInput();
                await ReplyAsync(id, cancellation);
                opened(stream);
                return true;
            case RstStream when body.Length >= 4:
                var reset = BinaryPrimitives.ReadInt32BigEndian(body) & 0x7fffffff;
                if (streams.Remove(reset, out var gone)) gone.EndInput(new EndOfStreamException("The client gave the stream up."));
                return true;
            case Ping:
                await SendAsync(Control(Ping), 0, body, cancellation);
                return true;
            default:
                return type != GoAway;
        }
    }

    Task ReplyAsync(int id, CancellationToken cancellation)
    {
        var first = !answered;
        answered = true;
        var body = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(body, id);
        return SendAsync(Control(SynReply), 0, (byte[])[.. body, .. HeaderBlock.Empty(first)], cancellation);
    }

    async Task SendAsync(uint first, byte flags, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var frame = new byte[8 + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, first);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)body.Length | (uint)flags << 24);
        body.CopyTo(frame.AsMemory(8));
        await sending.WaitAsync(cancellation);
        try
        {
            await wire.WriteAsync(frame, cancellation);
            await wire.FlushAsync(cancellation);
        }
        finally
        {
            sending.Release();
        }
    }

    static uint Control(int type) => 0x80030000u | (uint)type;
}
