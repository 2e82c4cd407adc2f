using Panel.Kube.Client;

namespace Panel.Kube.Console;

/// <summary>The way to one server's input: opened with the first line, kept while lines come, closed when they have not for a while or the pod is another.</summary>
sealed class ConsoleInput : IAsyncDisposable
{
    static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    readonly Func<CancellationToken, Task<ChannelSocket>> open;
    readonly SemaphoreSlim gate = new(1);
    readonly ITimer idle;
    ChannelSocket? socket;
    string? pod;
    bool closed;

    public ConsoleInput(Func<CancellationToken, Task<ChannelSocket>> open, TimeProvider clock)
    {
        this.open = open;
        idle = clock.CreateTimer(static state => _ = ((ConsoleInput)state!).CloseIdleAsync(), this, Idle, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Writes to the input of the pod's program.</summary>
    /// <returns>Whether it was written; not when this way was closed meanwhile.</returns>
    public async Task<bool> TryWriteAsync(string podUid, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            if (closed) return false;
            idle.Change(Idle, Timeout.InfiniteTimeSpan);
            var reused = socket is { IsOpen: true } && pod == podUid;
            if (!reused) await OpenAsync(podUid, cancellation);
            try
            {
                await socket!.WriteAsync(bytes, cancellation);
            }
            catch (IOException) when (reused)
            {
                await OpenAsync(podUid, cancellation);
                await socket!.WriteAsync(bytes, cancellation);
            }
            return true;
        }
        finally
        {
            gate.Release();
        }
    }

    async Task OpenAsync(string podUid, CancellationToken cancellation)
    {
        if (socket is { } old) await old.DisposeAsync();
        socket = null;
        (socket, pod) = (await open(cancellation), podUid);
    }

    async Task CloseIdleAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (closed) return;
            closed = true;
            if (socket is { } open) await open.DisposeAsync();
            socket = null;
        }
        finally
        {
            gate.Release();
        }
        await idle.DisposeAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(CloseIdleAsync());
}
