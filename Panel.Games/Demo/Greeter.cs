using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Panel.Games.Protocol;

namespace Panel.Games.Demo;

/// <summary>What happens on a connection before somebody plays: a ping, or a login.</summary>
sealed partial class Greeter(DemoServer server)
{
    const int StatusState = 1;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Serves a connection to its end.</summary>
    public async Task ServeAsync(Socket socket, CancellationToken cancellation)
    {
        using var connection = socket;
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        var first = new byte[1];
        if (await socket.ReceiveAsync(first, SocketFlags.Peek, patience.Token) == 0) return;
        if (first[0] == 0xFE)
        {
            await stream.WriteAsync(Packets.LegacyStatus(server.Properties.Motd, server.Players.All.Count, server.Players.Places), patience.Token);
            return;
        }
        if (await Packet.ReadAsync(stream, patience.Token) is not { } handshake || handshake.VarInt() != 0) return;
        var version = handshake.VarInt();
        handshake.String(255);
        handshake.UnsignedShort();
        if (handshake.VarInt() == StatusState) await AnswerPingAsync(stream, patience.Token);
        else await LogInAsync(stream, Describe(socket.RemoteEndPoint), version, patience, cancellation);
    }

    async Task AnswerPingAsync(Stream stream, CancellationToken cancellation)
    {
        while (await Packet.ReadAsync(stream, cancellation) is { } packet)
        {
            if (packet.VarInt() == 0)
            {
                await stream.WriteAsync(Packets.Status(StatusJson()), cancellation);
                continue;
            }
            await stream.WriteAsync(Packets.Pong(packet.Long()), cancellation);
            return;
        }
    }

    async Task LogInAsync(Stream stream, string from, int version, CancellationTokenSource patience, CancellationToken cancellation)
    {
        if (await Packet.ReadAsync(stream, patience.Token) is not { } start || start.VarInt() != 0) return;
        if (version != Packets.Version)
        {
            await stream.WriteAsync(Packets.LoginRefused($"This demo server speaks Minecraft {Packets.VersionName}: please join with that version."), patience.Token);
            return;
        }
        var name = start.String(16);
        if (!PlayerName().IsMatch(name))
        {
            await stream.WriteAsync(Packets.LoginRefused("A name has 1 to 16 letters, digits and underscores."), patience.Token);
            return;
        }
        server.Players.Find(name)?.Kick("You logged in from another location");
        using var session = new PlaySession(server, stream, name, cancellation);
        if (!server.Players.Join(session))
        {
            await stream.WriteAsync(Packets.LoginRefused("The server is full!"), patience.Token);
            return;
        }
        patience.CancelAfter(Timeout.InfiniteTimeSpan);
        await stream.WriteAsync(Packets.LoginAccepted(session.Id, name), cancellation);
        await server.PlayAsync(session, from);
    }

    static string Describe(EndPoint? peer) =>
        peer is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped ? $"{mapped.Address.MapToIPv4()}:{mapped.Port}" : $"{peer}";

    string StatusJson()
    {
        var players = server.Players.All;
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("version");
            json.WriteString("name", Packets.VersionName);
            json.WriteNumber("protocol", Packets.Version);
            json.WriteEndObject();
            json.WriteStartObject("players");
            json.WriteNumber("max", server.Players.Places);
            json.WriteNumber("online", players.Count);
            json.WriteStartArray("sample");
            foreach (var player in players.Take(12))
            {
                json.WriteStartObject();
                json.WriteString("name", player.Name);
                json.WriteString("id", player.Id);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject("description");
            json.WriteString("text", server.Properties.Motd);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    [GeneratedRegex(@"^\w{1,16}\z", RegexOptions.ECMAScript)]
    private static partial Regex PlayerName();
}
