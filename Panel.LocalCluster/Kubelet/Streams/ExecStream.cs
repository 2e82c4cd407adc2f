using System.Net.WebSockets;
using System.Text.Json;
using Panel.Kube.Wire;
using Panel.LocalCluster.Kubelet.Pods;

namespace Panel.LocalCluster.Kubelet.Streams;

/// <summary>Joins a command's three pipes to a socket until the command ends or the client goes.</summary>
sealed class ExecStream(ContainerExec exec, ChannelSocket socket, TimeProvider clock)
{
    // how long a child of the command may keep its output open without writing after the command has ended
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    int moves, sending;

    public async Task RunAsync(bool stdin, bool stdout, bool stderr, CancellationToken aborted)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        await socket.SendAsync(ChannelSocket.Stdout, default, gone.Token);
        if (!stdin) exec.Input.Close();
        var receiving = ReceiveAsync(stdin, gone);
        var output = Task.WhenAll(PumpAsync(exec.Output, stdout ? ChannelSocket.Stdout : null, gone.Token), PumpAsync(exec.Error, stderr ? ChannelSocket.Stderr : null, gone.Token));
        try
        {
            var code = await exec.WaitAsync(gone.Token);
            await DrainAsync(output);
            await socket.SendAsync(ChannelSocket.Error, ExitStatus(code), gone.Token);
            await socket.CloseAsync(gone.Token);
            await Task.WhenAny(receiving, Task.Delay(TimeSpan.FromSeconds(2), clock, gone.Token));
        }
        catch (Exception left) when (left is OperationCanceledException or WebSocketException)
        {
            // the client went away: nobody is left to be told
            exec.Kill();
        }
        finally
        {
            await gone.CancelAsync();
        }
    }

    /// <summary>What is said on the error stream when a command has ended.</summary>
    public static byte[] ExitStatus(int code) => JsonSerializer.SerializeToUtf8Bytes(code == 0
        ? new Status { ApiVersion = null, Kind = null, Outcome = "Success" }
        : new Status
        {
            ApiVersion = null,
            Kind = null,
            Outcome = "Failure",
            Reason = "NonZeroExitCode",
            Message = $"command terminated with non-zero exit code: exit status {code}",
            Details = new() { Causes = [new() { Reason = "ExitCode", Message = $"{code}" }] },
        }, KubeJson.Default.Status);

    async Task ReceiveAsync(bool stdin, CancellationTokenSource gone)
    {
        try
        {
            await socket.ReceiveAsync(async bytes =>
            {
                if (!stdin) return;
                if (bytes is not { } some) exec.Input.Close();
                else await WriteAsync(some, gone.Token);
            }, gone.Token);
        }
        catch (Exception left) when (left is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // told by the cancellation: the end of the socket is the end of the command
            _ = left;
        }
        finally
        {
            await gone.CancelAsync();
        }
    }

    async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await exec.Input.WriteAsync(bytes, cancellation);
            await exec.Input.FlushAsync(cancellation);
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // the command has closed its input, as "head" does: what follows is for nobody, and its output still counts
            exec.CloseInput();
        }
    }

    async Task PumpAsync(Stream from, byte? channel, CancellationToken cancellation)
    {
        var buffer = new byte[ChannelSocket.MaxMessage];
        while (await from.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            Interlocked.Increment(ref moves);
            if (channel is not { } to) continue;
            Interlocked.Increment(ref sending);
            await socket.SendAsync(to, buffer.AsMemory(0, read), cancellation);
            Interlocked.Decrement(ref sending);
        }
    }

    async Task DrainAsync(Task output)
    {
        while (!output.IsCompleted)
        {
            var before = Volatile.Read(ref moves);
            await Task.WhenAny(output, Task.Delay(Silence, clock));
            if (Volatile.Read(ref moves) == before && Volatile.Read(ref sending) == 0) return;
        }
        await output;
    }
}
