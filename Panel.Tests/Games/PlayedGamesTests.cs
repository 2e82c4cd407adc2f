using System.Text.Json;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Tests.Games.Players;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Games;

/// <summary>Games from their install to their second life: joined by a scripted player, stopped, installed again with what was there, and joined again.</summary>
[Trait("Lane", "games")]
public sealed class PlayedGamesTests
{
    [Fact]
    public async Task Demo_is_joined_stopped_and_joined_again_in_its_world_and_in_a_new_one()
    {
        await using var host = await GameHost.StartAsync();
        var server = await host.CreateAsync("demo");
        var game = new PlayedGame(server, MinecraftAsync);
        await game.VisitAsync("Alice", "<{0}> {1}", meanwhile: player => ((MinecraftBot)player).DigAsync(2, 3, 2));
        await game.StopAsync();
        Assert.Equal("2,3,2 is 0", BlocksOf(server));

        // it ships with the panel: there is nothing to install, and its files go only where somebody says so
        await Assert.ThrowsAsync<ConflictException>(() => server.ReinstallAsync(wipe: false));
        await game.StartAsync();
        await game.VisitAsync("Bob", "<{0}> {1}");
        await game.StopAsync();
        Assert.Equal("2,3,2 is 0", BlocksOf(server));

        await server.ReinstallAsync(wipe: true);
        await Deadline.UntilAsync("the world is gone", () => !server.HasFile("world/level.json"));
        await server.UntilAsync(ServerPhase.Offline);
        await game.StartAsync();
        await game.VisitAsync("Carol", "<{0}> {1}");
        await game.StopAsync();
        Assert.Equal("", BlocksOf(server));
    }

    [Fact]
    public async Task Minecraft_of_npm_is_installed_by_its_egg_joined_stopped_installed_again_and_keeps_its_world()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/npm") || File.Exists("/usr/local/bin/npm"), "No npm where pods see it (nodejs, npm).");
        Assert.SkipUnless(await NodeMinecraft.IsReachedAsync(), "npm's registry is not reached from here.");
        await using var site = await FileServer.StartAsync();
        await using var host = await GameHost.StartAsync();
        var key = await NodeMinecraft.ImportAsync(host, site);
        var server = await host.CreateAsync(key, new() { ["MOTD"] = "Played by a script" }, memoryMiB: 1024, limit: NodeMinecraft.Patience);
        var game = new PlayedGame(server, MinecraftAsync);
        await game.VisitAsync("Alice", "<{0}> {1}", meanwhile: async player =>
        {
            await ((MinecraftBot)player).DigAsync(3, 4, 3);
            await BlockAsync(server, "3 4 3", "air");
        });
        await game.StopAsync();
        await server.LineAsync("Saved the world");
        Assert.True(new FileInfo(server.File("world/region/r.0.0.mca")).Length > 4096);

        await game.ReinstallAsync();
        Assert.Equal("installs: 2\n", await File.ReadAllTextAsync(server.File("installs")));
        await BlockAsync(server, "3 4 3", "air");
        await BlockAsync(server, "4 4 3", "grass");
        await game.VisitAsync("Bob", "<{0}> {1}");
        await game.StopAsync();
    }

    [Fact]
    public async Task Luanti_is_installed_joined_stopped_installed_again_and_knows_its_players()
    {
        Assert.SkipUnless(File.Exists("/usr/lib/minetest/minetestserver"), "No Luanti here (minetest-server).");
        await using var host = await GameHost.StartAsync();
        var server = await host.CreateAsync("luanti", new() { ["MAPGEN"] = "flat" });
        LuantiPlayer? last = null;
        var game = new PlayedGame(server, async (port, name) => last = await LuantiPlayer.JoinAsync(port, name, $"the password of {name}"));
        await game.VisitAsync("Alice", @"CHAT: <{0}> {1}", meanwhile: async _ =>
        {
            await server.TypeAsync("grant Alice fly");
            await server.LineAsync(@"\[console\] Privileges of Alice: .*fly");
        });
        Assert.False(last!.WasKnown);
        await game.StopAsync();
        Assert.True(new FileInfo(server.File("world/players.sqlite")).Length > 0);

        await game.ReinstallAsync();
        await server.TypeAsync("privs Alice");
        await Deadline.UntilAsync("what Alice may do", () => System.Text.RegularExpressions.Regex.Count(server.Output, @"\[console\] Privileges of Alice: .*fly") == 2);
        await game.VisitAsync("Alice", @"CHAT: <{0}> {1}");
        Assert.True(last.WasKnown);
        await Assert.ThrowsAsync<IOException>(async () => await LuantiPlayer.JoinAsync(await server.PortAsync(), "Alice", "another password"));
        await game.StopAsync();
    }

    [Fact]
    public async Task Teeworlds_is_installed_joined_stopped_installed_again_and_keeps_its_settings()
    {
        Assert.SkipUnless(File.Exists("/usr/games/teeworlds-server"), "No Teeworlds here (teeworlds-server).");
        await using var host = await GameHost.StartAsync();
        var server = await host.CreateAsync("teeworlds");
        var game = new PlayedGame(server, TeeworldsPlayer.JoinAsync);
        await game.VisitAsync("Alice", @"\[chat\]: .*{0}: {1}");
        await game.StopAsync(bySignal: true);

        await File.AppendAllTextAsync(server.File("server.cfg"), "sv_scorelimit 7\n");
        await game.ReinstallAsync();
        await server.TypeAsync("sv_scorelimit");
        await server.LineAsync("Value: 7");
        await game.VisitAsync("Bob", @"\[chat\]: .*{0}: {1}");
        await game.StopAsync(bySignal: true);
    }

    [Fact]
    public async Task OpenTTD_is_installed_joined_stopped_installed_again_and_goes_on_from_its_save()
    {
        Assert.SkipUnless(File.Exists("/usr/games/openttd") && Directory.Exists("/usr/share/games/openttd/baseset/opengfx"), "No OpenTTD here (openttd, openttd-opengfx).");
        await using var host = await GameHost.StartAsync();
        var server = await host.CreateAsync("openttd", new() { ["MAP_SIZE"] = "6" });
        var game = new PlayedGame(server, OpenTtdPlayer.JoinAsync);
        await game.VisitAsync("Alice", @"\[All\] {0}: {1}", "say \"{0}\"", async _ =>
        {
            // a setting of this game, which its save holds and no config file does
            await server.TypeAsync("setting vehicle.max_trains 321");
            await AskAsync(server, "setting vehicle.max_trains", "max_trains' is '321'");
        });
        await game.StopAsync();
        Assert.True(new FileInfo(server.File("save/autosave/exit.sav")).Length > 1000);
        Assert.DoesNotMatch(@"(?m)^max_trains\s*=\s*321\s*$", await File.ReadAllTextAsync(server.File("openttd.cfg")));

        await game.ReinstallAsync();
        await AskAsync(server, "setting vehicle.max_trains", "max_trains' is '321'");
        await game.VisitAsync("Bob", @"\[All\] {0}: {1}", "say \"{0}\"");
        await game.StopAsync();
    }

    static async Task<IScriptedPlayer> MinecraftAsync(int port, string name) => await MinecraftBot.JoinAsync(port, name);

    static Task BlockAsync(GameServer server, string at, string kind) => AskAsync(server, $"block {at}", $"Block {at} is {kind}");

    /// <summary>Asks again and again, for a game may take what is typed in its own time, until it answers so to what was asked here.</summary>
    static async Task AskAsync(GameServer server, string command, string answer)
    {
        var (asked, before) = (0, server.Output.Length);
        await Deadline.UntilAsync($"\"{answer}\" to {command}", async () =>
        {
            if (asked++ % 20 == 0) await server.TypeAsync(command);
            return server.Output.IndexOf(answer, before, StringComparison.Ordinal) >= 0;
        });
    }

    static string BlocksOf(GameServer server)
    {
        using var world = JsonDocument.Parse(File.ReadAllBytes(server.File("world/level.json")));
        return string.Join(' ', world.RootElement.GetProperty("blocks").EnumerateObject().Select(block => $"{block.Name} is {block.Value}"));
    }
}
