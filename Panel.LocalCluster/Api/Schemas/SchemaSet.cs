using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Panel.Kube.Wire;

namespace Panel.LocalCluster.Api.Schemas;

/// <summary>OpenAPI schemas of the wire models: one component a type, with everything it refers to.</summary>
sealed class SchemaSet(FieldTexts texts)
{
    const string Prefix = "io.k8s.";

    readonly JsonObject components = [];

    /// <summary>The components collected so far, by name.</summary>
    public JsonObject Components => components;

    /// <summary>Adds a type and all that its fields need.</summary>
    /// <returns>The component.</returns>
    public JsonObject Add(Type type)
    {
        var name = Prefix + type.Name;
        if (components[name] is JsonObject there) return there;
        var schema = new JsonObject { ["type"] = "object" };
        components[name] = schema;
        if (texts.Of(type) is { } text) schema["description"] = text;
        var properties = new JsonObject();
        foreach (var field in KubeJson.Default.GetTypeInfo(type)!.Properties) properties[field.Name] = OfField(field);
        schema["properties"] = properties;
        return schema;
    }

    JsonObject OfField(JsonPropertyInfo field)
    {
        var schema = OfType(field.PropertyType);
        if (field.AttributeProvider is MemberInfo member && texts.Of(member) is { } text)
        {
            // nothing may stand beside a reference
            if (schema["$ref"] is not null) schema = new() { ["allOf"] = new JsonArray(schema) };
            schema["description"] = text;
        }
        return schema;
    }

    JsonObject OfType(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return new() { ["type"] = "string" };
        if (type == typeof(bool)) return new() { ["type"] = "boolean" };
        if (type == typeof(int)) return new() { ["type"] = "integer", ["format"] = "int32" };
        if (type == typeof(long)) return new() { ["type"] = "integer", ["format"] = "int64" };
        if (type == typeof(byte[])) return new() { ["type"] = "string", ["format"] = "byte" };
        if (type == typeof(DateTimeOffset)) return new() { ["type"] = "string", ["format"] = "date-time" };
        if (type == typeof(IntOrString)) return new() { ["type"] = "string", ["format"] = "int-or-string" };
        if (type == typeof(JsonElement)) return new() { ["type"] = "object" };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>)) return new() { ["type"] = "array", ["items"] = OfType(type.GenericTypeArguments[0]) };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>)) return new() { ["type"] = "object", ["additionalProperties"] = OfType(type.GenericTypeArguments[1]) };
        Add(type);
        return new() { ["$ref"] = $"#/components/schemas/{Prefix}{type.Name}" };
    }
}
