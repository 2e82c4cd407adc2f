using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Panel.Core.Errors;

namespace Panel.Core.Templates.Patching;

/// <summary>JSON. What stands there as text stays text; else a whole number is written as a number and true or false as such. Where a place cannot be edited by itself the text is written anew, and comments are lost.</summary>
internal static class JsonPatch
{
    static readonly JsonDocumentOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = ConfigPatch.MaxDepth, AllowDuplicateProperties = false };
    static readonly JsonSerializerOptions Writing = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 2 * ConfigPatch.MaxDepth };

    public static string Apply(string text, IReadOnlyList<ConfigEdit> edits)
    {
        JsonNode root;
        try
        {
            root = (string.IsNullOrWhiteSpace(text) ? new JsonObject() : JsonNode.Parse(text, documentOptions: Reading)) ?? new JsonObject();
        }
        catch (JsonException fault)
        {
            throw new ConflictException($"The config file is not valid JSON: {fault.Message}");
        }
        foreach (var edit in edits) Set(root, ConfigPath.Parse(edit.Key), 0, edit);
        return InPlace.Apply("json", text, edits) is { } kept && Means(kept, root) ? kept : root.ToJsonString(Writing) + "\n";
    }

    static bool Means(string text, JsonNode root)
    {
        try { return JsonNode.DeepEquals(JsonNode.Parse(text, documentOptions: Reading), root); }
        catch (JsonException) { return false; }
    }

    static void Set(JsonNode node, IReadOnlyList<PathStep> path, int at, ConfigEdit edit)
    {
        var step = path[at];
        if (step.IsEvery)
        {
            foreach (var place in Places(node)) Step(node, place, path, at, edit);
            return;
        }
        if (node is JsonArray list)
        {
            var index = ConfigPath.InList(step, list.Count, edit.Key);
            if (index == list.Count) list.Add((JsonNode?)null);
            Step(node, new(null, index), path, at, edit);
        }
        else
        {
            if (step.Name is null) throw Mismatch(edit);
            Step(node, step, path, at, edit);
        }
    }

    static List<PathStep> Places(JsonNode node) => node switch
    {
        JsonArray list => [.. Enumerable.Range(0, list.Count).Select(index => new PathStep(null, index))],
        JsonObject map => [.. map.Select(pair => new PathStep(pair.Key, 0))],
        _ => [],
    };

    /// <summary>Goes one step down, or writes the value there when the path ends.</summary>
    static void Step(JsonNode node, PathStep place, IReadOnlyList<PathStep> path, int at, ConfigEdit edit)
    {
        var child = node switch
        {
            JsonArray list => list[place.Index],
            JsonObject map => map[place.Name!],
            _ => throw Mismatch(edit),
        };
        if (at + 1 < path.Count)
        {
            if (child is null) Put(node, place, child = path[at + 1].Name is null ? new JsonArray() : new JsonObject());
            Set(child, path, at + 1, edit);
        }
        else if (edit.Over((child as JsonValue)?.ToString()) is { } over)
        {
            Put(node, place, Value(child, over));
        }
    }

    static void Put(JsonNode node, PathStep place, JsonNode? value)
    {
        if (node is JsonArray list) list[place.Index] = value;
        else node[place.Name!] = value;
    }

    static JsonValue Value(JsonNode? before, string value)
    {
        if (before?.GetValueKind() == JsonValueKind.String) return JsonValue.Create(value);
        if (value is "true" or "false") return JsonValue.Create(value == "true");
        if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && whole.ToString(CultureInfo.InvariantCulture) == value) return JsonValue.Create(whole);
        if (before?.GetValueKind() == JsonValueKind.Number && decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return JsonValue.Create(number);
        return JsonValue.Create(value);
    }

    static ConflictException Mismatch(ConfigEdit edit) => new($"The config file has a value where \"{edit.Key}\" expects more below it.");
}
