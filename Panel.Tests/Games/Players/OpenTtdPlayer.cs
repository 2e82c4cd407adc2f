using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Panel.Tests.Support;

namespace Panel.Tests.Games.Players;

/// <summary>
/// A spectator of OpenTTD 13.0: takes the map without looking at it, answers each frame, speaks and leaves. A packet is its length in two
/// bytes, its kind in one, and its content; texts end with a zero.
/// </summary>
sealed class OpenTtdPlayer : IScriptedPlayer
{
    /// <summary>What the server's version is called, and its number, which it asks for as well: 13 + 16, a release, revision 28004.</summary>
    const string Version = "13.0";
    const uint VersionNumber = (13 + 16) << 24 | 1 << 19 | 28004;

    const byte Join = 2, Refused = 3, CheckFiles = 8, FilesChecked = 9, Welcome = 14, GetMap = 16, MapDone = 21, MapTaken = 22, Joined = 23, Frame = 24, Acknowledge = 25, Chat = 29, Heard = 30, Quit = 42;
    const byte Spectator = 255, ToAll = 0, Say = 3;

    readonly TcpClient client = new();
    readonly CancellationTokenSource leaving = new();
    readonly TaskCompletionSource joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock gate = new();
    readonly List<string> heard = [];
    Task reading = Task.CompletedTask;
    uint? own;

    OpenTtdPlayer()
    {
    }

    /// <summary>Joins; returns once the server told that it plays.</summary>
    public static async Task<IScriptedPlayer> JoinAsync(int port, string name)
    {
        var player = new OpenTtdPlayer();
        try
        {
            using var deadline = Deadline.Source();
            await player.client.ConnectAsync("127.0.0.1", port, deadline.Token);
            player.reading = player.ReadAsync();
            await player.SendAsync(Join, [.. Text(Version), .. Number(VersionNumber), .. Text(name), Spectator, 0]);
            await player.joined.Task.Within($"{name} joins OpenTTD");
            return player;
        }
        catch
        {
            await player.DisposeAsync();
            throw;
        }
    }

    public Task ChatAsync(string text) => SendAsync(Chat, [Say, ToAll, .. Number(0), .. Text(text), .. new byte[8]]);

    public Task HearAsync(string text) => Deadline.UntilAsync($"hearing {text}", () =>
    {
        lock (gate) return heard.Any(line => line.Contains(text, StringComparison.Ordinal));
    });

    public async ValueTask DisposeAsync()
    {
        if (joined.Task.IsCompletedSuccessfully) await ((Task)SendAsync(Quit, [])).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await leaving.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        client.Dispose();
        leaving.Dispose();
    }

    async Task ReadAsync()
    {
        try
        {
            var head = new byte[3];
            while (true)
            {
                await client.GetStream().ReadExactlyAsync(head, leaving.Token);
                var content = new byte[BinaryPrimitives.ReadUInt16LittleEndian(head) - head.Length];
                await client.GetStream().ReadExactlyAsync(content, leaving.Token);
                await TakeAsync(head[2], content);
            }
        }
        catch (Exception end)
        {
            joined.TrySetException(end);
            throw;
        }
    }

    Task TakeAsync(byte kind, byte[] content)
    {
        switch (kind)
        {
            case Refused: throw new IOException($"OpenTTD refused, with error {content[0]}.");
            case CheckFiles: return SendAsync(FilesChecked, []);
            case Welcome:
                own = BinaryPrimitives.ReadUInt32LittleEndian(content);
                return SendAsync(GetMap, []);
            case MapDone: return SendAsync(MapTaken, []);
            case Joined when BinaryPrimitives.ReadUInt32LittleEndian(content) == own:
                joined.TrySetResult();
                break;
            // two numbers of frames, and sometimes a token that has to come back
            case Frame when content.Length > 8: return SendAsync(Acknowledge, [.. content[..4], content[8]]);
            case Heard:
                lock (gate) heard.Add(Encoding.UTF8.GetString(content[6..^9]));
                break;
        }
        return Task.CompletedTask;
    }

    Task SendAsync(byte kind, byte[] content)
    {
        byte[] packet = [.. BitConverter.GetBytes((ushort)(content.Length + 3)), kind, .. content];
        return client.GetStream().WriteAsync(packet, leaving.Token).AsTask();
    }

    static byte[] Number(uint number) => BitConverter.GetBytes(number);

    static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];
}
