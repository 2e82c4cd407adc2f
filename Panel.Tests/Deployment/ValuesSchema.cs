using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Panel.Tests.Support;

namespace Panel.Tests.Deployment;

/// <summary>
/// Checks values against values.schema.json as Helm does, for machines without it: the part of JSON Schema draft 7 that the chart's schema
/// uses. A keyword that it does not know is an error, so that none is passed over.
/// </summary>
/// <remarks>https://json-schema.org/draft-07/json-schema-validation</remarks>
sealed class ValuesSchema
{
    readonly JsonObject root = JsonNode.Parse(SourceTree.Read($"{Chart.Folder}/values.schema.json"))!.AsObject();
    readonly List<string> faults = [];

    /// <summary>What is wrong with values; each fault begins with the path of its value.</summary>
    public static IReadOnlyList<string> Check(JsonObject values)
    {
        var schema = new ValuesSchema();
        schema.Check(values, schema.root, "");
        return schema.faults;
    }

    void Check(JsonNode? value, JsonObject schema, string path)
    {
        foreach (var (keyword, rule) in schema)
        {
            switch (keyword)
            {
                case "$ref": Check(value, root["definitions"]![rule!.GetValue<string>()["#/definitions/".Length..]]!.AsObject(), path); break;
                case "type": Require(Types(rule!).Any(type => IsOf(value, type)), path, $"must be {string.Join(" or ", Types(rule!))}"); break;
                case "enum": Require(rule!.AsArray().Any(one => JsonNode.DeepEquals(one, value)), path, $"must be one of {rule.ToJsonString()}"); break;
                case "const": Require(JsonNode.DeepEquals(rule, value), path, $"must be {rule?.ToJsonString()}"); break;
                case "pattern": Require(Text(value) is not { } text || Regex.IsMatch(text, rule!.GetValue<string>()), path, $"must match {rule}"); break;
                case "minLength": Require(Text(value) is not { } said || said.Length >= rule!.GetValue<int>(), path, $"must have {rule} letters or more"); break;
                case "minimum": Require(Number(value) is not { } low || low >= rule!.GetValue<int>(), path, $"must be {rule} or more"); break;
                case "maximum": Require(Number(value) is not { } high || high <= rule!.GetValue<int>(), path, $"must be {rule} or less"); break;
                case "minItems": Require(value is not JsonArray many || many.Count >= rule!.GetValue<int>(), path, $"must have {rule} items or more"); break;
                case "items" when value is JsonArray items: for (var i = 0; i < items.Count; i++) Check(items[i], rule!.AsObject(), $"{path}[{i}]"); break;
                case "required" when value is JsonObject fields: foreach (var name in rule!.AsArray()) Require(fields.ContainsKey($"{name}"), Join(path, $"{name}"), "is missing"); break;
                case "propertyNames" when value is JsonObject fields: foreach (var (name, _) in fields) Check(JsonValue.Create(name), rule!.AsObject(), Join(path, name)); break;
                case "properties" when value is JsonObject: CheckFields(value.AsObject(), schema, path); break;
                case "additionalProperties" when value is JsonObject && !schema.ContainsKey("properties"): CheckFields(value.AsObject(), schema, path); break;
                case "if": if (Holds(value, rule!.AsObject())) Check(value, schema["then"]!.AsObject(), path); break;
                case "items" or "required" or "propertyNames" or "properties" or "additionalProperties" or "then" or "$schema" or "title" or "definitions": break;
                default: throw new NotSupportedException($"{keyword} of the schema is not checked here");
            }
        }
    }

    void CheckFields(JsonObject value, JsonObject schema, string path)
    {
        foreach (var (name, field) in value)
        {
            if (schema["properties"]?[name] is JsonObject known) Check(field, known, Join(path, name));
            else if (schema["additionalProperties"] is JsonObject other) Check(field, other, Join(path, name));
            else if (schema["additionalProperties"] is JsonValue allowed) Require(allowed.GetValue<bool>(), Join(path, name), "is unknown");
        }
    }

    bool Holds(JsonNode? value, JsonObject schema)
    {
        var before = faults.Count;
        Check(value, schema, "");
        var holds = faults.Count == before;
        faults.RemoveRange(before, faults.Count - before);
        return holds;
    }

    void Require(bool isSo, string path, string rule)
    {
        if (!isSo) faults.Add($"{path} {rule}");
    }

    static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    static IEnumerable<string> Types(JsonNode rule) => rule is JsonArray many ? many.Select(one => $"{one}") : [$"{rule}"];

    static string? Text(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var said) ? said : null;

    static double? Number(JsonNode? value) => value is JsonValue number && number.TryGetValue<long>(out var whole) ? whole : null;

    static bool IsOf(JsonNode? value, string type) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => Text(value) is not null,
        "integer" => Number(value) is not null,
        "boolean" => value is JsonValue truth && truth.TryGetValue<bool>(out _),
        "null" => value is null,
        _ => throw new NotSupportedException($"type {type} of the schema is not checked here"),
    };
}
