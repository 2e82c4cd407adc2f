using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Panel.Core.Templates.Eggs;

/// <summary>
/// Makes a template of an egg. What an egg leaves to its panel is filled in as the field's panels do it: the volume's place, a shell for the
/// start-up command, a root file system that is closed, ten minutes to stop.
/// </summary>
/// <remarks>The format's facts: https://github.com/pterodactyl/panel and https://github.com/pelican-dev/panel, their importers and exporters.</remarks>
static partial class EggReader
{
    const int StopSeconds = 600;
    const string MountPath = "/home/container";
    static readonly string[] SecretWords = ["PASSWORD", "PASSWD", "TOKEN", "SECRET", "API_KEY", "APIKEY", "LICENSE", "GSLT"];

    /// <summary>The template of an egg, without what Panel adds to eggs of its own.</summary>
    /// <exception cref="EggException">Something in it is not what an egg has there.</exception>
    public static Template Read(JsonObject tree)
    {
        var egg = new EggNode(tree, "");
        var version = EggVersions.Of(egg);
        var variables = egg["variables"].Items().Select(Variable).ToList();
        var name = egg["name"].Required();
        return new()
        {
            Key = Key(name),
            Name = name,
            Author = egg["author"].Text() ?? "",
            Description = egg["description"].Text() ?? "",
            Tags = egg["tags"].Texts(),
            Icon = Icon(egg, version),
            Images = Images(egg, version),
            Startups = egg["startup_commands"].IsNothing ? new Dictionary<string, string> { ["Default"] = egg["startup"].Required() } : Texts(egg["startup_commands"]),
            StartedBy = StartedBy.Image,
            MountPath = MountPath,
            ReadOnlyRoot = true,
            Variables = variables,
            Ports = [new("game", TemplatePort.Both, Role: PortRole.Game), .. Ports(variables)],
            Install = Install(egg["scripts"]["installation"]),
            Files = Files(egg["config"]["files"].Unwrapped()),
            FileDenylist = egg["file_denylist"].Texts(),
            Features = egg["features"].Texts(),
            Ready = [.. egg["config"]["startup"].Unwrapped()["done"].Texts().Where(line => line.Length > 0)],
            Stop = egg["config"]["stop"].Text() is { Length: > 0 } stop ? stop : "^C",
            StopSeconds = StopSeconds,
        };
    }

    /// <summary>A key made of a name.</summary>
    public static string Key(string name)
    {
        var key = Letters().Replace(name.ToLowerInvariant(), "-").Trim('-');
        if (key.Length > 40) key = key[..40].TrimEnd('-');
        return key.Length == 0 ? "template" : TemplateRules.Reserved.Contains(key) ? key + "-game" : key;
    }

    /// <summary>Whether an install script does what only the root of its container may.</summary>
    public static bool NeedsRoot(string script) => RootCommands().IsMatch(script);

    /// <summary>Whether a variable of that name holds what nobody else should read.</summary>
    public static bool LooksSecret(string env) => SecretWords.Any(word => env.Contains(word, StringComparison.OrdinalIgnoreCase)) || env.EndsWith("_PASS", StringComparison.OrdinalIgnoreCase);

    static TemplateVariable Variable(EggNode variable)
    {
        var env = variable["env_variable"].Required();
        return new()
        {
            Name = variable["name"].Text() is { Length: > 0 } name ? name : env,
            Description = variable["description"].Text() ?? "",
            Env = env,
            Default = variable["default_value"].Text() ?? "",
            Viewable = variable["user_viewable"].Truth(true),
            Editable = variable["user_editable"].Truth(true),
            Rules = EggVersions.RulesText(variable["rules"]),
            FieldType = variable["field_type"].Text() ?? "text",
            Secret = LooksSecret(env),
        };
    }

    static Dictionary<string, string> Images(EggNode egg, EggVersion version)
    {
        if (version is not EggVersion.PtdlV1) return Texts(egg["docker_images"]);
        var images = egg["images"].IsNothing ? egg["image"].Texts() : egg["images"].Texts();
        return images.Distinct().ToDictionary(image => image, StringComparer.Ordinal);
    }

    static string? Icon(EggNode egg, EggVersion version)
    {
        var icon = egg["icon"].Text() ?? (version is EggVersion.PtdlV1 ? null : egg["image"].Text());
        return icon is not null && TemplateRules.IsIcon(icon) ? icon : null;
    }

    static Dictionary<string, string> Texts(EggNode map) => map.Entries().ToDictionary(entry => entry.Key, entry => entry.Value.Text() ?? "", StringComparer.Ordinal);

    static TemplateInstall? Install(EggNode install)
    {
        var script = (install["script"].Text() ?? "").ReplaceLineEndings("\n");
        return string.IsNullOrWhiteSpace(script) ? null : new(install["container"].Required(), install["entrypoint"].Text() is { Length: > 0 } program ? program : "bash", script, NeedsRoot(script));
    }

    static Dictionary<string, TemplateFile> Files(EggNode files)
    {
        var read = new Dictionary<string, TemplateFile>(StringComparer.Ordinal);
        foreach (var (path, file) in files.Entries())
        {
            read[path] = new(file["parser"].Required(), file["find"].Entries().ToDictionary(entry => entry.Key, entry => Value(entry.Value), StringComparer.Ordinal));
        }
        return read;
    }

    static ConfigValue Value(EggNode value) => value.Node is JsonObject ? new("", Texts(value)) : new(value.Text() ?? "");

    /// <summary>
    /// An egg knows one port, and keeps others in variables, where two servers of a machine would have the same: each becomes a port of
    /// its own, whose number is put over the variable's.
    /// </summary>
    static IEnumerable<TemplatePort> Ports(IEnumerable<TemplateVariable> variables)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { "game" };
        foreach (var variable in variables.Where(IsPort))
        {
            var env = variable.Env.ToLowerInvariant();
            var (rcon, query) = (env.Contains("rcon", StringComparison.Ordinal), env.Contains("query", StringComparison.Ordinal));
            var name = Letters().Replace(env[..^"port".Length], "-").Trim('-');
            if (name.Length > 11) name = name[..11].TrimEnd('-');
            if (name.Length == 0 || !char.IsAsciiLetter(name[0]) || !names.Add(name)) continue;
            yield return new(name, rcon ? "TCP" : TemplatePort.Both, variable.Env, Internal: rcon, Role: rcon ? PortRole.Rcon : query ? PortRole.Query : PortRole.Other);
        }
    }

    /// <summary>Whether a variable is the number of a port.</summary>
    public static bool IsPort(TemplateVariable variable) =>
        variable.Env.EndsWith("PORT", StringComparison.OrdinalIgnoreCase) && !variable.Env.Equals("SERVER_PORT", StringComparison.OrdinalIgnoreCase)
        && (variable.Default.Length == 0 || ushort.TryParse(variable.Default, out _))
        && VariableRules.Parse(variable.Rules).Any(rule => rule.Name is "numeric" or "integer" or "int");

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Letters();

    [GeneratedRegex(@"(^|[;&|\s(])(apt|apt-get|apk|yum|dnf|dpkg|useradd|adduser|chown)\s", RegexOptions.Multiline)]
    private static partial Regex RootCommands();
}
