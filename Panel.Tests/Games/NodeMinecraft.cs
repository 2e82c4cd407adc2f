using System.Text.Json.Nodes;
using Panel.Core.Templates;
using Panel.Tests.Support;
using Panel.Tests.Templates.Eggs;
using Xunit;

namespace Panel.Tests.Games;

/// <summary>A Minecraft server of the public npm package flying-squid, described by an egg whose script fetches it: a real game that runs wherever Panel is built, for its build needs npm as well.</summary>
static class NodeMinecraft
{
    /// <summary>Some 60 MB are fetched from elsewhere.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    const string Folder = "Panel.Tests/Games/NodeMinecraft";

    /// <summary>What is not of the one version that is played (334 of 484 MB) does not stay on the volume.</summary>
    const string Script = """
        #!/bin/bash
        set -e
        cd /mnt/server
        for file in package.json package-lock.json server.js; do curl -fsS -o "$file" "$MIRROR/$file"; done
        export npm_config_registry="$NPM_REGISTRY" npm_config_cache=/tmp/npm
        [ -d node_modules/flying-squid ] || npm ci --ignore-scripts --omit=optional --no-audit --no-fund --loglevel=error
        find node_modules/minecraft-data/minecraft-data/data/bedrock -mindepth 1 -maxdepth 1 ! -name common -exec rm -rf {} +
        [ -f server.properties ] || echo "# kept by every install" > server.properties
        echo "installs: $(( $(sed -n 's/^installs: //p' installs 2>/dev/null || true) + 1 ))" > installs.new && mv installs.new installs
        """;

    /// <summary>Imports the egg, whose files are fetched from a site; returns the template's key.</summary>
    public static async Task<string> ImportAsync(GameHost host, FileServer site)
    {
        foreach (var file in (string[])["package.json", "package-lock.json", "server.js"]) site.Put($"/{file}", SourceTree.Read($"{Folder}/{file}"));
        var previews = await host.Get<ImportTemplates>().PreviewAsync(host.Actor, new() { Text = await EggAsync(site.Address) }, GameHost.Token);
        Assert.Null(Assert.Single(previews).Fault);
        return Assert.Single(await host.Get<ImportTemplates>().RunAsync(host.Actor, previews, null, GameHost.Token));
    }

    static async Task<string> EggAsync(string mirror) => new JsonObject
    {
        ["meta"] = new JsonObject { ["version"] = "PTDL_v2", ["update_url"] = null },
        ["name"] = "Minecraft of Node",
        ["author"] = "ann@example.org",
        ["description"] = "A Minecraft server in JavaScript.",
        ["features"] = new JsonArray(),
        ["docker_images"] = new JsonObject { ["Node 20"] = "ghcr.io/parkervcp/yolks:nodejs_20" },
        ["file_denylist"] = new JsonArray(),
        ["startup"] = "node --max-old-space-size=512 server.js",
        ["config"] = new JsonObject
        {
            ["files"] = """{ "server.properties": { "parser": "properties", "find": { "server-port": "{{server.build.default.port}}", "motd": "{{server.build.env.MOTD}}", "max-players": "{{server.build.env.MAX_PLAYERS}}" } } }""",
            ["startup"] = """{ "done": "]: Done (" }""",
            ["logs"] = "{}",
            ["stop"] = "stop",
        },
        ["scripts"] = new JsonObject { ["installation"] = new JsonObject { ["script"] = Script.ReplaceLineEndings("\n"), ["container"] = "ghcr.io/parkervcp/installers:debian", ["entrypoint"] = "bash" } },
        ["variables"] = new JsonArray(
            SampleEgg.Variable("MOTD", "A server", "required|string|max:60"), SampleEgg.Variable("MAX_PLAYERS", "5", "required|integer|between:1,20"),
            SampleEgg.Variable("MIRROR", mirror, "required|string"), SampleEgg.Variable("NPM_REGISTRY", await RegistryAsync(), "required|url")),
        // what eggs have no place for
        ["panel"] = new JsonObject
        {
            ["players"] = new JsonObject { ["join"] = @"\]: (?<name>\w{1,16}) joined the game$", ["leave"] = @"\]: (?<name>\w{1,16}) left the game$", ["maxVariable"] = "MAX_PLAYERS" },
            ["say"] = "say {{TEXT}}",
        },
    }.ToJsonString();

    /// <summary>Whether this machine's npm can fetch anything.</summary>
    public static async Task<bool> IsReachedAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(15) };
        try { return (await http.GetAsync(new Uri(new Uri(await RegistryAsync()), "minecraft-protocol"), HttpCompletionOption.ResponseHeadersRead)).IsSuccessStatusCode; }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException) { return false; }
    }

    /// <summary>Where this machine's npm fetches from.</summary>
    static async Task<string> RegistryAsync()
    {
        await using var npm = ConsoleProgram.Start(SourceTree.Root, "npm", ["config", "get", "registry"]);
        await npm.ExitAsync();
        return npm.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Last(line => line.StartsWith("http", StringComparison.Ordinal));
    }
}
