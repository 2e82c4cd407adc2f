using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;

namespace Panel.Kube.Client;

/// <summary>
/// One connection to a TCP port of a pod, carried by the API server to the pod's node and made there: the same way whether the panel runs in
/// the cluster or not, and one that no network policy has to leave open. Half of it cannot be closed.
/// </summary>
/// <remarks>
/// Each message begins with the number of its channel: 0 data, 1 why it failed. The first message of each is the port, in two bytes, low one first.
/// https://github.com/kubernetes/kubelet/blob/master/pkg/cri/streaming/portforward/websocket.go
/// </remarks>
sealed class PortStream : Stream
{
    const byte Data = 0, Error = 1;
    const int Chunk = 32 << 10, MaxWords = 4 << 10, PortBytes = 2;

    readonly WebSocket socket;
    readonly Pipe input = new(new PipeOptions(pauseWriterThreshold: 256 << 10, resumeWriterThreshold: 128 << 10, useSynchronizationContext: false));
    readonly SemaphoreSlim writing = new(1);
    readonly CancellationTokenSource closing = new();
    readonly Task reading;
    bool closed;

    PortStream(WebSocket socket)
    {
        this.socket = socket;
        reading = Task.Run(ReadAsync);
    }

    /// <summary>Connects. A port on which nothing listens shows as an <see cref="IOException"/> of the first read.</summary>
    public static async Task<PortStream> ConnectAsync(KubeClient client, string space, string pod, int port, CancellationToken cancellation) =>
        new(await client.ConnectAsync(FormattableString.Invariant($"{Kinds.Pods.Path(space, pod, "portforward")}?ports={port}"), cancellation));

    /// <inheritdoc/>
    public override bool CanRead => true;
    /// <inheritdoc/>
    public override bool CanSeek => false;
    /// <inheritdoc/>
    public override bool CanWrite => true;
    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();
    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();
    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await input.Reader.ReadAsync(cancellationToken);
        var part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length));
        var length = (int)part.Length;
        part.CopyTo(buffer.Span);
        input.Reader.AdvanceTo(part.End);
        return length;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var message = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length, Chunk) + 1);
        await writing.WaitAsync(cancellationToken);
        try
        {
            while (!buffer.IsEmpty)
            {
                var part = buffer[..Math.Min(buffer.Length, Chunk)];
                message[0] = Data;
                part.CopyTo(message.AsMemory(1));
                await socket.SendAsync(message.AsMemory(0, part.Length + 1), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
                buffer = buffer[part.Length..];
            }
        }
        catch (Exception failure) when (failure is WebSocketException or InvalidOperationException or ObjectDisposedException)
        {
            throw new IOException($"The connection to the pod's port is lost: {failure.Message}", failure);
        }
        finally
        {
            writing.Release();
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    async Task ReadAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        Exception? lost = null;
        using var words = new MemoryStream();
        try
        {
            var channel = -1;
            int[] skip = [PortBytes, PortBytes];
            while (true)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(0, Chunk), closing.Token);
                if (read.MessageType == WebSocketMessageType.Close) break;
                var bytes = buffer.AsMemory(0, read.Count);
                if (channel < 0 && bytes.Length > 0)
                {
                    channel = bytes.Span[0];
                    bytes = bytes[1..];
                }
                if (channel is Data or Error)
                {
                    var head = Math.Min(skip[channel], bytes.Length);
                    (skip[channel], bytes) = (skip[channel] - head, bytes[head..]);
                }
                if (channel == Data && !bytes.IsEmpty) await input.Writer.WriteAsync(bytes, closing.Token);
                if (channel == Error) words.Write(bytes.Span[..(int)Math.Min(bytes.Length, MaxWords - words.Length)]);
                if (read.EndOfMessage) channel = -1;
            }
        }
        catch (Exception failure) when (failure is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            lost = new IOException("The connection to the pod's port is lost.", failure);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (words.Length > 0) lost = new IOException("Nothing listens on the port.", new IOException(Encoding.UTF8.GetString(words.ToArray())));
        await input.Writer.CompleteAsync(lost);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (closed) return;
        closed = true;
        await closing.CancelAsync();
        socket.Abort();
        await reading;
        socket.Dispose();
        await input.Reader.CompleteAsync();
        writing.Dispose();
        closing.Dispose();
        await base.DisposeAsync();
    }
}
