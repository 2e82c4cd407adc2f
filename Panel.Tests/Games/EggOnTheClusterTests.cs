using System.Text.Json.Nodes;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Core.Templates;
using Panel.Tests.Support;
using Panel.Tests.Templates.Eggs;
using Xunit;

namespace Panel.Tests.Games;

/// <summary>An egg as people find them, from its paste to its game: imported, installed by its own script, started by its own command line, stopped.</summary>
[Trait("Lane", "games")]
public sealed class EggOnTheClusterTests
{
    /// <summary>A game: it tells its settings, is ready, repeats what it is told, and ends on its command or on an interrupt, with a word each time.</summary>
    const string Game = """
        #!/bin/bash
        trap 'echo "interrupted"; exit 0' INT
        echo "name is $1, motd is $(sed -n 's/^motd=//p' game.properties), port is $(sed -n 's/^port=//p' game.properties)"
        echo "Loaded 1 world in 0.1s"
        while true; do
            if read -r -t 0.2 line; then
                [ "$line" != halt ] || { echo "saved"; exit 0; }
                echo "you said $line"
            fi
        done
        """;

    const string Install = """
        #!/bin/bash
        set -e
        apt-get update
        apt-get -y install curl ca-certificates
        cd /mnt/server
        echo "fetching version ${GAME_VERSION}"
        curl -fsSL -o game "$MIRROR/game-$GAME_VERSION"
        chmod +x game
        [ -f game.properties ] || echo "# made by the install" > game.properties
        echo "installs: $(( $(sed -n 's/^installs: //p' count 2>/dev/null || true) + 1 ))" > count.new && mv count.new count
        """;

    [Theory]
    [InlineData("halt", "saved", "bash", "ghcr.io/parkervcp/installers:debian")]
    [InlineData("^C", "interrupted", "/bin/bash", "ghcr.io/pterodactyl/installers:debian")]
    [InlineData("^^C", "interrupted", "ash", "ghcr.io/pelican-eggs/installers:alpine")]
    public async Task Egg_is_imported_installed_started_stopped_and_reinstalled(string stop, string last, string entrypoint, string installer)
    {
        await using var site = await FileServer.StartAsync();
        site.Put("/game-1.2", Game.ReplaceLineEndings("\n"));
        await using var host = await GameHost.StartAsync();
        var key = await ImportAsync(host, Egg(site.Address, stop, entrypoint, installer, Install));
        var server = await host.CreateAsync(key, new() { ["SERVER_NAME"] = "it's \"mine\" $(id)", ["MOTD"] = "hello" });
        // the value is one argument of the game, whatever a shell would read in it
        await server.LineAsync($"name is it's \"mine\" \\$\\(id\\), motd is hello, port is {await server.PortAsync()}");
        Assert.StartsWith("# made by the install", await File.ReadAllTextAsync(server.File("game.properties")));
        await server.TypeAsync("good day");
        await server.LineAsync("you said good day");

        await server.PowerAsync(PowerAction.Stop);
        await server.UntilAsync(ServerPhase.Offline);
        Assert.Contains(last, server.Output, StringComparison.Ordinal);

        await server.ReinstallAsync(wipe: false);
        await Deadline.UntilAsync("the second install", () => File.ReadAllText(server.File("count")).Contains("installs: 2", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        await server.UntilAsync(ServerPhase.Offline);
        await server.PowerAsync(PowerAction.Start);
        await server.UntilAsync(ServerPhase.Running);
    }

    [Fact]
    public async Task Game_that_knows_nothing_of_signals_ends_by_an_interrupt_too()
    {
        await using var site = await FileServer.StartAsync();
        // a shell would have a handler of its own
        site.Put("/game-1.2", "#!/bin/bash\necho \"Loaded 1 world in 0.1s\"\nexec cat\n");
        await using var host = await GameHost.StartAsync();
        var key = await ImportAsync(host, Egg(site.Address, "^C", "bash", "ghcr.io/parkervcp/installers:debian", Install));
        var server = await host.CreateAsync(key);
        await server.PowerAsync(PowerAction.Stop);
        // long before the ten minutes after which it would be killed
        await server.UntilAsync(ServerPhase.Offline);
    }

    [Fact]
    public async Task Install_that_fails_says_why_and_is_taken_as_it_is_by_a_person()
    {
        await using var site = await FileServer.StartAsync();
        site.Put("/game-1.2", Game.ReplaceLineEndings("\n"));
        await using var host = await GameHost.StartAsync();
        var key = await ImportAsync(host, Egg(site.Address, "halt", "bash", "ghcr.io/parkervcp/installers:debian", Install + "\necho \"the last step is not there\" >&2\nexit 7\n"));
        var server = await host.CreateAsync(key, until: ServerPhase.Failing);
        await server.LineAsync("fetching version 1.2");   // its log is on the console
        Assert.Contains("the last step is not there", (await server.RowAsync()).Reason, StringComparison.Ordinal);
        await server.AcceptInstallAsync();
        await server.UntilAsync(ServerPhase.Running);
    }

    [Fact]
    public async Task Image_that_nobody_wrote_a_recipe_for_is_marked_before_a_server_is_made()
    {
        await using var host = await GameHost.StartAsync();
        var key = await ImportAsync(host, Egg("http://127.0.0.1:1", "halt", "bash", "quay.io/somebody/installer:1", Install));
        await Deadline.UntilAsync("what runs here", () => host.Get<ObservedCluster>().Missing is not null);
        var lacks = host.Get<TemplateCatalogue>().Find(key)!.Lacks(null, host.Get<ObservedCluster>().Missing!);
        Assert.Equal("a recipe for its image", Assert.Single(lacks).Lacks);
    }

    static async Task<string> ImportAsync(GameHost host, string egg)
    {
        var previews = await host.Get<ImportTemplates>().PreviewAsync(host.Actor, new() { Text = egg }, GameHost.Token);
        Assert.Null(Assert.Single(previews).Fault);
        return Assert.Single(await host.Get<ImportTemplates>().RunAsync(host.Actor, previews, null, GameHost.Token));
    }

    static string Egg(string mirror, string stop, string entrypoint, string installer, string script) => new JsonObject
    {
        ["meta"] = new JsonObject { ["version"] = "PTDL_v2", ["update_url"] = null },
        ["name"] = "Echo game",
        ["author"] = "ann@example.org",
        ["description"] = "Repeats what it is told.",
        ["features"] = new JsonArray(),
        ["docker_images"] = new JsonObject { ["Debian"] = "ghcr.io/parkervcp/yolks:debian" },
        ["file_denylist"] = new JsonArray(),
        ["startup"] = "./game \"{{SERVER_NAME}}\"",
        ["config"] = new JsonObject
        {
            ["files"] = """{ "game.properties": { "parser": "properties", "find": { "motd": "{{server.build.env.MOTD}}", "port": "{{server.build.default.port}}" } } }""",
            ["startup"] = """{ "done": "Loaded 1 world" }""",
            ["logs"] = "{}",
            ["stop"] = stop,
        },
        ["scripts"] = new JsonObject { ["installation"] = new JsonObject { ["script"] = script.ReplaceLineEndings("\r\n"), ["container"] = installer, ["entrypoint"] = entrypoint } },
        ["variables"] = new JsonArray(
            SampleEgg.Variable("SERVER_NAME", "A name", "required|string|max:40"), SampleEgg.Variable("MOTD", "Welcome", "required|string|max:40"),
            SampleEgg.Variable("GAME_VERSION", "1.2", "required|string"), SampleEgg.Variable("MIRROR", mirror, "required|string")),
    }.ToJsonString();
}
