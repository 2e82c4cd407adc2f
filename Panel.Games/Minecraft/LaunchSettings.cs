using System.Globalization;
using System.Text.RegularExpressions;

namespace Panel.Games.Minecraft;

/// <summary>What the environment asks for, in the words of the image <c>itzg/minecraft-server</c>.</summary>
sealed partial class LaunchSettings(Func<string, string?> environment)
{
    /// <summary>Values of <c>server.properties</c> that the environment may set; one that is not set is left as the file has it.</summary>
    static readonly (string Variable, string Key)[] Properties =
    [
        ("SERVER_PORT", "server-port"), ("MOTD", "motd"), ("DIFFICULTY", "difficulty"), ("MODE", "gamemode"), ("MAX_PLAYERS", "max-players"),
        ("LEVEL", "level-name"), ("SEED", "level-seed"), ("LEVEL_TYPE", "level-type"), ("ONLINE_MODE", "online-mode"), ("PVP", "pvp"),
        ("VIEW_DISTANCE", "view-distance"), ("HARDCORE", "hardcore"), ("ENABLE_WHITELIST", "white-list"), ("ENABLE_RCON", "enable-rcon"),
        ("RCON_PORT", "rcon.port"), ("RCON_PASSWORD", "rcon.password"), ("ENABLE_QUERY", "enable-query"), ("QUERY_PORT", "query.port"),
    ];

    static readonly string[] Kinds = ["VANILLA", "PAPER", "SPIGOT", "FORGE", "FABRIC", "CUSTOM"];

    /// <summary>Whether the person accepted the game's licence here.</summary>
    public bool AcceptsEula => IsTrue("EULA");

    /// <summary>The kind of server, in capitals.</summary>
    /// <exception cref="LaunchFailure">It is none that can be started here.</exception>
    public string Kind
    {
        get
        {
            var kind = Text("TYPE", "VANILLA").ToUpperInvariant();
            return Kinds.Contains(kind) ? kind : throw new LaunchFailure($"TYPE={kind} cannot be started on this machine; known are {string.Join(", ", Kinds)}.");
        }
    }

    /// <summary>The version that is asked for; <c>LATEST</c> for the newest.</summary>
    /// <exception cref="LaunchFailure">It cannot be a version.</exception>
    public string Version
    {
        get
        {
            var version = Text("VERSION", "LATEST");
            if (!VersionName().IsMatch(version)) throw new LaunchFailure($"VERSION={version} is no version.");
            return version.Equals("LATEST", StringComparison.OrdinalIgnoreCase) ? "LATEST" : version;
        }
    }

    /// <summary>Whether existing values of <c>server.properties</c> are replaced.</summary>
    public bool OverridesProperties => Text("OVERRIDE_SERVER_PROPERTIES", "TRUE").Equals("TRUE", StringComparison.OrdinalIgnoreCase);

    /// <summary>Options of Java beside the memory.</summary>
    public IEnumerable<string> JavaOptions => Words("JVM_XX_OPTS").Concat(Words("JVM_OPTS"));

    /// <summary>The text of a variable, or a value where it is not set or empty.</summary>
    public string Text(string name, string fallback = "") => environment(name) is { Length: > 0 } value ? value.Trim() : fallback;

    /// <summary>The values for <c>server.properties</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> PropertyValues()
    {
        var values = new List<KeyValuePair<string, string>>();
        foreach (var (variable, key) in Properties)
        {
            if (environment(variable) is not { } value || (value.Length == 0 && variable is not ("MOTD" or "SEED"))) continue;
            values.Add(new(key, value is "TRUE" or "FALSE" ? value.ToLowerInvariant() : value));
        }
        // the server does not open its remote console without a password
        if (IsTrue("ENABLE_RCON") && Text("RCON_PASSWORD").Length == 0) values.Add(new("rcon.password", Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(12))));
        return values;
    }

    /// <summary>The heap's options: <c>MEMORY</c> as an amount, or as a share of what the plan gives.</summary>
    /// <exception cref="LaunchFailure">It is neither.</exception>
    public IEnumerable<string> HeapOptions()
    {
        var both = Text("MEMORY", "1G");
        yield return "-Xms" + Amount("INIT_MEMORY", Text("INIT_MEMORY", both));
        yield return "-Xmx" + Amount("MAX_MEMORY", Text("MAX_MEMORY", both));
    }

    string Amount(string name, string text)
    {
        var match = MemoryAmount().Match(text);
        if (!match.Success) throw new LaunchFailure($"{name}={text} is no amount of memory; write 2G, 1500M or 75%.");
        if (match.Groups["share"] is not { Success: true } share) return text;
        var total = Text("SERVER_MEMORY") is { Length: > 0 } plan && long.TryParse(plan, NumberStyles.None, CultureInfo.InvariantCulture, out var mebibytes)
            ? mebibytes : Machine.MemoryMiB();
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(64, total * int.Parse(share.ValueSpan, CultureInfo.InvariantCulture) / 100)}M");
    }

    bool IsTrue(string name) => Text(name).Equals("TRUE", StringComparison.OrdinalIgnoreCase);

    string[] Words(string name) => Text(name).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._+-]{0,60}\z")]
    private static partial Regex VersionName();

    [GeneratedRegex(@"^((?<share>[1-9][0-9]?)%|[1-9][0-9]{0,8}[kKmMgG]?)\z")]
    private static partial Regex MemoryAmount();
}
