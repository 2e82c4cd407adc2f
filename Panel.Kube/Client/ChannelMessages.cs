using System.Buffers;
using System.Net.WebSockets;

namespace Panel.Kube.Client;

/// <summary>Channels of bytes over one WebSocket: each message begins with the number of its channel.</summary>
/// <param name="socket">The WebSocket, which this aborts and disposes of.</param>
/// <param name="lost">What a failure says first.</param>
sealed class ChannelMessages(WebSocket socket, string lost) : IDisposable
{
    /// <summary>How many bytes go into one message at most.</summary>
    public const int Chunk = 32 << 10;

    readonly SemaphoreSlim writing = new(1);

    /// <summary>Writes to a channel, in as many messages as it takes.</summary>
    /// <exception cref="IOException">The connection is lost.</exception>
    public async Task WriteAsync(byte channel, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var message = ArrayPool<byte>.Shared.Rent(Math.Min(bytes.Length, Chunk) + 1);
        await writing.WaitAsync(cancellation);
        try
        {
            while (!bytes.IsEmpty)
            {
                var part = bytes[..Math.Min(bytes.Length, Chunk)];
                message[0] = channel;
                part.CopyTo(message.AsMemory(1));
                await socket.SendAsync(message.AsMemory(0, part.Length + 1), WebSocketMessageType.Binary, endOfMessage: true, cancellation);
                bytes = bytes[part.Length..];
            }
        }
        catch (Exception failure) when (failure is WebSocketException or InvalidOperationException or ObjectDisposedException)
        {
            throw new IOException($"{lost}: {failure.Message}", failure);
        }
        finally
        {
            writing.Release();
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    /// <summary>Reads until the other side closes.</summary>
    /// <param name="take">Takes a part of a message, with its channel; no more is read before it has.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>Why it ended in another way; null when the other side closed.</returns>
    public async Task<Exception?> ReadAsync(Func<int, Memory<byte>, ValueTask> take, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            var channel = -1;
            while (true)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(0, Chunk), cancellation);
                if (read.MessageType == WebSocketMessageType.Close) return null;
                var bytes = buffer.AsMemory(0, read.Count);
                if (channel < 0 && bytes.Length > 0)
                {
                    channel = bytes.Span[0];
                    bytes = bytes[1..];
                }
                await take(channel, bytes);
                if (read.EndOfMessage) channel = -1;
            }
        }
        catch (Exception failure) when (failure is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            return failure;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Lets go of the connection; what reads from it comes to its end.</summary>
    public void Abort() => socket.Abort();

    /// <inheritdoc/>
    public void Dispose()
    {
        socket.Dispose();
        writing.Dispose();
    }
}
