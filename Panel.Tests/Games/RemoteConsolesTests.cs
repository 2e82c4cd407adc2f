using System.Text.Json;
using Panel.Contracts.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Games;

/// <summary>Commands to real games that are not typed on standard input.</summary>
[Trait("Lane", "games")]
public sealed class RemoteConsolesTests
{
    [Fact]
    public async Task Teeworlds_is_commanded_over_its_own_console()
    {
        Assert.SkipUnless(File.Exists("/usr/games/teeworlds-server"), "No Teeworlds here (teeworlds-server).");
        await using var host = await GameHost.StartAsync();
        var server = await host.CreateAsync("teeworlds", new() { ["SERVER_NAME"] = "Tees & $(id)", ["MAX_PLAYERS"] = "4" });
        await server.TypeAsync("say hello there");
        await server.LineAsync(@"\[chat\]: \*\*\* hello there");
        await server.TypeAsync("sv_name");
        await server.LineAsync(@"Value: Tees & \$\(id\)");
        Assert.DoesNotContain("couldn't open socket", server.Output, StringComparison.Ordinal);

        // the console's port is free for the next run, which begins at once
        await server.PowerAsync(PowerAction.Restart);
        await Deadline.UntilAsync("the second run", () => System.Text.RegularExpressions.Regex.Count(server.Output, @"\[server\]: version \d") == 2);
        await server.UntilAsync(ServerPhase.Running);
        await server.TypeAsync("say hello again");
        await server.LineAsync(@"\[chat\]: \*\*\* hello again");
        Assert.DoesNotContain("couldn't open socket", server.Output, StringComparison.Ordinal);
        await server.PowerAsync(PowerAction.Stop);
        await server.UntilAsync(ServerPhase.Offline);
    }

    [Fact]
    public async Task Minecraft_answers_over_RCON_in_line()
    {
        var game = Environment.GetEnvironmentVariable("PANEL_TEST_MINECRAFT") ?? "";
        Assert.SkipUnless(File.Exists(Path.Combine(game, "server.js")), "No Minecraft server of Node here: PANEL_TEST_MINECRAFT names its folder, with server.js and its packages.");
        using var images = new TempFolder();
        await File.WriteAllTextAsync(images["minecraft.json"], JsonSerializer.Serialize(new[] { new { image = "test/minecraft:*", args = (string[])["node", "--max-old-space-size=256", $"{game}/server.js"], workingDir = "/data", binds = (string[])[game] } }), GameHost.Token);
        await using var host = await GameHost.StartAsync(data => File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(data, "templates")).FullName, "minecraft-node.json"), """
            { "key": "minecraft-node", "name": "Minecraft of Node", "images": { "One": "test/minecraft:1" }, "mountPath": "/data",
              "variables": [ { "name": "Password", "env": "RCON_PASSWORD", "secret": true, "rules": "nullable|string" } ],
              "ports": [ { "name": "game", "protocol": "TCP" }, { "name": "rcon", "protocol": "TCP", "env": "RCON_PORT", "internal": true } ],
              "files": { "server.properties": { "parser": "properties", "find": { "server-port": "{{server.allocations.game.port}}", "enable-rcon": "true",
                         "rcon.port": "{{server.allocations.rcon.port}}", "rcon.password": "{{server.environment.RCON_PASSWORD}}" } } },
              "ready": ["RCON running on"], "stop": "stop", "input": { "kind": "rcon", "port": "rcon", "password": "RCON_PASSWORD" },
              "help": { "command": "help", "pattern": "^/(?<name>[a-z-]+)\\b" } }
            """), ("Panel:LocalCluster:ImagesDirectory", images.Path));
        var server = await host.CreateAsync("minecraft-node");
        await server.TypeAsync("list");
        Assert.Contains(await server.OwnLinesAsync(), line => line.StartsWith("Answer: There are 0 of a max of", StringComparison.Ordinal));
        await server.TypeAsync("say Grüße 🎉");
        await server.LineAsync("Grüße 🎉");
        // it was asked for its commands by itself, and nobody saw that
        await Deadline.UntilAsync("the commands that the game told", async () => (await server.CommandsAsync()).Contains("banlist"));
        Assert.DoesNotContain(await server.OwnLinesAsync(), line => line.Contains("/banlist", StringComparison.Ordinal));
        await server.PowerAsync(PowerAction.Stop);
        await server.UntilAsync(ServerPhase.Offline);
    }
}
