using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Panel.Tests.Support;

namespace Panel.Tests.Console.Input;

/// <summary>The other end of a remote console: a listener that does with each connection what a test says, as a game might.</summary>
sealed class GamePeer : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stopping = new();
    readonly Task listening;
    int connections;

    public GamePeer(Func<NetworkStream, CancellationToken, Task> serve)
    {
        listener.Start();
        listening = Task.Run(() => ListenAsync(serve));
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many connections there were.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Connects as the panel does once the cluster has led it there.</summary>
    public async Task<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }

    async Task ListenAsync(Func<NetworkStream, CancellationToken, Task> serve)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stopping.Token);
                client.NoDelay = true;
                Interlocked.Increment(ref connections);
                await ServeAsync(serve, client.GetStream());
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or InvalidOperationException && stopping.IsCancellationRequested)
        {
            return;
        }
    }

    async Task ServeAsync(Func<NetworkStream, CancellationToken, Task> serve, NetworkStream stream)
    {
        try
        {
            await serve(stream, stopping.Token);
        }
        catch (IOException)
        {
            return; // the panel hung up; the next connection may come
        }
    }

    /// <summary>Reads one packet of RCON; null at the end.</summary>
    public static async Task<(int Id, int Type, string Text)?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var head = new byte[12];
        if (await stream.ReadAtLeastAsync(head, 12, throwOnEndOfStream: false, cancellation) < 12) return null;
        var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(head) - 8];
        await stream.ReadExactlyAsync(body, cancellation);
        return (BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4)), BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(8)), Encoding.UTF8.GetString(body.AsSpan(..^2)));
    }

    /// <summary>A packet of RCON.</summary>
    public static byte[] Packet(int id, int type, ReadOnlySpan<byte> text)
    {
        var packet = new byte[14 + text.Length];
        BinaryPrimitives.WriteInt32LittleEndian(packet, 10 + text.Length);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(4), id);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(8), type);
        text.CopyTo(packet.AsSpan(12));
        return packet;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await listening.EndsWithin("the end of the peer");
        stopping.Dispose();
    }
}
