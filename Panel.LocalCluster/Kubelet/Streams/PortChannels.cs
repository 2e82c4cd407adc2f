using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Panel.LocalCluster.Kubelet.Streams;

/// <summary>Carries one connection to a port of a pod in a WebSocket of channels: 0 data both ways, 1 why it failed. Each begins with the port, in two bytes, low one first.</summary>
static class PortChannels
{
    const byte Data = 0, Error = 1;

    /// <summary>Serves the connection until one side goes.</summary>
    /// <param name="port">The port; null for one that the pod does not declare.</param>
    /// <param name="asked">The port that was asked for.</param>
    /// <param name="channels">The client.</param>
    /// <param name="aborted">Ends it.</param>
    public static async Task RunAsync(int? port, ushort asked, ChannelSocket channels, CancellationToken aborted)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        byte[] number = [(byte)asked, (byte)(asked >> 8)];
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await channels.SendAsync(Data, number, gone.Token);
            await channels.SendAsync(Error, number, gone.Token);
            if (await FaultAsync(socket, port, gone.Token) is { } fault)
            {
                await channels.SendAsync(Error, Encoding.UTF8.GetBytes($"error forwarding port {asked}: {fault}"), gone.Token);
                await channels.CloseAsync(gone.Token);
                return;
            }
            var receiving = ReceiveAsync(channels, socket, gone);
            var buffer = new byte[ChannelSocket.MaxMessage];
            while (await socket.ReceiveAsync(buffer, gone.Token) is > 0 and var read) await channels.SendAsync(Data, buffer.AsMemory(0, read), gone.Token);
            await channels.CloseAsync(gone.Token);
            await gone.CancelAsync();
            await receiving;
        }
        catch (Exception left) when (left is OperationCanceledException or WebSocketException or SocketException or ObjectDisposedException)
        {
            // one side went: the other is told by the end of its connection
            await gone.CancelAsync();
        }
    }

    static async Task<string?> FaultAsync(Socket socket, int? port, CancellationToken cancellation)
    {
        if (port is not { } known) return PortForward.Undeclared;
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, known, cancellation);
            return null;
        }
        catch (SocketException refused)
        {
            return refused.Message;
        }
    }

    static async Task ReceiveAsync(ChannelSocket channels, Socket socket, CancellationTokenSource gone)
    {
        try
        {
            await channels.ReceiveAsync(async bytes =>
            {
                if (bytes is { } some) await socket.SendAsync(some, gone.Token);
            }, gone.Token);
        }
        catch (Exception left) when (left is OperationCanceledException or WebSocketException or SocketException or ObjectDisposedException)
        {
            return; // whoever went, the finally tells the other
        }
        finally
        {
            await gone.CancelAsync();
        }
    }
}
