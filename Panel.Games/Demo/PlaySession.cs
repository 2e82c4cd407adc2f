using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Panel.Games.Protocol;

namespace Panel.Games.Demo;

/// <summary>One player from join to leave.</summary>
sealed class PlaySession : IDisposable
{
    const int WaitingPackets = 512, ViewChunks = 3, Stone = 1 << 4;
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);
    static readonly TimeSpan KeepAlivePace = TimeSpan.FromSeconds(10);
    static int entities;

    readonly DemoServer server;
    readonly Stream stream;
    readonly Channel<byte[]> outgoing = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(WaitingPackets) { SingleReader = true });
    readonly CancellationTokenSource ending;
    readonly int entity = Interlocked.Increment(ref entities);
    string? reason;
    long heard;

    public PlaySession(DemoServer server, Stream stream, string name, CancellationToken cancellation)
    {
        this.server = server;
        this.stream = stream;
        Name = name;
        Id = OfflineId(name);
        ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        heard = server.Clock.GetTimestamp();
    }

    public string Name { get; }

    public Guid Id { get; }

    public int Entity => entity;

    /// <summary>Queues a packet; a player who does not keep up is let go.</summary>
    public void Send(byte[] packet)
    {
        if (!outgoing.Writer.TryWrite(packet)) Kick("Too slow");
    }

    /// <summary>Ends the session and tells the player why.</summary>
    public void Kick(string text)
    {
        if (Interlocked.CompareExchange(ref reason, text, null) is null) ending.Cancel();
    }

    /// <summary>Plays until the player leaves, is kicked or the server stops.</summary>
    /// <returns>Why it ended.</returns>
    public async Task<string> RunAsync()
    {
        var writing = WriteAsync();
        var watching = WatchAsync();
        try
        {
            await ReadAsync();
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or InvalidDataException)
        {
            Interlocked.CompareExchange(ref reason, failure is InvalidDataException ? failure.Message : "Disconnected", null);
        }
        await ending.CancelAsync();
        await Task.WhenAll(writing, watching);
        await SayGoodbyeAsync();
        return reason ?? "Disconnected";
    }

    public void Dispose() => ending.Dispose();

    IEnumerable<byte[]> Welcome()
    {
        var properties = server.Properties;
        var (x, y, z) = server.World.FindPlayer(Name);
        yield return Packets.JoinGame(entity, properties.GameModeNumber, properties.DifficultyNumber, properties.MaxPlayers);
        yield return Packets.Brand("Panel demo");
        yield return Packets.SpawnPoint(new(0, DemoWorld.GroundLevel, 0));
        yield return Packets.Abilities(properties.GameModeNumber == 1);
        for (var column = -ViewChunks; column <= ViewChunks; column++)
        {
            for (var row = -ViewChunks; row <= ViewChunks; row++) yield return Packets.Chunk(column, row);
        }
        foreach (var (at, state) in server.World.Changes) yield return Packets.BlockChange(at, state);
        yield return Packets.Position(x, y, z);
        yield return Packets.Time(server.World.Ticks);
    }

    async Task ReadAsync()
    {
        while (await Packet.ReadAsync(stream, ending.Token) is { } packet)
        {
            heard = server.Clock.GetTimestamp();
            switch (packet.VarInt())
            {
                case 0x02: Chat(packet.String(256)); break;
                case 0x0D or 0x0E: server.World.Place(Name, packet.Double(), packet.Double(), packet.Double()); break;
                case 0x14: Dig(packet.VarInt(), packet.Long()); break;
                case 0x1F: server.Change(BlockPosition.Unpack(packet.Long()).Neighbour(packet.VarInt()), Stone); break;
            }
        }
    }

    void Chat(string text)
    {
        var line = new string([.. text.Where(letter => !char.IsControl(letter) && letter != '§')]).Trim();
        if (line.Length == 0) return;
        if (line[0] == '/') Send(Packets.Chat("Commands are for the console of this server."));
        else server.Say($"<{Name}> {line}");
    }

    // in creative mode a block is gone at once (0), else when the player is done (2)
    void Dig(int status, long position)
    {
        if (status == (server.Properties.GameModeNumber == 1 ? 0 : 2)) server.Change(BlockPosition.Unpack(position), 0);
    }

    async Task WriteAsync()
    {
        try
        {
            // past the queue: the queue is for what comes while this is sent
            foreach (var packet in Welcome()) await stream.WriteAsync(packet, ending.Token);
            await foreach (var packet in outgoing.Reader.ReadAllAsync(ending.Token)) await stream.WriteAsync(packet, ending.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            await ending.CancelAsync();
        }
    }

    async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(KeepAlivePace, server.Clock);
        try
        {
            for (var number = 1L; await timer.WaitForNextTickAsync(ending.Token); number++)
            {
                Send(Packets.KeepAlive(number));
                Send(Packets.Time(server.World.Ticks));
                if (server.Clock.GetElapsedTime(heard) > Silence) Kick("Timed out");
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    async Task SayGoodbyeAsync()
    {
        using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await stream.WriteAsync(Packets.Disconnect(reason ?? "Server closed"), brief.Token);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return;
        }
    }

    /// <summary>The id that servers give to players whom nobody vouches for: version 3 over a fixed prefix and the name.</summary>
    static Guid OfflineId(string name)
    {
#pragma warning disable CA5351 // the protocol names MD5; nothing is protected by it
        var hash = MD5.HashData(Encoding.UTF8.GetBytes("OfflinePlayer:" + name));
#pragma warning restore CA5351
        hash[6] = (byte)(hash[6] & 0x0F | 0x30);
        hash[8] = (byte)(hash[8] & 0x3F | 0x80);
        return new(hash, bigEndian: true);
    }
}
