using System.Text.Json.Nodes;

namespace Panel.LocalCluster.Patching;

/// <summary>Follows the elements of a <see cref="FieldSet"/>'s path through a document.</summary>
static class FieldPath
{
    /// <summary>The value at a path, or null.</summary>
    public static JsonNode? Find(JsonNode? node, IReadOnlyList<string> path)
    {
        for (var i = 0; i < path.Count && node is not null; i++) node = Step(node, path[i]);
        return node;
    }

    /// <summary>Takes the value at a path out; maps and lists that this empties go as well.</summary>
    public static void Remove(JsonObject document, IReadOnlyList<string> path)
    {
        if (path.Count == 0 || Find(document, [.. path.SkipLast(1)]) is not { } parent) return;
        if (Step(parent, path[^1]) is not { } value) return;
        if (parent is JsonArray list) list.Remove(value);
        else ((JsonObject)parent).Remove(path[^1][2..]);
        if (path.Count > 2 && parent is JsonArray { Count: 0 } or JsonObject { Count: 0 }) Remove(document, [.. path.SkipLast(1)]);
    }

    /// <summary>A path for people: <c>.spec.containers[name="a"].image</c>.</summary>
    public static string Show(IReadOnlyList<string> path) => string.Concat(path.Select(element => element[0] switch
    {
        'f' => "." + element[2..],
        'k' => "[" + string.Join(",", ((JsonObject)JsonNode.Parse(element[2..])!).Select(key => $"{key.Key}={key.Value?.ToJsonString()}")) + "]",
        _ => "[=" + element[2..] + "]",
    }));

    static JsonNode? Step(JsonNode node, string element) => (element[0], node) switch
    {
        ('f', JsonObject fields) => fields[element[2..]],
        ('v', JsonArray list) => list.FirstOrDefault(item => item?.ToJsonString() == element[2..]),
        ('k', JsonArray list) => list.FirstOrDefault(item => MergeKeys.KeyOf(item, KeysOf(element)) == element[2..]),
        _ => null,
    };

    static IReadOnlyList<string> KeysOf(string element) => [.. ((JsonObject)JsonNode.Parse(element[2..])!).Select(key => key.Key)];
}
