using System.Text.Json.Nodes;

namespace Panel.Core.Templates.Eggs;

/// <summary>A version of the egg format.</summary>
public enum EggVersion
{
    /// <summary>Pterodactyl's first: one image, or a list of them.</summary>
    PtdlV1,
    /// <summary>Pterodactyl's: images by label.</summary>
    PtdlV2,
    /// <summary>Pelican's first: Pterodactyl's with a UUID and tags.</summary>
    PlcnV1,
    /// <summary>Pelican's second: rules are lists.</summary>
    PlcnV2,
    /// <summary>Pelican's third: start-up commands by label; JSON or YAML.</summary>
    PlcnV3,
}

/// <summary>The versions by name, and how an egg of one becomes an egg of another.</summary>
static class EggVersions
{
    static readonly Dictionary<string, EggVersion> ByName = new(StringComparer.Ordinal)
    {
        ["PTDL_v1"] = EggVersion.PtdlV1,
        ["PTDL_v2"] = EggVersion.PtdlV2,
        ["PLCN_v1"] = EggVersion.PlcnV1,
        ["PLCN_v2"] = EggVersion.PlcnV2,
        ["PLCN_v3"] = EggVersion.PlcnV3,
    };

    /// <summary>The version an egg says it has.</summary>
    /// <exception cref="EggException">It says none, or one that is not known.</exception>
    public static EggVersion Of(EggNode egg)
    {
        var name = egg["meta"]["version"].Text() ?? throw new EggException("This is no egg: meta.version is missing.");
        return ByName.TryGetValue(name, out var version) ? version : throw new EggException("meta.version", $"\"{name}\" is not known; {string.Join(", ", ByName.Keys)} are.");
    }

    /// <summary>The name of a version.</summary>
    public static string Name(this EggVersion version) => ByName.Single(pair => pair.Value == version).Key;

    /// <summary>Gives an egg the shape of another version. What that cannot hold is left to who writes the rest.</summary>
    public static void Convert(JsonObject egg, EggVersion version)
    {
        var node = new EggNode(egg, "");
        var before = Of(node);
        if (before == version) return;
        egg["meta"]!["version"] = version.Name();
        if (version is EggVersion.PlcnV3 && egg["startup"] is { } startup) Replace(egg, "startup", "startup_commands", new JsonObject { ["Default"] = startup.DeepClone() });
        if (version is not EggVersion.PlcnV3 && egg["startup_commands"] is JsonObject commands) Replace(egg, "startup_commands", "startup", commands.FirstOrDefault().Value?.DeepClone() ?? "");
        if (before is EggVersion.PtdlV1) Images(egg);
        foreach (var variable in node["variables"].Items().Select(item => item.Node).OfType<JsonObject>())
        {
            variable["rules"] = RulesOf(new EggNode(variable["rules"], ""), version);
            if (before is EggVersion.PtdlV1) variable["field_type"] = "text";
            if (version is EggVersion.PtdlV2) variable.Remove("sort");   // a column that Pterodactyl does not have
        }
    }

    /// <summary>Rules as a version writes them.</summary>
    public static JsonNode RulesOf(EggNode rules, EggVersion version) =>
        version is EggVersion.PlcnV2 or EggVersion.PlcnV3 ? new JsonArray([.. VariableRules.Split(RulesText(rules)).Select(rule => (JsonNode?)rule)]) : RulesText(rules);

    /// <summary>Rules in one text, whatever an egg writes them as.</summary>
    public static string RulesText(EggNode rules) => string.Join('|', rules.Texts().SelectMany(VariableRules.Split));

    static void Images(JsonObject egg)
    {
        var images = new JsonObject();
        foreach (var image in new EggNode(egg["images"] ?? egg["image"], "images").Texts()) images[image] = image;
        egg.Remove("image");
        if (egg.ContainsKey("images")) Replace(egg, "images", "docker_images", images);
        else egg["docker_images"] = images;
    }

    /// <summary>Puts a key in the place of another, so that eggs of the same version read alike.</summary>
    static void Replace(JsonObject egg, string old, string key, JsonNode value)
    {
        var at = egg.IndexOf(old);
        egg.RemoveAt(at);
        egg.Insert(at, key, value);
    }
}
