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
    const int MaxWords = 4 << 10, PortBytes = 2;

    readonly ChannelMessages messages;
    readonly Pipe input = new(new PipeOptions(pauseWriterThreshold: 256 << 10, resumeWriterThreshold: 128 << 10, useSynchronizationContext: false));
    readonly CancellationTokenSource closing = new();
    readonly Task reading;
    bool closed;

    PortStream(WebSocket socket)
    {
        messages = new(socket, "The connection to the pod's port is lost");
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
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await messages.WriteAsync(Data, buffer, cancellationToken);

    async Task ReadAsync()
    {
        using var words = new MemoryStream();
        int[] skip = [PortBytes, PortBytes];
        var failure = await messages.ReadAsync(async (channel, bytes) =>
        {
            if (channel is not (Data or Error)) return;
            var head = Math.Min(skip[channel], bytes.Length);
            (skip[channel], bytes) = (skip[channel] - head, bytes[head..]);
            if (channel == Error) words.Write(bytes.Span[..(int)Math.Min(bytes.Length, MaxWords - words.Length)]);
            else if (!bytes.IsEmpty) await input.Writer.WriteAsync(bytes, closing.Token);
        }, closing.Token);
        var lost = failure is null ? null : new IOException("The connection to the pod's port is lost.", failure);
        if (words.Length > 0) lost = new IOException("Nothing listens on the port.", new IOException(Encoding.UTF8.GetString(words.ToArray())));
        await input.Writer.CompleteAsync(lost);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (closed) return;
        closed = true;
        await closing.CancelAsync();
        messages.Abort();
        await reading;
        messages.Dispose();
        await input.Reader.CompleteAsync();
        closing.Dispose();
        await base.DisposeAsync();
    }
}
