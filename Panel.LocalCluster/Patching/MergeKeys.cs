using System.Text.Json.Nodes;

namespace Panel.LocalCluster.Patching;

/// <summary>
/// Which lists are merged item by item, and by what: the <c>patchMergeKey</c> and <c>listMapKeys</c> of the built-in types, found by the name of the field.
/// Lists that are not named here are replaced whole.
/// </summary>
static class MergeKeys
{
    static readonly Dictionary<string, string[]> Keys = new()
    {
        ["containers"] = ["name"],
        ["initContainers"] = ["name"],
        ["ephemeralContainers"] = ["name"],
        ["env"] = ["name"],
        ["volumes"] = ["name"],
        ["volumeMounts"] = ["mountPath"],
        ["volumeDevices"] = ["devicePath"],
        ["imagePullSecrets"] = ["name"],
        ["secrets"] = ["name"],
        ["hostAliases"] = ["ip"],
        ["topologySpreadConstraints"] = ["topologyKey", "whenUnsatisfiable"],
        ["conditions"] = ["type"],
        ["addresses"] = ["type"],
        ["ownerReferences"] = ["uid"],
        ["podIPs"] = ["ip"],
    };

    static readonly HashSet<string> Sets = ["finalizers"];
    static readonly HashSet<string> AtomicMaps =
        ["selector", "nodeSelector", "labelSelector", "fieldRef", "resourceFieldRef", "secretKeyRef", "configMapKeyRef", "involvedObject"];

    /// <summary>Fields that tell the items of a list apart; null when the list is replaced whole.</summary>
    public static IReadOnlyList<string>? Of(string field, JsonArray? items)
    {
        if (field == "ports") return IsContainerPort(items) ? ["containerPort", "protocol"] : items is { Count: > 0 } && items[0] is JsonObject ? ["port", "protocol"] : null;
        return Keys.GetValueOrDefault(field);
    }

    /// <summary>The one key that strategic merge patches know a list by.</summary>
    public static string? Strategic(string field, JsonArray items)
    {
        if (field == "ports") return items.Any(item => item is JsonObject port && port.ContainsKey("containerPort")) ? "containerPort" : "port";
        return Keys.GetValueOrDefault(field)?[0];
    }

    /// <summary>Whether a list of plain values is merged as a set.</summary>
    public static bool IsSet(string field) => Sets.Contains(field);

    /// <summary>Whether a map has one owner as a whole.</summary>
    public static bool IsAtomic(string field) => AtomicMaps.Contains(field);

    /// <summary>The key of an item, with defaults, such as <c>{"containerPort":80,"protocol":"TCP"}</c>; null when it lacks one.</summary>
    public static string? KeyOf(JsonNode? item, IReadOnlyList<string> keys)
    {
        if (item is not JsonObject fields) return null;
        var key = new JsonObject();
        foreach (var name in keys.Order(StringComparer.Ordinal))
        {
            var value = fields[name] ?? (name == "protocol" ? JsonValue.Create("TCP") : null);
            if (value is not JsonValue) return null;
            key[name] = value.DeepClone();
        }
        return key.ToJsonString();
    }

    static bool IsContainerPort(JsonArray? items) => items is [JsonObject first, ..] && first.ContainsKey("containerPort");
}
