using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Panel.Tests.Support;

namespace Panel.Tests.Games.Players;

/// <summary>
/// A player of Luanti 5.6: is registered at the first visit and signs in at the next, both with SRP, speaks and leaves. Over UDP: each
/// packet has the protocol's number, the sender's, and a channel; what is reliable has a number and is acknowledged; long ones come in parts.
/// </summary>
sealed class LuantiPlayer : IScriptedPlayer
{
    const uint Protocol = 0x4F457403;
    const byte Control = 0, Original = 1, Split = 2, Reliable = 3;
    const byte Acknowledgement = 0, YourNumber = 1, Ping = 2, Farewell = 3;
    const int Hello = 0x02, Accepted = 0x03, Denied = 0x0A, Definitions = 0x3C, SaltAndPublic = 0x60, Said = 0x2F;
    const int Begin = 0x02, Landed = 0x11, Say = 0x32, Ready = 0x43, Register = 0x50, SignIn = 0x51, Proof = 0x52;
    const int Known = 2, New = 4;
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(400);

    readonly UdpClient client = new();
    readonly CancellationTokenSource leaving = new();
    readonly TaskCompletionSource joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock gate = new();
    readonly List<string> heard = [];
    readonly Dictionary<(byte, ushort), byte[]> unanswered = [];
    readonly HashSet<(byte, ushort)> taken = [];
    readonly Dictionary<(byte, ushort), byte[]?[]> parts = [];
    readonly ushort[] next = [65500, 65500, 65500];
    readonly string name;
    readonly SecureRemotePassword password;
    Task reading = Task.CompletedTask, sending = Task.CompletedTask;
    ushort number;
    bool greeted, settled;

    LuantiPlayer(string name, string password) => (this.name, this.password) = (name, new(name, password));

    /// <summary>Whether the server knew the name already.</summary>
    public bool WasKnown { get; private set; }

    /// <summary>Joins; returns once the server let it into the world.</summary>
    public static async Task<LuantiPlayer> JoinAsync(int port, string name, string password)
    {
        var player = new LuantiPlayer(name, password);
        try
        {
            player.client.Connect("127.0.0.1", port);
            player.reading = player.ReadAsync();
            player.SendReliable(0, [Original]);   // an empty one from nobody: the server answers with a number
            player.sending = player.KeepUpAsync();
            await player.joined.Task.Within($"{name} joins Luanti");
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
        Send(Say, [.. Number(text.Length), .. Encoding.BigEndianUnicode.GetBytes(text)]);
        return Task.CompletedTask;
    }

    public Task HearAsync(string text) => Deadline.UntilAsync($"hearing {text}", () =>
    {
        lock (gate) return heard.Any(line => line.Contains(text, StringComparison.Ordinal));
    });

    public async ValueTask DisposeAsync()
    {
        if (number != 0) SendRaw(0, [Control, Farewell]);
        await leaving.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        client.Dispose();
        leaving.Dispose();
    }

    /// <summary>Sends again what was not acknowledged, and tells that it is still there.</summary>
    async Task KeepUpAsync()
    {
        using var timer = new PeriodicTimer(Pace);
        while (await timer.WaitForNextTickAsync(leaving.Token))
        {
            (byte Channel, byte[] Content)[] again;
            lock (gate) again = [.. unanswered.Select(one => (one.Key.Item1, one.Value))];
            foreach (var (channel, content) in again) SendRaw(channel, content);
            if (number == 0) continue;
            SendRaw(0, [Control, Ping]);
            // the first words may be lost: they are repeated until they are answered
            if (!greeted) SendRaw(1, [Original, .. Number(Begin), 28, 0, 0, .. Number(37), .. Number(41), .. Bytes(Encoding.UTF8.GetBytes(name))]);
        }
    }

    async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var packet = (await client.ReceiveAsync(leaving.Token)).Buffer;
                if (packet.Length > 7 && BinaryPrimitives.ReadUInt32BigEndian(packet) == Protocol) Take(packet[6], packet.AsSpan(7));
            }
        }
        catch (Exception end)
        {
            joined.TrySetException(end);
            throw;
        }
    }

    void Take(byte channel, ReadOnlySpan<byte> content)
    {
        switch (content[0])
        {
            case Control when content[1] == Acknowledgement:
                lock (gate) unanswered.Remove((channel, BinaryPrimitives.ReadUInt16BigEndian(content[2..])));
                break;
            case Control when content[1] == YourNumber:
                number = BinaryPrimitives.ReadUInt16BigEndian(content[2..]);
                break;
            case Control when content[1] == Farewell:
                throw new IOException("Luanti ended the connection.");
            case Original:
                Hear(BinaryPrimitives.ReadUInt16BigEndian(content[1..]), content[3..]);
                break;
            case Split:
                TakePart(channel, content[1..]);
                break;
            case Reliable:
                var reliable = BinaryPrimitives.ReadUInt16BigEndian(content[1..]);
                // the acknowledgement carries the number that comes with what it acknowledges
                if (taken.Add((channel, reliable))) Take(channel, content[3..]);
                SendRaw(channel, [Control, Acknowledgement, .. Number(reliable)]);
                break;
        }
    }

    void TakePart(byte channel, ReadOnlySpan<byte> content)
    {
        var (whole, count, index) = (BinaryPrimitives.ReadUInt16BigEndian(content), BinaryPrimitives.ReadUInt16BigEndian(content[2..]), BinaryPrimitives.ReadUInt16BigEndian(content[4..]));
        if (!parts.TryGetValue((channel, whole), out var known)) parts[(channel, whole)] = known = new byte[]?[count];
        known[index] = content[6..].ToArray();
        if (known.Any(part => part is null)) return;
        parts.Remove((channel, whole));
        var all = known.SelectMany(part => part!).ToArray();
        Hear(BinaryPrimitives.ReadUInt16BigEndian(all), all.AsSpan(2));
    }

    void Hear(int kind, ReadOnlySpan<byte> content)
    {
        switch (kind)
        {
            case Hello when !greeted:
                greeted = true;
                var ways = BinaryPrimitives.ReadUInt32BigEndian(content[5..]);
                WasKnown = (ways & New) == 0;
                if (!WasKnown)
                {
                    var salt = RandomNumberGenerator.GetBytes(16);
                    Send(Register, [.. Bytes(salt), .. Bytes(password.Verifier(salt)), 0]);
                }
                else if ((ways & Known) != 0)
                {
                    Send(SignIn, [.. Bytes(password.Public), 1]);
                }
                break;
            case SaltAndPublic:
                var theirs = Field(content, out var rest);
                Send(Proof, Bytes(password.Proof(theirs, Field(rest, out _))));
                break;
            case Accepted: Send(Landed, Bytes("en"u8)); break;
            case Denied: throw new IOException($"Luanti refused, for reason {content[0]}.");
            case Definitions when !settled:
                settled = true;
                Send(Ready, [5, 6, 1, 0, .. Bytes("5.6.1"u8), .. Number(4)]);
                joined.TrySetResult();
                break;
            case Said:
                var sender = BinaryPrimitives.ReadUInt16BigEndian(content[2..]) * 2;
                var text = content[(4 + sender)..];
                lock (gate) heard.Add(Encoding.BigEndianUnicode.GetString(text.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(text) * 2)));
                break;
        }
    }

    void Send(int kind, byte[] content) => SendReliable(1, [Original, .. Number(kind), .. content]);

    void SendReliable(byte channel, byte[] content)
    {
        byte[] numbered;
        lock (gate)
        {
            var own = next[channel]++;
            unanswered[(channel, own)] = numbered = [Reliable, .. Number(own), .. content];
        }
        SendRaw(channel, numbered);
    }

    void SendRaw(byte channel, byte[] content) => client.Client.Send([.. BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(Protocol)), .. Number(number), channel, .. content]);

    static byte[] Field(ReadOnlySpan<byte> content, out ReadOnlySpan<byte> rest)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(content);
        rest = content[(2 + length)..];
        return content.Slice(2, length).ToArray();
    }

    static byte[] Bytes(ReadOnlySpan<byte> content) => [.. Number(content.Length), .. content];

    static byte[] Number(int value) => [(byte)(value >> 8), (byte)value];
}
