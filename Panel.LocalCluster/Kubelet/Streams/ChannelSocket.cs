using System.Buffers;
using System.Net.WebSockets;

namespace Panel.LocalCluster.Kubelet.Streams;

/// <summary>
/// A WebSocket that carries several streams: the first byte of every message names the stream. In <c>v5.channel.k8s.io</c> the message 255, n
/// ends stream n; <c>v4</c> cannot do that.
/// </summary>
sealed class ChannelSocket(WebSocket socket) : IDisposable
{
    public const byte Stdin = 0, Stdout = 1, Stderr = 2, Error = 3, Resize = 4;
    public const int MaxMessage = 32 << 10;
    public static readonly string[] Protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

    const byte CloseChannel = 255;

    readonly SemaphoreSlim sending = new(1, 1);
    readonly byte[] received = new byte[MaxMessage * 2];

    /// <summary>Sends bytes of one stream; waits while the client does not read.</summary>
    public async Task SendAsync(byte channel, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var frame = ArrayPool<byte>.Shared.Rent(bytes.Length + 1);
        frame[0] = channel;
        bytes.CopyTo(frame.AsMemory(1));
        await sending.WaitAsync(cancellation);
        try
        {
            await socket.SendAsync(frame.AsMemory(0, bytes.Length + 1), WebSocketMessageType.Binary, endOfMessage: true, cancellation);
        }
        finally
        {
            sending.Release();
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    /// <summary>Hands what the client sends on stdin to a receiver, null at the stream's end, until the client closes the socket.</summary>
    public async Task ReceiveAsync(Func<ReadOnlyMemory<byte>?, Task> stdin, CancellationToken cancellation)
    {
        byte? channel = null;
        while (true)
        {
            var message = await socket.ReceiveAsync(received.AsMemory(), cancellation);
            if (message.MessageType is WebSocketMessageType.Close) return;
            var part = received.AsMemory(0, message.Count);
            // a message may come in parts; only the first names the stream
            if (channel is null && part.Length > 0)
            {
                channel = part.Span[0];
                part = part[1..];
            }
            if (channel == Stdin && part.Length > 0) await stdin(part);
            if (channel == CloseChannel && part.Length > 0 && part.Span[0] == Stdin && socket.SubProtocol == Protocols[0]) await stdin(null);
            if (message.EndOfMessage) channel = null;
        }
    }

    /// <summary>Says goodbye; the client's answer is read by <see cref="ReceiveAsync"/>.</summary>
    public async Task CloseAsync(CancellationToken cancellation)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
    }

    public void Dispose() => sending.Dispose();
}
