using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Games;

/// <summary>The game that ships with Panel, as a process of its own.</summary>
public sealed class DemoGameTests : IDisposable
{
    readonly TempFolder folder = new();
    readonly int port = FreePort.Next();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Start_prints_the_ready_line_and_writes_what_can_be_edited()
    {
        await using var game = await StartAsync();
        Assert.Contains($"server-port={port}", await File.ReadAllTextAsync(folder["server.properties"]));
        Assert.True(File.Exists(folder["world/level.json"]));
    }

    [Fact]
    public async Task Properties_win_over_the_environment_and_take_effect_at_the_next_start()
    {
        await File.WriteAllTextAsync(folder["server.properties"], $"motd=From the \\u00e9 file\nserver-port={port}\ngamemode=survival\n");
        await using var game = await StartAsync(motd: "From the environment");
        var status = await MinecraftBot.PingAsync(port);
        Assert.Equal("From the é file", status.GetProperty("description").GetProperty("text").GetString());
        Assert.Contains("Default game type: SURVIVAL", game.Output);
        var lines = await File.ReadAllLinesAsync(folder["server.properties"]);
        Assert.Equal("motd=From the \\u00e9 file", lines[0]);
        Assert.Contains("difficulty=peaceful", lines);
    }

    [Fact]
    public async Task Ping_tells_players_and_places()
    {
        await using var game = await StartAsync();
        await using var bot = await MinecraftBot.JoinAsync(port, "Alice");
        await game.LineAsync("Alice joined the game");
        var players = (await MinecraftBot.PingAsync(port)).GetProperty("players");
        Assert.Equal((1, 2), (players.GetProperty("online").GetInt32(), players.GetProperty("max").GetInt32()));
        Assert.Equal("Alice", players.GetProperty("sample")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Ping_of_old_clients_is_answered()
    {
        await using var game = await StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port).Within("connecting");
        await client.GetStream().WriteAsync(new byte[] { 0xFE, 0x01 });
        var answer = new byte[512];
        var length = await client.GetStream().ReadAtLeastAsync(answer, 3, throwOnEndOfStream: false).AsTask().Within("an answer");
        Assert.Equal(0xFF, answer[0]);
        Assert.Contains("1.12.2", System.Text.Encoding.BigEndianUnicode.GetString(answer, 3, length - 3));
    }

    [Fact]
    public async Task Player_joins_chats_digs_and_leaves()
    {
        await using var game = await StartAsync();
        var bot = await MinecraftBot.JoinAsync(port, "Alice");
        await game.LineAsync(@"\[Server thread/INFO\]: Alice joined the game$");
        await bot.ChatAsync("hello\u0007 all");
        await game.LineAsync("<Alice> hello all$");
        await game.TypeAsync("say good evening");
        await bot.HearAsync(@"\[Server\] good evening");
        await bot.DigAsync(1, 3, 1);
        await bot.MoveAsync(7.5, 4, 2);
        await Deadline.UntilAsync("the world has arrived", () => bot.Chunks == 49);
        await bot.ChatAsync("I am done");
        await bot.HearAsync("I am done");
        await bot.DisposeAsync();
        await game.LineAsync("Alice left the game$");
        await game.TypeAsync("save-all");
        await game.LineAsync("Saved the world");
        using var world = JsonDocument.Parse(await File.ReadAllTextAsync(folder["world/level.json"]));
        Assert.Equal(0, world.RootElement.GetProperty("blocks").GetProperty("1,3,1").GetInt32());
        Assert.Equal(7.5, world.RootElement.GetProperty("players").GetProperty("Alice").GetProperty("x").GetDouble());
    }

    [Fact]
    public async Task Other_version_is_told_which_to_use()
    {
        await using var game = await StartAsync();
        var refusal = await Assert.ThrowsAsync<IOException>(() => MinecraftBot.JoinAsync(port, "Bob", version: 765));
        Assert.Contains("1.12.2", refusal.Message);
    }

    [Theory, InlineData("bad name"), InlineData(""), InlineData("<script>")]
    public async Task Impossible_name_is_refused(string name)
    {
        await using var game = await StartAsync();
        await Assert.ThrowsAsync<IOException>(() => MinecraftBot.JoinAsync(port, name));
    }

    [Fact]
    public async Task Full_server_refuses_and_kick_makes_room()
    {
        await using var game = await StartAsync();
        await using var alice = await MinecraftBot.JoinAsync(port, "Alice");
        await using var bob = await MinecraftBot.JoinAsync(port, "Bob");
        await game.LineAsync("Bob joined");
        Assert.Contains("full", (await Assert.ThrowsAsync<IOException>(() => MinecraftBot.JoinAsync(port, "Carol"))).Message);
        await game.TypeAsync("kick alice be nice");
        await alice.HearAsync("be nice");
        await game.LineAsync("Alice left the game");
        await using var carol = await MinecraftBot.JoinAsync(port, "Carol");
        await game.TypeAsync("list");
        await game.LineAsync("There are 2 of a max of 2 players online: Bob, Carol");
    }

    [Theory, InlineData("stop"), InlineData("TERM")]
    public async Task Stop_saves_and_ends_with_zero(string how)
    {
        await using var game = await StartAsync();
        File.Delete(folder["world/level.json"]);
        if (how == "stop") await game.TypeAsync("stop");
        else game.Signal(how);
        Assert.Equal(0, await game.ExitAsync());
        Assert.True(File.Exists(folder["world/level.json"]));
        Assert.Contains("Saved the world", game.Output);
    }

    [Fact]
    public async Task Crash_ends_with_one_and_a_stack_trace()
    {
        await using var game = await StartAsync();
        await game.TypeAsync("crash");
        Assert.Equal(1, await game.ExitAsync());
        Assert.Contains("Crash asked for", game.Output);
    }

    [Fact]
    public async Task Port_in_use_is_said_and_ends_with_one()
    {
        await using var first = await StartAsync();
        using var other = new TempFolder();
        await using var second = Start(other.Path);
        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains("FAILED TO BIND TO PORT", second.Output);
    }

    [Theory, InlineData("server-port=abc", "server-port=abc is not a number"), InlineData("gamemode=golf", "gamemode=golf is not one of"), InlineData("level-name=../x", "level-name")]
    public async Task Wrong_property_is_named(string line, string said)
    {
        await File.WriteAllTextAsync(folder["server.properties"], line + "\n");
        await using var game = Start(folder.Path);
        Assert.Equal(1, await game.ExitAsync());
        Assert.Contains(said, game.Output);
    }

    [Fact]
    public async Task Broken_world_is_said_and_left_as_it_is()
    {
        Directory.CreateDirectory(folder["world"]);
        await File.WriteAllTextAsync(folder["world/level.json"], "{ \"ticks\": ");
        await using var game = Start(folder.Path);
        Assert.Equal(1, await game.ExitAsync());
        Assert.Contains("is not a world", game.Output);
        Assert.Equal("{ \"ticks\": ", await File.ReadAllTextAsync(folder["world/level.json"]));
    }

    [Fact]
    public async Task Nonsense_on_the_port_harms_nobody()
    {
        await using var game = await StartAsync();
        foreach (var nonsense in (byte[][])[[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), [0], [5, 0, 1]])
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port).Within("connecting");
            await client.GetStream().WriteAsync(nonsense);
        }
        await using var bot = await MinecraftBot.JoinAsync(port, "Alice");
        await game.LineAsync("Alice joined the game");
    }

    [Fact]
    public async Task Flood_prints_every_line()
    {
        await using var game = await StartAsync();
        await game.TypeAsync("flood 20000 1");
        await game.LineAsync("flood: 20000 lines in");
        Assert.Equal(20000, game.Output.Split('\n').Count(line => line.Contains("the quick brown fox")));
    }

    ConsoleProgram Start(string path, string motd = "") =>
        ConsoleProgram.StartGame(path, "demo", new Dictionary<string, string> { ["SERVER_PORT"] = $"{port}", ["MAX_PLAYERS"] = "2", ["MOTD"] = motd });

    async Task<ConsoleProgram> StartAsync(string motd = "")
    {
        var game = Start(folder.Path, motd);
        await game.LineAsync(@"\]: Done \(\d+\.\d+s\)! For help, type ""help""");
        return game;
    }
}
