using System.IO.Compression;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Panel.Games.Protocol;
using Panel.Tests.Games.Players;

namespace Panel.Tests.Support;

/// <summary>A scripted player of Minecraft 1.12.2: pings, joins, chats, digs, leaves.</summary>
sealed class MinecraftBot : IScriptedPlayer
{
    readonly TcpClient client = new();
    readonly CancellationTokenSource leaving = new();
    readonly Lock gate = new();
    readonly List<string> heard = [];
    Task reading = Task.CompletedTask;
    long waitingPong = -1;
    bool packs;

    MinecraftBot()
    {
    }

    /// <summary>What was said to it: chat, and why it was sent away.</summary>
    public string Heard
    {
        get { lock (gate) return string.Join('\n', heard); }
    }

    /// <summary>Chunks that came.</summary>
    public int Chunks { get; private set; }

    /// <summary>Keep-alives that came and were answered.</summary>
    public int KeepAlives { get; private set; }

    /// <summary>What a server tells a server list.</summary>
    public static async Task<JsonElement> PingAsync(int port)
    {
        using var deadline = Deadline.Source(TimeSpan.FromSeconds(10));
        await using var bot = await ConnectAsync(port, 1, -1, deadline.Token);
        await bot.SendAsync(new(0x00), deadline.Token);
        var answer = await Packet.ReadAsync(bot.client.GetStream(), deadline.Token) ?? throw new IOException("No answer.");
        answer.VarInt();
        var status = JsonDocument.Parse(answer.String(32767)).RootElement.Clone();
        bot.waitingPong = 4711;
        await bot.SendAsync(new PacketWriter(0x01).Long(bot.waitingPong), deadline.Token);
        var pong = await Packet.ReadAsync(bot.client.GetStream(), deadline.Token) ?? throw new IOException("No pong.");
        return pong.VarInt() == 1 && pong.Long() == bot.waitingPong ? status : throw new IOException("A wrong pong.");
    }

    /// <summary>Joins; returns once the server let it in.</summary>
    /// <exception cref="IOException">It was refused; the message is the server's.</exception>
    public static async Task<MinecraftBot> JoinAsync(int port, string name, int version = Packets.Version)
    {
        using var deadline = Deadline.Source(TimeSpan.FromSeconds(10));
        var bot = await ConnectAsync(port, 2, version, deadline.Token);
        try
        {
            await bot.SendAsync(new PacketWriter(0x00).String(name), deadline.Token);
            var answer = await bot.NextAsync(deadline.Token) ?? throw new IOException("Closed without a word.");
            var kind = answer.VarInt();
            if (kind == 3)
            {
                // from here on packets may be packed, and say so
                bot.packs = true;
                answer = await bot.NextAsync(deadline.Token) ?? throw new IOException("Closed without a word.");
                kind = answer.VarInt();
            }
            if (kind == 0) throw new IOException(TextOf(answer.String(32767)));
        }
        catch
        {
            await bot.DisposeAsync();
            throw;
        }
        bot.reading = bot.ReadAsync();
        return bot;
    }

    /// <summary>Says something.</summary>
    public Task ChatAsync(string text) => SendAsync(new PacketWriter(0x02).String(text), leaving.Token);

    /// <summary>Breaks a block.</summary>
    public Task DigAsync(int x, int y, int z) => SendAsync(new PacketWriter(0x14).VarInt(0).Long(new BlockPosition(x, y, z).Pack()).Byte(1), leaving.Token);

    /// <summary>Stands somewhere else.</summary>
    public Task MoveAsync(double x, double y, double z) => SendAsync(new PacketWriter(0x0D).Double(x).Double(y).Double(z).Bool(true), leaving.Token);

    /// <summary>Waits until it hears something that fits a pattern.</summary>
    public Task HearAsync(string pattern) => Deadline.UntilAsync($"hearing {pattern}", () => Regex.IsMatch(Heard, pattern, RegexOptions.Multiline));

    /// <summary>Waits until the server ends the connection.</summary>
    public Task SentAwayAsync() => reading.Within("the server ends the connection");

    public async ValueTask DisposeAsync()
    {
        await leaving.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        client.Dispose();
        leaving.Dispose();
    }

    static async Task<MinecraftBot> ConnectAsync(int port, int next, int version, CancellationToken cancellation)
    {
        var bot = new MinecraftBot();
        try
        {
            await bot.client.ConnectAsync("127.0.0.1", port, cancellation);
            await bot.SendAsync(new PacketWriter(0x00).VarInt(version).String("127.0.0.1").Short(port).VarInt(next), cancellation);
            return bot;
        }
        catch
        {
            await bot.DisposeAsync();
            throw;
        }
    }

    async Task ReadAsync()
    {
        while (await NextAsync(leaving.Token) is { } packet)
        {
            switch (packet.VarInt())
            {
                case 0x0F: Keep(packet.String(32767)); break;
                case 0x1A: Keep(packet.String(32767)); break;
                case 0x1F: KeepAlives++; await SendAsync(new PacketWriter(0x0B).Long(packet.Long()), leaving.Token); break;
                case 0x20: Chunks++; break;
                case 0x2F: await SendAsync(new PacketWriter(0x00).VarInt(1), leaving.Token); break;
            }
        }
    }

    void Keep(string json)
    {
        lock (gate) heard.Add(TextOf(json));
    }

    async ValueTask<Packet?> NextAsync(CancellationToken cancellation)
    {
        var packet = await Packet.ReadAsync(client.GetStream(), cancellation);
        if (packet is null || !packs) return packet;
        var length = packet.VarInt();
        if (length == 0) return packet;
        using var unpacked = new MemoryStream(length);
        await using var packed = new ZLibStream(new MemoryStream(packet.Rest()), CompressionMode.Decompress);
        await packed.CopyToAsync(unpacked, cancellation);
        return new(unpacked.ToArray());
    }

    Task SendAsync(PacketWriter packet, CancellationToken cancellation)
    {
        var bytes = packet.ToArray();
        // what it says is short: the length with one more byte, which tells that nothing is packed
        return client.GetStream().WriteAsync(packs ? [(byte)(bytes[0] + 1), 0, .. bytes[1..]] : bytes, cancellation).AsTask();
    }

    /// <summary>All words of a text with its parts, in the order in which they are shown.</summary>
    static string TextOf(string json)
    {
        using var document = JsonDocument.Parse(json);
        return string.Concat(Words(document.RootElement));

        static IEnumerable<string> Words(JsonElement part) => part.ValueKind switch
        {
            JsonValueKind.String => [part.GetString()!],
            JsonValueKind.Array => part.EnumerateArray().SelectMany(Words),
            JsonValueKind.Object => ((string[])["text", "with", "extra"]).SelectMany(name => part.TryGetProperty(name, out var inner) ? Words(inner) : []),
            _ => [],
        };
    }
}
