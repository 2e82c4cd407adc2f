using System.Text;
using Panel.Core.Console.Input;
using Panel.Core.Errors;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Console.Input;

/// <summary>RCON against servers that answer in every way that games do, and some that none should.</summary>
public sealed class RconConnectionTests
{
    const string Password = "pass-Wort-9";

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answer_of_many_packets_is_put_together_with_letters_that_are_split_between_them()
    {
        var answer = string.Concat(Enumerable.Range(0, 2000).Select(i => $"Grüße {i} 🎉\n"));
        await using var game = Game(async (stream, id, _, cancellation) =>
        {
            foreach (var part in Encoding.UTF8.GetBytes(answer).Chunk(4096)) await stream.WriteAsync(GamePeer.Packet(id, 0, part), cancellation);
        });
        await using var rcon = await OpenAsync(game);
        Assert.Equal(answer, await rcon.AskAsync("list", Stop));
        Assert.Equal(answer, await rcon.AskAsync("list", Stop));
        Assert.Equal(1, game.Connections);
    }

    [Fact]
    public async Task Packets_that_arrive_byte_by_byte_are_read()
    {
        await using var game = Game(async (stream, id, text, cancellation) =>
        {
            foreach (var one in GamePeer.Packet(id, 0, Encoding.UTF8.GetBytes($"heard {text}")))
            {
                await stream.WriteAsync(new[] { one }, cancellation);
                await stream.FlushAsync(cancellation);
            }
        });
        await using var rcon = await OpenAsync(game);
        Assert.Equal("heard x", await rcon.AskAsync("x", Stop));
    }

    [Fact]
    public async Task Game_that_does_not_answer_the_mark_is_waited_for_once_and_then_read_until_it_is_silent()
    {
        await using var game = Game((stream, id, text, cancellation) => stream.WriteAsync(GamePeer.Packet(id, 0, Encoding.UTF8.GetBytes(text)), cancellation).AsTask(), marks: Marks.Ignored);
        await using var rcon = await OpenAsync(game);
        Assert.Equal("one", await rcon.AskAsync("one", Stop));
        Assert.Equal("two", await rcon.AskAsync("two", Stop));
    }

    [Fact]
    public async Task Game_that_hangs_up_over_the_mark_has_still_answered()
    {
        await using var game = Game((stream, id, text, cancellation) => stream.WriteAsync(GamePeer.Packet(id, 0, Encoding.UTF8.GetBytes(text)), cancellation).AsTask(), marks: Marks.Fatal);
        await using var rcon = await OpenAsync(game);
        Assert.Equal("one", await rcon.AskAsync("one", Stop));
        await Deadline.UntilAsync("the end is noticed", () => !rcon.IsOpen);
    }

    [Fact]
    public async Task Late_answer_to_the_command_before_is_not_taken_for_this_ones()
    {
        await using var game = Game(async (stream, id, text, cancellation) =>
        {
            await stream.WriteAsync(GamePeer.Packet(id - 1, 0, "late"u8), cancellation);
            await stream.WriteAsync(GamePeer.Packet(id, 0, Encoding.UTF8.GetBytes(text)), cancellation);
        });
        await using var rcon = await OpenAsync(game);
        Assert.Equal("one", await rcon.AskAsync("one", Stop));
        Assert.Equal("two", await rcon.AskAsync("two", Stop));
    }

    [Fact]
    public async Task Wrong_password_is_refused_in_words_that_do_not_repeat_it()
    {
        await using var game = Game((_, _, _, _) => Task.CompletedTask);
        var refusal = await Assert.ThrowsAsync<ConflictException>(async () => await RconConnection.OpenAsync(await game.ConnectAsync(Stop), "wrong-one", TimeProvider.System, Stop));
        Assert.Contains("refused the password", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(1 << 20)]
    public async Task Peer_that_tells_an_impossible_length_is_left_without_reserving_it(int length)
    {
        await using var game = new GamePeer(async (stream, cancellation) =>
        {
            await stream.WriteAsync(BitConverter.GetBytes(length), cancellation);
            await stream.WriteAsync(new byte[64], cancellation);
            await GamePeer.ReadAsync(stream, cancellation);
        });
        var refusal = await Assert.ThrowsAsync<ConflictException>(async () => await RconConnection.OpenAsync(await game.ConnectAsync(Stop), Password, TimeProvider.System, Stop));
        Assert.Contains("does not speak RCON", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_without_an_end_is_cut()
    {
        var part = new byte[4096];
        Array.Fill(part, (byte)'x');
        await using var game = Game(async (stream, id, _, cancellation) =>
        {
            for (var i = 0; i < 200; i++) await stream.WriteAsync(GamePeer.Packet(id, 0, part), cancellation);
        });
        await using var rcon = await OpenAsync(game);
        Assert.Equal(256 * 1024, (await rcon.AskAsync("flood", Stop))!.Length);
    }

    enum Marks
    {
        Answered,
        Ignored,
        Fatal,
    }

    static async Task<RconConnection> OpenAsync(GamePeer game) => await RconConnection.OpenAsync(await game.ConnectAsync(Stop), Password, TimeProvider.System, Stop).Within("signing in");

    static GamePeer Game(Func<Stream, int, string, CancellationToken, Task> answer, Marks marks = Marks.Answered) => new(async (stream, cancellation) =>
    {
        while (await GamePeer.ReadAsync(stream, cancellation) is var (id, type, text))
        {
            if (type == 3)
            {
                await stream.WriteAsync(GamePeer.Packet(id, 0, []), cancellation);
                await stream.WriteAsync(GamePeer.Packet(text == Password ? id : -1, 2, []), cancellation);
            }
            else if (type == 2)
            {
                await answer(stream, id, text, cancellation);
            }
            else if (marks == Marks.Answered)
            {
                await stream.WriteAsync(GamePeer.Packet(id, 0, "Unknown request 0"u8), cancellation);
            }
            else if (marks == Marks.Fatal)
            {
                return;
            }
        }
    });
}
