using System.Security.Cryptography;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Games;

/// <summary>The contract of the Minecraft image on one machine, against lists as the publishers have them, with a tiny server's jar.</summary>
[Trait("Lane", "games")]
public sealed class MinecraftLauncherTests : IAsyncLifetime
{
    readonly TempFolder folder = new();
    FileServer site = null!;

    public async ValueTask InitializeAsync() => site = await FileServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await site.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Latest_is_fetched_verified_and_becomes_Java()
    {
        await PublishVanillaAsync();
        await using var game = Start(new() { ["MEMORY"] = "64M", ["SERVER_PORT"] = "25999", ["MOTD"] = "Grüße \\o/", ["JVM_OPTS"] = "-Dsome=thing" });
        await game.LineAsync(@"\]: Done \(0\.123s\)!");
        Assert.Contains("arguments: nogui", game.Output);
        Assert.Contains("port: 25999 motd: Grüße \\o/", game.Output);
        Assert.Contains("java", await File.ReadAllTextAsync($"/proc/{game.Id}/comm"));
        await game.TypeAsync("hello");
        await game.LineAsync("you typed hello");
        await game.TypeAsync("stop");
        Assert.Equal(0, await game.ExitAsync());
        Assert.Contains("eula=true", await File.ReadAllTextAsync(folder["eula.txt"]));
    }

    [Fact]
    public async Task Share_of_memory_is_a_share_of_the_plan()
    {
        await PublishVanillaAsync();
        await using var game = Start(new() { ["MEMORY"] = "50%", ["SERVER_MEMORY"] = "200" });
        await game.LineAsync("-Xmx100M");
        await game.LineAsync(@"heap: (9\d|100)$");
    }

    [Fact]
    public async Task Wrong_checksum_installs_nothing()
    {
        await PublishVanillaAsync(sha1: new string('0', 40));
        await using var game = Start([]);
        Assert.Equal(1, await game.ExitAsync());
        Assert.Contains("checksum differs", game.Output);
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*.jar*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Server_that_has_run_starts_without_a_network()
    {
        await PublishVanillaAsync();
        await using (var first = Start([]))
        {
            await first.LineAsync("Done");
            await first.TypeAsync("stop");
            await first.ExitAsync();
        }
        await site.DisposeAsync();
        await using var again = Start([]);
        await again.LineAsync("Starting 1.20.4, which is here already");
        await again.LineAsync("Done");
    }

    [Fact]
    public async Task Edited_properties_stay_where_the_environment_says_nothing()
    {
        await PublishVanillaAsync();
        await File.WriteAllTextAsync(folder["server.properties"], "# mine\nview-distance=4\nmotd=old\n");
        await using var game = Start(new() { ["MOTD"] = "new" });
        await game.LineAsync("Done");
        var properties = await File.ReadAllLinesAsync(folder["server.properties"]);
        Assert.Equal(["# mine", "view-distance=4", "motd=new"], properties.Take(3));
    }

    [Fact]
    public async Task Paper_is_found_by_its_builds()
    {
        var jar = await JavaServer.JarAsync();
        site.Put("/paper/projects/paper", """{"versions":{"1.20":["1.20.5-rc1","1.20.4"]}}""");
        site.Put("/paper/projects/paper/versions/1.20.4", """{"version":{"java":{"version":{"minimum":8}}}}""");
        site.Put("/paper/projects/paper/versions/1.20.4/builds/latest",
            $$$$$"""{"downloads":{"server:default":{"url":"{{{{{site.Address}}}}}/paper.jar","checksums":{"sha256":"{{{{{Convert.ToHexStringLower(SHA256.HashData(jar))}}}}}"}}}}""");
        site.Put("/paper.jar", jar);
        await using var game = Start(new() { ["TYPE"] = "PAPER" });
        await game.LineAsync("PAPER 1.20.4 from");
        await game.LineAsync("Done");
    }

    [Fact]
    public async Task Fabric_is_found_by_its_lists()
    {
        var jar = await JavaServer.JarAsync();
        site.Put("/fabric/versions/game", """[{"version":"24w01a","stable":false},{"version":"1.20.4","stable":true}]""");
        site.Put("/fabric/versions/loader", """[{"version":"0.15.0","stable":true}]""");
        site.Put("/fabric/versions/installer", """[{"version":"1.0.0","stable":true}]""");
        site.Put("/fabric/versions/loader/1.20.4/0.15.0/1.0.0/server/jar", jar);
        await using var game = Start(new() { ["TYPE"] = "FABRIC" });
        await game.LineAsync("FABRIC 1.20.4 .* no checksum is published");
        await game.LineAsync("Done");
    }

    [Theory]
    [InlineData("EULA", "", "https://aka.ms/MinecraftEULA")]
    [InlineData("TYPE", "SPIGOT", "choose PAPER")]
    [InlineData("TYPE", "GOLF", "TYPE=GOLF cannot be started")]
    [InlineData("TYPE", "FORGE", "promotions_slim.json answered 404")]
    [InlineData("VERSION", "0.9.9", "There is no Minecraft version 0.9.9")]
    [InlineData("VERSION", "../../x", "is no version")]
    [InlineData("MEMORY", "much", "is no amount of memory")]
    [InlineData("PANEL_JAVA", "/nonexistent/java", "There is no Java at /nonexistent/java")]
    public async Task What_is_missing_is_said_in_one_line(string variable, string value, string said)
    {
        await PublishVanillaAsync();
        await using var game = Start(new() { [variable] = value });
        Assert.Equal(1, await game.ExitAsync());
        Assert.Contains(said, Assert.Single(game.Output.Split('\n'), line => line.Contains("ERROR")));
    }

    [Fact]
    public async Task Too_old_Java_is_said()
    {
        await PublishVanillaAsync(java: 99);
        await using var game = Start([]);
        Assert.Equal(1, await game.ExitAsync());
        Assert.Contains("Minecraft 1.20.4 needs Java 99; this machine has Java", game.Output);
    }

    [Fact]
    public async Task Site_that_cannot_be_reached_is_named()
    {
        await using var game = Start(new() { ["PANEL_MINECRAFT_VANILLA_MANIFEST"] = $"http://127.0.0.1:{FreePort.Next()}/manifest.json" });
        Assert.Equal(1, await game.ExitAsync());
        Assert.Contains("cannot be reached", game.Output);
    }

    async Task PublishVanillaAsync(string? sha1 = null, int java = 8)
    {
        var jar = await JavaServer.JarAsync();
        site.Put("/server.jar", jar);
        site.Put("/1.20.4.json", $$$"""{"downloads":{"server":{"url":"{{{site.Address}}}/server.jar","sha1":"{{{sha1 ?? Hash(jar)}}}"}},"javaVersion":{"majorVersion":{{{java}}}}}""");
        site.Put("/manifest.json", $$$"""{"latest":{"release":"1.20.4"},"versions":[{"id":"1.20.4","url":"{{{site.Address}}}/1.20.4.json"}]}""");
    }

#pragma warning disable CA5350 // Mojang publishes SHA-1
    static string Hash(byte[] jar) => Convert.ToHexStringLower(SHA1.HashData(jar));
#pragma warning restore CA5350

    ConsoleProgram Start(Dictionary<string, string> environment)
    {
        var all = new Dictionary<string, string>
        {
            ["EULA"] = "TRUE",
            ["MEMORY"] = "64M",
            ["PANEL_MINECRAFT_VANILLA_MANIFEST"] = $"{site.Address}/manifest.json",
            ["PANEL_MINECRAFT_PAPER"] = $"{site.Address}/paper",
            ["PANEL_MINECRAFT_FABRIC"] = $"{site.Address}/fabric",
            ["PANEL_MINECRAFT_FORGE"] = $"{site.Address}/forge",
        };
        foreach (var (key, value) in environment) all[key] = value;
        return ConsoleProgram.StartGame(folder.Path, "minecraft", all);
    }
}
