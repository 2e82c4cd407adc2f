using System.Globalization;
using System.Text.Json.Nodes;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Patching;

/// <summary>JSON patch, RFC 6902.</summary>
static class JsonPatch
{
    const int MaxOperations = 10_000;

    /// <summary>The document after all operations.</summary>
    /// <exception cref="StatusException">BadRequest: an operation is none; Invalid (422): one cannot be done, or a test failed.</exception>
    public static JsonObject Apply(JsonObject document, JsonArray patch)
    {
        if (patch.Count > MaxOperations) throw Statuses.Of(413, "RequestEntityTooLarge", $"The allowed maximum operations in a JSON patch is {MaxOperations}, got {patch.Count}");
        JsonNode? root = document;
        foreach (var item in patch)
        {
            var operation = item as JsonObject ?? throw Statuses.BadRequest("an operation of a JSON patch must be an object");
            root = Run(root, operation);
        }
        return root as JsonObject ?? throw Fail("the document is no object any more");
    }

    static JsonNode? Run(JsonNode? root, JsonObject operation)
    {
        var path = Pointer(operation, "path");
        switch (Text(operation, "op"))
        {
            case "add":
                return Add(root, path, Value(operation)?.DeepClone());
            case "remove":
                return Remove(root, path);
            case "replace":
                Get(root, path);
                return path.Count == 0 ? Value(operation)?.DeepClone() : Add(Remove(root, path), path, Value(operation)?.DeepClone());
            case "move":
                var from = Pointer(operation, "from");
                if (path.Count > from.Count && path.Take(from.Count).SequenceEqual(from)) throw Fail("a value cannot be moved into itself");
                var moved = Get(root, from)?.DeepClone();
                return Add(Remove(root, from), path, moved);
            case "copy":
                return Add(root, path, Get(root, Pointer(operation, "from"))?.DeepClone());
            case "test":
                if (!JsonNode.DeepEquals(Get(root, path), Value(operation))) throw Fail($"testing path {Text(operation, "path")} failed");
                return root;
            case var unknown:
                throw Statuses.BadRequest($"Unexpected kind: {unknown}");
        }
    }

    static JsonNode? Get(JsonNode? node, IReadOnlyList<string> path)
    {
        foreach (var part in path)
        {
            node = node switch
            {
                JsonObject fields when fields.TryGetPropertyValue(part, out var value) => value,
                JsonArray list => list[Index(part, list.Count - 1)],
                _ => throw Missing(path),
            };
        }
        return node;
    }

    static JsonNode? Add(JsonNode? root, IReadOnlyList<string> path, JsonNode? value)
    {
        if (path.Count == 0) return value;
        switch (Get(root, [.. path.SkipLast(1)]))
        {
            case JsonObject fields:
                fields[path[^1]] = value;
                break;
            case JsonArray list:
                list.Insert(path[^1] == "-" ? list.Count : Index(path[^1], list.Count), value);
                break;
            default:
                throw Missing(path);
        }
        return root;
    }

    static JsonNode? Remove(JsonNode? root, IReadOnlyList<string> path)
    {
        if (path.Count == 0) return null;
        switch (Get(root, [.. path.SkipLast(1)]))
        {
            case JsonObject fields when fields.Remove(path[^1]):
                break;
            case JsonArray list:
                list.RemoveAt(Index(path[^1], list.Count - 1));
                break;
            default:
                throw Missing(path);
        }
        return root;
    }

    static int Index(string part, int most) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= most && (part == "0" || part[0] != '0')
            ? index
            : throw Fail($"Unable to access invalid index: {part}");

    static IReadOnlyList<string> Pointer(JsonObject operation, string name)
    {
        var text = Text(operation, name);
        if (text.Length == 0) return [];
        if (text[0] != '/') throw Statuses.BadRequest($"'{text}' is no JSON pointer");
        return [.. text[1..].Split('/').Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    static string Text(JsonObject operation, string name) =>
        operation[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Statuses.BadRequest($"an operation of a JSON patch lacks '{name}'");

    static JsonNode? Value(JsonObject operation) =>
        operation.TryGetPropertyValue("value", out var value) ? value : throw Statuses.BadRequest("an operation of a JSON patch lacks 'value'");

    static StatusException Missing(IReadOnlyList<string> path) => Fail($"doc is missing path: /{string.Join('/', path)}: missing value");

    static StatusException Fail(string message) => Statuses.Of(422, "Invalid", "the server rejected our request due to an error in our request: " + message);
}
