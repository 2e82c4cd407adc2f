using System.Threading.Channels;

namespace Panel.LocalCluster.Kubelet.Streams.Spdy;

/// <summary>One stream of a session, opened by the other side.</summary>
sealed class SpdyStream(SpdySession session, int id, IReadOnlyDictionary<string, string> headers)
{
    const int Waiting = 64;

    readonly Channel<byte[]> input = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Waiting) { SingleReader = true, SingleWriter = true });

    public int Id => id;

    public string Header(string name) => headers.GetValueOrDefault(name, "");

    /// <summary>What the other side sends, until it sends no more.</summary>
    public ChannelReader<byte[]> Input => input.Reader;

    /// <summary>Sends bytes; waits while the other side does not read.</summary>
    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => session.SendDataAsync(id, bytes, last: false, cancellation);

    /// <summary>Says that nothing more will be sent.</summary>
    public Task EndAsync(CancellationToken cancellation) => session.SendDataAsync(id, default, last: true, cancellation);

    /// <summary>Takes bytes that came; one slow stream holds the others of its session up, and memory stays bounded.</summary>
    public ValueTask TakeAsync(byte[] bytes, CancellationToken cancellation) => input.Writer.WriteAsync(bytes, cancellation);

    public void EndInput(Exception? fault = null) => input.Writer.TryComplete(fault);
}
