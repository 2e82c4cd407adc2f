using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Panel.Tests.Support;

namespace Panel.Tests.Games.Players;

/// <summary>
/// A player of Teeworlds 0.7: joins, speaks, leaves. Over UDP: each packet has flags, the number of the last chunk that came, how many
/// chunks it holds and the receiver's token; a chunk that must not be lost has a number and is sent until it is acknowledged.
/// </summary>
sealed class TeeworldsPlayer : IScriptedPlayer
{
    const string Version = "0.7 802f1be60a05665f";
    const int ClientVersion = 0x0705, Numbers = 1024;
    const byte IsControl = 1, IsPacked = 4, HasNoConnection = 8, MustArrive = 1;
    const byte StillThere = 0, Connect = 1, Connected = 2, Closed = 4, Token = 5;
    // of the connection itself
    const int Info = 1, MapChange = 2, ConnectionReady = 5, Ready = 18, Enter = 19;
    // of the game
    const int Said = 3, ReadyToEnter = 8, Say = 24, Start = 27;
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    readonly UdpClient client = new();
    readonly CancellationTokenSource leaving = new();
    readonly TaskCompletionSource joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock gate = new();
    readonly List<string> heard = [];
    readonly SortedDictionary<int, byte[]> unanswered = [];
    readonly byte[] own = RandomNumberGenerator.GetBytes(4);
    readonly string name;
    byte[] theirs = [0xFF, 0xFF, 0xFF, 0xFF];
    Task reading = Task.CompletedTask, sending = Task.CompletedTask;
    byte[]? knock;
    int taken, last;

    TeeworldsPlayer(string name) => this.name = name;

    /// <summary>Joins; returns once the server let it into the game.</summary>
    public static async Task<IScriptedPlayer> JoinAsync(int port, string name)
    {
        var player = new TeeworldsPlayer(name);
        try
        {
            player.client.Connect("127.0.0.1", port);
            player.Knock(Token);
            player.reading = player.ReadAsync();
            player.sending = player.KeepUpAsync();
            await player.joined.Task.Within($"{name} joins Teeworlds");
            return player;
        }
        catch
        {
            await player.DisposeAsync();
            throw;
        }
    }

    public Task ChatAsync(string text)
    {
        Send(Say, ofGame: true, [.. TeeworldsCode.Number(1), .. TeeworldsCode.Number(-1), .. Text(text)]);
        return Task.CompletedTask;
    }

    public Task HearAsync(string text) => Deadline.UntilAsync($"hearing {text}", () =>
    {
        lock (gate) return heard.Any(line => line.Contains(text, StringComparison.Ordinal));
    });

    public async ValueTask DisposeAsync()
    {
        if (joined.Task.IsCompletedSuccessfully) SendPacket(IsControl, 0, [Closed, .. Text("bye")]);
        await leaving.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        client.Dispose();
        leaving.Dispose();
    }

    /// <summary>Asks for the token, or for the connection, until it is answered; as long as the answer may be, so that nobody can be flooded with it.</summary>
    void Knock(byte what) => SendPacket(IsControl, 0, knock = [what, .. own, .. new byte[508]]);

    /// <summary>Sends again what was not acknowledged, and tells that it is still there.</summary>
    async Task KeepUpAsync()
    {
        using var timer = new PeriodicTimer(Pace);
        while (await timer.WaitForNextTickAsync(leaving.Token))
        {
            byte[][] again;
            lock (gate) again = [.. unanswered.Values];
            foreach (var chunk in again) SendPacket(0, 1, chunk);
            if (knock is { } waiting) SendPacket(IsControl, 0, waiting);
            else SendPacket(IsControl, 0, [StillThere]);
        }
    }

    async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var packet = (await client.ReceiveAsync(leaving.Token)).Buffer;
                var flags = packet[0] >> 2;
                if (packet.Length < 8 || (flags & HasNoConnection) != 0 || !packet.AsSpan(3, 4).SequenceEqual(own)) continue;
                Acknowledged((packet[0] & 3) << 8 | packet[1]);
                if ((flags & IsControl) != 0) TakeControl(packet.AsSpan(7));
                else TakeChunks(packet[2], (flags & IsPacked) != 0 ? TeeworldsCode.Unpack(packet.AsSpan(7)) : packet[7..]);
            }
        }
        catch (Exception end)
        {
            joined.TrySetException(end);
            throw;
        }
    }

    void Acknowledged(int number)
    {
        lock (gate)
        {
            foreach (var known in unanswered.Keys.Where(known => (number - known + Numbers) % Numbers < Numbers / 2).ToList()) unanswered.Remove(known);
        }
    }

    void TakeControl(ReadOnlySpan<byte> content)
    {
        switch (content[0])
        {
            case Token when knock is [Token, ..]:
                theirs = content.Slice(1, 4).ToArray();
                Knock(Connect);
                break;
            case Connected when knock is not null:
                knock = null;
                Send(Info, ofGame: false, [.. Text(Version), .. Text(""), .. TeeworldsCode.Number(ClientVersion)]);
                break;
            case Closed:
                throw new IOException($"Teeworlds ended the connection: {Encoding.UTF8.GetString(content[1..]).TrimEnd('\0')}");
        }
    }

    void TakeChunks(int count, ReadOnlySpan<byte> content)
    {
        for (; count > 0 && content.Length > 2; count--)
        {
            var (flags, size, head, isNext) = (content[0] >> 6, (content[0] & 0x3F) << 6 | content[1] & 0x3F, 2, true);
            if ((flags & MustArrive) != 0)
            {
                var number = (content[1] & 0xC0) << 2 | content[2];
                head = 3;
                isNext = number == (taken + 1) % Numbers;
                if (isNext) taken = number;
            }
            if (head + size > content.Length) return;
            if (isNext) TakeMessage(content.Slice(head, size));
            content = content[(head + size)..];
        }
    }

    void TakeMessage(ReadOnlySpan<byte> content)
    {
        var kind = TeeworldsCode.Number(ref content);
        switch ((kind & 1) == 0, kind >> 1)
        {
            case (false, MapChange): Send(Ready, ofGame: false, []); break;
            case (false, ConnectionReady):
                // the name, no clan, no country; six parts of a skin, whether each has a colour of its own, and which
                string[] skin = ["standard", "", "", "standard", "standard", "standard"];
                Send(Start, ofGame: true, [.. Text(name), .. Text(""), .. TeeworldsCode.Number(-1), .. skin.SelectMany(Text), .. new byte[12]]);
                break;
            case (true, ReadyToEnter):
                Send(Enter, ofGame: false, []);
                joined.TrySetResult();
                break;
            case (true, Said):
                for (var field = 0; field < 3; field++) TeeworldsCode.Number(ref content);
                lock (gate) heard.Add(Encoding.UTF8.GetString(content).TrimEnd('\0'));
                break;
        }
    }

    void Send(int kind, bool ofGame, byte[] content)
    {
        byte[] message = [.. TeeworldsCode.Number(kind << 1 | (ofGame ? 0 : 1)), .. content], chunk;
        lock (gate)
        {
            last = (last + 1) % Numbers;
            unanswered[last] = chunk = [(byte)(MustArrive << 6 | message.Length >> 6), (byte)(message.Length & 0x3F | last >> 2 & 0xC0), (byte)last, .. message];
        }
        SendPacket(0, 1, chunk);
    }

    void SendPacket(byte flags, byte chunks, byte[] content) => client.Client.Send([(byte)(flags << 2 | taken >> 8), (byte)taken, chunks, .. theirs, .. content]);

    static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];
}
