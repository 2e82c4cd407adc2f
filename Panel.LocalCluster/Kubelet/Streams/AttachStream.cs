using System.Buffers;
using System.Net.WebSockets;
using Panel.LocalCluster.Kubelet.Logs;
using Panel.LocalCluster.Kubelet.Processes;

namespace Panel.LocalCluster.Kubelet.Streams;

/// <summary>Joins a running container to a socket: its input pipe, and its log from now on. A client that reads slowly reads the log slowly; nothing else waits for it.</summary>
sealed class AttachStream(ContainerProcess process, LogReader log, ChannelSocket socket)
{
    readonly List<(byte Channel, byte[] Bytes)> ready = [];
    readonly ArrayBufferWriter<byte> line = new();
    byte lineChannel;

    public async Task RunAsync(bool stdin, bool stdout, bool stderr, CancellationToken aborted)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var from = log.End;
        await socket.SendAsync(ChannelSocket.Stdout, default, gone.Token);
        var receiving = ReceiveAsync(stdin, gone);
        try
        {
            await log.ReadAsync(from, follow: true, (in LogEntry entry) => Take(entry, stdout, stderr), SendAsync, gone.Token);
            await socket.SendAsync(ChannelSocket.Error, ExecStream.ExitStatus(0), gone.Token);
            await socket.CloseAsync(gone.Token);
            await receiving.WaitAsync(TimeSpan.FromSeconds(2), gone.Token);
        }
        catch (Exception left) when (left is OperationCanceledException or WebSocketException or TimeoutException)
        {
            // the client went away; the container does not notice
            ready.Clear();
        }
        finally
        {
            await gone.CancelAsync();
            await receiving;
        }
    }

    bool Take(in LogEntry entry, bool stdout, bool stderr)
    {
        if (!(entry.Stderr ? stderr : stdout)) return true;
        var channel = entry.Stderr ? ChannelSocket.Stderr : ChannelSocket.Stdout;
        if (line.WrittenCount > 0 && (channel != lineChannel || line.WrittenCount + entry.Text.Length >= ChannelSocket.MaxMessage)) Cut();
        lineChannel = channel;
        line.Write(entry.Text);
        if (!entry.Partial) line.Write("\n"u8);
        return true;
    }

    void Cut()
    {
        ready.Add((lineChannel, line.WrittenSpan.ToArray()));
        line.ResetWrittenCount();
    }

    async ValueTask SendAsync(CancellationToken cancellation)
    {
        if (line.WrittenCount > 0) Cut();
        foreach (var (channel, bytes) in ready) await socket.SendAsync(channel, bytes, cancellation);
        ready.Clear();
    }

    async Task ReceiveAsync(bool stdin, CancellationTokenSource gone)
    {
        try
        {
            // a container's input stays open when a client's ends: the next one may attach
            await socket.ReceiveAsync(bytes => stdin && bytes is { } some ? process.WriteInputAsync(some, gone.Token) : Task.CompletedTask, gone.Token);
        }
        catch (Exception left) when (left is OperationCanceledException or WebSocketException or IOException)
        {
            // the client or the container went; reading the log ends by itself in the one case and is ended below in the other
            return;
        }
        finally
        {
            await gone.CancelAsync();
        }
    }
}
