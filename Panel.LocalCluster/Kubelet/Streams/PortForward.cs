using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Kubelet.Streams.Spdy;

namespace Panel.LocalCluster.Kubelet.Streams;

/// <summary>
/// Carries connections of a client to ports of a pod. Each is two streams of one request: data both ways, and an error if there is one. A pod's ports are the machine's,
/// so only those that its containers declare can be reached: others belong to somebody else.
/// </summary>
sealed class PortForward(Pod pod, ILogger logger)
{
    /// <summary>Why a port cannot be reached that is not declared.</summary>
    public const string Undeclared = "the local cluster reaches only ports that the pod's containers declare (spec.containers[*].ports), because pods share the machine's network";

    const int Buffer = 32 << 10;

    readonly HashSet<int> ports = Ports(pod);
    readonly ConcurrentDictionary<string, SpdyStream> errors = [];
    readonly ConcurrentDictionary<int, Task> running = [];

    /// <summary>The ports that a pod's containers declare.</summary>
    public static HashSet<int> Ports(Pod pod) => [.. pod.Spec.Containers.SelectMany(container => container.Ports ?? []).Where(port => port.Protocol is null or "TCP").Select(port => port.Number)];

    /// <summary>Serves one client until it goes; its connections end with it.</summary>
    public async Task RunAsync(Stream wire, CancellationToken aborted)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        using var session = new SpdySession(wire, stream => Open(stream, gone.Token));
        try
        {
            await session.RunAsync(gone.Token);
        }
        catch (Exception left) when (left is OperationCanceledException or IOException or InvalidDataException or System.Net.WebSockets.WebSocketException)
        {
            logger.LogDebug(left, "A port-forward to {Pod} ended", pod.Metadata.Name);
        }
        finally
        {
            await gone.CancelAsync();
            await Task.WhenAll(running.Values);
        }
    }

    void Open(SpdyStream stream, CancellationToken gone)
    {
        var request = stream.Header("requestid");
        if (stream.Header("streamtype") == "error") errors[request] = stream;
        else if (errors.TryRemove(request, out var error)) running[stream.Id] = ForwardAsync(stream, error, gone);
    }

    async Task ForwardAsync(SpdyStream data, SpdyStream error, CancellationToken gone)
    {
        try
        {
            await JoinAsync(data, gone);
        }
        catch (Exception fault) when (fault is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            if (!gone.IsCancellationRequested) await TellAsync(error, $"error forwarding port {data.Header("port")} to pod {pod.Metadata.Name}, uid {pod.Metadata.Uid}: {fault.Message}", gone);
        }
        finally
        {
            await TryAsync(() => error.EndAsync(gone));
            await TryAsync(() => data.EndAsync(gone));
            running.TryRemove(data.Id, out _);
        }
    }

    async Task JoinAsync(SpdyStream data, CancellationToken gone)
    {
        if (!int.TryParse(data.Header("port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || !ports.Contains(port))
            throw new IOException(Undeclared);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, gone);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(gone);
        var sending = SendAsync(data, socket, ended.Token);
        var buffer = new byte[Buffer];
        while (await socket.ReceiveAsync(buffer, ended.Token) is > 0 and var read) await data.WriteAsync(buffer.AsMemory(0, read), ended.Token);
        await ended.CancelAsync();
        await sending;
    }

    static async Task SendAsync(SpdyStream data, Socket socket, CancellationToken cancellation)
    {
        try
        {
            await foreach (var bytes in data.Input.ReadAllAsync(cancellation)) await socket.SendAsync(bytes, cancellation);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception left) when (left is OperationCanceledException or SocketException or EndOfStreamException or ObjectDisposedException)
        {
            // one side went: the other is told by the end of the socket
            socket.Close();
        }
    }

    static Task TellAsync(SpdyStream error, string text, CancellationToken gone) => TryAsync(() => error.WriteAsync(Encoding.UTF8.GetBytes(text), gone));

    static async Task TryAsync(Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (Exception left) when (left is OperationCanceledException or IOException or ObjectDisposedException or System.Net.WebSockets.WebSocketException)
        {
            // the client went: nobody is left to be told
            return;
        }
    }
}
