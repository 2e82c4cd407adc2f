using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Panel.Contracts.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Games;

/// <summary>Each game from its template to its saved world: installed, ready, asked over its own protocol, commanded, stopped.</summary>
[Trait("Lane", "games")]
public sealed class GamesOnTheClusterTests
{
    [Fact]
    public async Task Demo_runs_takes_players_and_saves()
    {
        await using var host = await GameHost.StartAsync();
        var server = await host.CreateAsync("demo", new() { ["MAX_PLAYERS"] = "7" });
        await using (await MinecraftBot.JoinAsync(await server.PortAsync(), "Alice"))
        {
            await Deadline.UntilAsync("one player is shown", async () => (await server.RowAsync()).Players is { Online: 1, Max: 7 });
            await server.TypeAsync("list");
            await server.LineAsync("There are 1 of a max of 7 players online: Alice");
        }
        await Deadline.UntilAsync("no player is shown", async () => (await server.RowAsync()).Players is { Online: 0 });
        // it was asked for its commands once it was ready, and its answer is not on the console
        await Deadline.UntilAsync("the commands that the game told", async () => (await server.CommandsAsync()) is ["help", "list", "say", "kick", "save-all", "flood", "crash", "stop"]);
        Assert.DoesNotContain("shows this list", server.Output, StringComparison.Ordinal);
        File.Delete(server.File("world/level.json"));
        await server.PowerAsync(PowerAction.Stop);
        await server.UntilAsync(ServerPhase.Offline);
        Assert.True(File.Exists(server.File("world/level.json")));
        await server.PowerAsync(PowerAction.Start);
        await server.UntilAsync(ServerPhase.Running);
    }

    [Fact]
    public async Task Luanti_is_installed_answers_commands_and_stops()
    {
        Assert.SkipUnless(File.Exists("/usr/lib/minetest/minetestserver"), "No Luanti here (minetest-server).");
        await using var host = await GameHost.StartAsync();
        var server = await host.CreateAsync("luanti", new() { ["MAX_PLAYERS"] = "5", ["MOTD"] = "Grüße", ["MAPGEN"] = "flat" });
        Assert.True(await AnswersLuantiAsync(await server.PortAsync()));
        await server.TypeAsync("list");
        await server.LineAsync(@"\[console\] There are 0 of a max of 5 players online");
        await server.TypeAsync("status");
        await server.LineAsync(@"\[console\] # Server: .*version");
        Assert.Contains("Grüße", await File.ReadAllTextAsync(server.File("minetest.conf")));
        await server.PowerAsync(PowerAction.Stop);
        await server.UntilAsync(ServerPhase.Offline);
        Assert.Contains("Server: Shutting down", server.Output);
        Assert.True(new FileInfo(server.File("world/map_meta.txt")).Length > 0);
    }

    [Fact]
    public async Task OpenTTD_is_installed_answers_a_query_and_saves_on_stop()
    {
        Assert.SkipUnless(File.Exists("/usr/games/openttd") && Directory.Exists("/usr/share/games/openttd/baseset/opengfx"), "No OpenTTD here (openttd, openttd-opengfx).");
        await using var host = await GameHost.StartAsync();
        var server = await host.CreateAsync("openttd", new() { ["SERVER_NAME"] = "Trains & Söhne", ["MAP_SIZE"] = "6" });
        Assert.Contains("Trains & Söhne", await AskOpenTtdAsync(await server.PortAsync()));
        await server.TypeAsync("clients");
        await server.LineAsync("Client #1 +name: 'Server'");
        await server.PowerAsync(PowerAction.Stop);
        await server.UntilAsync(ServerPhase.Offline);
        var saved = server.File("save/autosave/exit.sav");
        Assert.True(new FileInfo(saved).Length > 1000);
        await server.PowerAsync(PowerAction.Start);
        await server.UntilAsync(ServerPhase.Running);
        Assert.DoesNotContain("Map generation percentage", server.Output[server.Output.LastIndexOf("Starting dedicated server", StringComparison.Ordinal)..]);
    }

    [Fact]
    public async Task Minecraft_is_fetched_started_and_stopped()
    {
        var jar = await JavaServer.JarAsync();
        await using var site = await FileServer.StartAsync();
#pragma warning disable CA5350 // Mojang publishes SHA-1
        var sha1 = Convert.ToHexStringLower(System.Security.Cryptography.SHA1.HashData(jar));
#pragma warning restore CA5350
        site.Put("/server.jar", jar);
        site.Put("/1.20.4.json", $$$"""{"downloads":{"server":{"url":"{{{site.Address}}}/server.jar","sha1":"{{{sha1}}}"}},"javaVersion":{"majorVersion":8}}""");
        site.Put("/manifest.json", $$$"""{"latest":{"release":"1.20.4"},"versions":[{"id":"1.20.4","url":"{{{site.Address}}}/1.20.4.json"}]}""");
        await using var host = await GameHost.StartAsync(("Panel:LocalCluster:Images:MinecraftVanillaManifest", $"{site.Address}/manifest.json"));
        var server = await host.CreateAsync("minecraft-java", new() { ["EULA"] = "TRUE", ["MEMORY"] = "128M" }, memoryMiB: 1024);
        await server.LineAsync($"port: {await server.PortAsync()} motd: A Minecraft server");
        await server.TypeAsync("hello");
        await server.LineAsync("you typed hello");
        await server.PowerAsync(PowerAction.Stop);
        await server.UntilAsync(ServerPhase.Offline);
        await server.LineAsync("stopped");
    }

    [Fact]
    public async Task Minecraft_without_its_download_says_what_is_missing()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/java"), "No Java here.");
        await using var host = await GameHost.StartAsync(("Panel:LocalCluster:Images:MinecraftVanillaManifest", $"http://127.0.0.1:{FreePort.Next()}/manifest.json"));
        var server = await host.CreateAsync("minecraft-java", new() { ["EULA"] = "TRUE" }, memoryMiB: 1024, until: ServerPhase.Failing);
        await server.LineAsync(@"ERROR: http://127\.0\.0\.1:\d+/manifest\.json cannot be reached");
    }

    // a client's first datagram, and the answer that gives it its number
    static async Task<bool> AnswersLuantiAsync(int port)
    {
        using var client = new UdpClient("127.0.0.1", port);
        byte[] hello = [0x4F, 0x45, 0x74, 0x03, 0, 0, 0, 3, 0xFF, 0xDC, 1];
        using var deadline = Deadline.Source(TimeSpan.FromSeconds(10));
        await client.SendAsync(hello, deadline.Token);
        var answer = (await client.ReceiveAsync(deadline.Token)).Buffer;
        return answer.AsSpan(0, 4).SequenceEqual(hello.AsSpan(0, 4)) && answer.Length >= 12;
    }

    // "what game is this": a packet of type 7, answered by type 6, which carries the name
    static async Task<string> AskOpenTtdAsync(int port)
    {
        using var deadline = Deadline.Source(TimeSpan.FromSeconds(10));
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, deadline.Token);
        await client.GetStream().WriteAsync(new byte[] { 3, 0, 7 }, deadline.Token);
        var head = new byte[3];
        await client.GetStream().ReadExactlyAsync(head, deadline.Token);
        Assert.Equal(6, head[2]);
        var body = new byte[BinaryPrimitives.ReadUInt16LittleEndian(head) - 3];
        await client.GetStream().ReadExactlyAsync(body, deadline.Token);
        return Encoding.UTF8.GetString(body);
    }
}
