using System.Net;
using System.Net.Sockets;
using Panel.Games.Protocol;

namespace Panel.Games.Demo;

/// <summary>The running server: who plays in which world, and the socket they come through.</summary>
sealed class DemoServer(ServerProperties properties, DemoWorld world, GameLog log, TimeProvider clock)
{
    const int MaxConnections = 1024;

    int connections;

    public ServerProperties Properties => properties;

    public DemoWorld World => world;

    public TimeProvider Clock => clock;

    public Roster Players { get; } = new(properties.MaxPlayers);

    /// <summary>Takes the port.</summary>
    /// <exception cref="SocketException">It cannot be had.</exception>
    public Socket Listen()
    {
        var address = properties.Ip.Length > 0 ? IPAddress.Parse(properties.Ip) : Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (address.Equals(IPAddress.IPv6Any)) listener.DualMode = true;
        listener.Bind(new IPEndPoint(address, properties.Port));
        listener.Listen(128);
        return listener;
    }

    /// <summary>Takes in connections until the server stops.</summary>
    public async Task AcceptAsync(Socket listener, CancellationToken cancellation)
    {
        var greeter = new Greeter(this);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(cancellation);
                _ = ServeAsync(greeter, socket, cancellation);
            }
            catch (SocketException failure)
            {
                // too many open files, or a peer that went before it was taken in: the next one may be fine
                log.Warn($"A connection could not be accepted: {failure.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellation);
            }
        }
    }

    /// <summary>One player from join to leave, with the lines that tell of it.</summary>
    public async Task PlayAsync(PlaySession session, string from)
    {
        try
        {
            var (x, y, z) = world.FindPlayer(session.Name);
            log.Info($"UUID of player {session.Name} is {session.Id}");
            log.Info(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{session.Name}[/{from}] logged in with entity id {session.Entity} at ({x:0.0##}, {y:0.0##}, {z:0.0##})"));
            foreach (var player in Players.All) session.Send(Packets.PlayerJoined(player.Id, player.Name, properties.GameModeNumber));
            Players.Tell(Packets.PlayerJoined(session.Id, session.Name, properties.GameModeNumber), except: session);
            Say($"{session.Name} joined the game");
            var reason = await session.RunAsync();
            log.Info($"{session.Name} lost connection: {reason}");
        }
        finally
        {
            Players.Leave(session);
            Players.Tell(Packets.PlayerLeft(session.Id));
            Say($"{session.Name} left the game");
        }
    }

    /// <summary>Tells everybody, and the console.</summary>
    public void Say(string text)
    {
        log.Info(text);
        Players.Tell(Packets.Chat(text));
    }

    /// <summary>Changes a block for everybody.</summary>
    public void Change(BlockPosition position, int state)
    {
        if (position.Y is < 0 or > 255) return;
        if (world.Change(position, state)) Players.Tell(Packets.BlockChange(position, state));
    }

    async Task ServeAsync(Greeter greeter, Socket socket, CancellationToken cancellation)
    {
        try
        {
            if (Interlocked.Increment(ref connections) > MaxConnections) socket.Dispose();
            else await greeter.ServeAsync(socket, cancellation);
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or InvalidDataException or ObjectDisposedException)
        {
            // whoever sends nonsense or goes away harms nobody: a port that is open to the world sees much of it
            socket.Dispose();
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }
}
