using System.Text.Json;

namespace Panel.Games.Minecraft;

/// <summary>Asks those who publish servers which file a version is.</summary>
/// <param name="settings">Where the publishers (or mirrors of them) are.</param>
/// <param name="downloads">How they are asked.</param>
sealed class BuildFinder(LaunchSettings settings, Downloads downloads)
{
    /// <summary>The file for a kind and version.</summary>
    /// <exception cref="LaunchFailure">There is none, or nobody can be asked.</exception>
    public Task<ServerBuild> FindAsync(string kind, string version) => kind switch
    {
        "PAPER" => PaperAsync(version),
        "FABRIC" => FabricAsync(version),
        "FORGE" => ForgeAsync(version),
        "SPIGOT" => SpigotAsync(version),
        "CUSTOM" => Task.FromResult(Custom(version)),
        _ => VanillaAsync(version),
    };

    Uri Manifest => Address("PANEL_MINECRAFT_VANILLA_MANIFEST", "https://piston-meta.mojang.com/mc/game/version_manifest_v2.json");

    // {"latest":{"release":"1.21.4"},"versions":[{"id":"1.21.4","url":"…/1.21.4.json","sha1":"…"}]} and there
    // {"downloads":{"server":{"sha1":"…","url":"…"}},"javaVersion":{"majorVersion":21}}
    async Task<ServerBuild> VanillaAsync(string asked)
    {
        var (version, details) = await DetailsAsync(asked);
        if (!Has(details, "downloads", out var files) || !Has(files, "server", out var server)) throw new LaunchFailure($"Minecraft {version} was published without a server.");
        return new(version, new(new(Text(server, "url")), Sha1: Text(server, "sha1")), Java(details));
    }

    async Task<(string Version, JsonElement Details)> DetailsAsync(string asked)
    {
        var manifest = await downloads.ReadAsync(Manifest);
        var version = asked == "LATEST" ? Text(manifest.GetProperty("latest"), "release") : asked == "SNAPSHOT" ? Text(manifest.GetProperty("latest"), "snapshot") : asked;
        var entry = manifest.GetProperty("versions").EnumerateArray().FirstOrDefault(entry => Text(entry, "id") == version);
        if (entry.ValueKind == JsonValueKind.Undefined) throw new LaunchFailure($"There is no Minecraft version {version} (asked {Manifest}).");
        return (version, await downloads.ReadAsync(new(Text(entry, "url")), Has(entry, "sha1", out var sha1) ? sha1.GetString() : null));
    }

    // {"versions":{"1.21":["1.21.4","1.21.3"]}}, newest first; {"downloads":{"server:default":{"url":"…","checksums":{"sha256":"…"}}}}
    async Task<ServerBuild> PaperAsync(string asked)
    {
        var root = Address("PANEL_MINECRAFT_PAPER", "https://fill.papermc.io/v3") + "/projects/paper";
        var versions = (await downloads.ReadAsync(new(root))).GetProperty("versions").EnumerateObject().SelectMany(group => group.Value.EnumerateArray()).Select(entry => entry.GetString()!).ToList();
        var version = asked == "LATEST" ? versions.FirstOrDefault(version => !version.Contains('-')) : versions.FirstOrDefault(version => version == asked);
        if (version is null) throw new LaunchFailure($"Paper has no version {asked} (asked {root}).");
        var about = await downloads.ReadAsync(new($"{root}/versions/{version}"));
        var build = await downloads.ReadAsync(new($"{root}/versions/{version}/builds/latest"));
        var file = build.GetProperty("downloads").GetProperty("server:default");
        int? java = Has(about, "version", out var inner) && Has(inner, "java", out var needs) && Has(needs, "version", out var numbers) && Has(numbers, "minimum", out var least) ? least.GetInt32() : null;
        return new(version, new(new(Text(file, "url")), Sha256: Text(file.GetProperty("checksums"), "sha256")), java);
    }

    // Fabric publishes no checksum: what proves the file is the connection alone
    async Task<ServerBuild> FabricAsync(string asked)
    {
        var root = Address("PANEL_MINECRAFT_FABRIC", "https://meta.fabricmc.net/v2");
        var game = await NewestAsync(new($"{root}/versions/game"), asked, "game");
        var loader = await NewestAsync(new($"{root}/versions/loader"), settings.Text("FABRIC_LOADER_VERSION", "LATEST"), "loader");
        var installer = await NewestAsync(new($"{root}/versions/installer"), settings.Text("FABRIC_LAUNCHER_VERSION", "LATEST"), "installer");
        return new(game, new(new($"{root}/versions/loader/{game}/{loader}/{installer}/server/jar")), await FindJavaAsync(game));
    }

    async Task<string> NewestAsync(Uri list, string asked, string what)
    {
        var entries = (await downloads.ReadAsync(list)).EnumerateArray().ToList();
        var found = entries.FirstOrDefault(entry => asked == "LATEST" ? !Has(entry, "stable", out var stable) || stable.GetBoolean() : Text(entry, "version") == asked);
        return found.ValueKind == JsonValueKind.Undefined ? throw new LaunchFailure($"Fabric has no {what} version {asked} (asked {list}).") : Text(found, "version");
    }

    // {"promos":{"1.20.1-recommended":"47.2.0","1.20.1-latest":"47.3.0"}}
    async Task<ServerBuild> ForgeAsync(string asked)
    {
        var root = Address("PANEL_MINECRAFT_FORGE", "https://maven.minecraftforge.net/net/minecraftforge/forge");
        var version = asked == "LATEST" ? (await DetailsAsync(asked)).Version : asked;
        var forge = settings.Text("FORGE_VERSION");
        if (forge is "" or "LATEST" or "RECOMMENDED")
        {
            var promotions = (await downloads.ReadAsync(new($"{root}/promotions_slim.json"))).GetProperty("promos");
            forge = new[] { forge == "LATEST" ? "latest" : "recommended", "latest" }.Select(name => Has(promotions, $"{version}-{name}", out var found) ? found.GetString() : null).FirstOrDefault(found => found is not null)
                ?? throw new LaunchFailure($"Forge has no build for Minecraft {version} (asked {root}).");
        }
        var installer = new Uri($"{root}/{version}-{forge}/forge-{version}-{forge}-installer.jar");
        var sha1 = await downloads.FindTextAsync(new(installer + ".sha1"));
        return new($"{version}-{forge}", new(installer, Sha1: sha1), await FindJavaAsync(version), IsInstaller: true);
    }

    // its licence lets nobody publish the jar; everyone builds it with BuildTools, which needs git, a JDK and ten minutes
    async Task<ServerBuild> SpigotAsync(string asked)
    {
        var mirror = settings.Text("PANEL_MINECRAFT_SPIGOT");
        if (mirror.Length == 0)
        {
            throw new LaunchFailure("TYPE=SPIGOT is built from source and cannot be fetched: name jars that you built with the setting Panel:LocalCluster:Images:MinecraftSpigot (…/spigot-{version}.jar), or choose PAPER, which runs the same plugins.");
        }
        var version = asked == "LATEST" ? (await DetailsAsync(asked)).Version : asked;
        var jar = new Uri(mirror.Replace("{version}", version));
        return new(version, new(jar, Sha256: (await downloads.FindTextAsync(new(jar + ".sha256")))?.Split(' ')[0]), await FindJavaAsync(version));
    }

    ServerBuild Custom(string asked)
    {
        var server = settings.Text("CUSTOM_SERVER");
        return Uri.TryCreate(server, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? new(asked, new(url, Sha256: settings.Text("CUSTOM_SERVER_SHA256") is { Length: > 0 } sha256 ? sha256 : null), null)
            : throw new LaunchFailure("TYPE=CUSTOM needs CUSTOM_SERVER: the URL of a server's jar.");
    }

    // only to tell early that a Java is too old; who cannot be asked does not keep a server from starting
    async Task<int?> FindJavaAsync(string version)
    {
        try
        {
            return Java((await DetailsAsync(version)).Details);
        }
        catch (LaunchFailure)
        {
            return null;
        }
    }

    Uri Address(string variable, string fallback) => Uri.TryCreate(settings.Text(variable, fallback).TrimEnd('/'), UriKind.Absolute, out var address)
        ? address : throw new LaunchFailure($"{variable} is no URL.");

    static int? Java(JsonElement details) => Has(details, "javaVersion", out var java) && Has(java, "majorVersion", out var major) ? major.GetInt32() : null;

    static bool Has(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value);
    }

    static string Text(JsonElement element, string name) =>
        Has(element, name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new LaunchFailure($"A list lacks \"{name}\".");
}
