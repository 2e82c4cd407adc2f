using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Panel.Kube.Wire;

namespace Panel.LocalCluster.Rules;

/// <summary>Finds fields of a document that the wire models do not have: they are kept, and nothing here acts on them.</summary>
static class UnknownFields
{
    const int Most = 20;

    /// <summary>The paths of such fields, such as <c>spec.template.spec.priority</c>. Metadata and status are left out: the first is kept whole, the second is not the client's.</summary>
    public static IReadOnlyList<string> Find(Type type, JsonObject document) => [.. InObject(type, document, "").Take(Most)];

    static IEnumerable<string> InObject(Type type, JsonObject fields, string path)
    {
        var known = KubeJson.Default.GetTypeInfo(type)!.Properties.ToDictionary(field => field.Name, field => field.PropertyType);
        foreach (var (name, value) in fields)
        {
            // a patch has directives besides fields
            if (value is null || name.StartsWith('$') || name is "metadata" or "apiVersion" or "kind" || (path.Length == 0 && name == "status")) continue;
            var at = path + name;
            if (!known.TryGetValue(name, out var fieldType))
            {
                yield return at;
                continue;
            }
            foreach (var below in InValue(fieldType, value, at)) yield return below;
        }
    }

    static IEnumerable<string> InValue(Type type, JsonNode value, string path) => value switch
    {
        JsonObject fields when IsModel(type) => InObject(type, fields, path + "."),
        JsonArray items when type.IsGenericType && IsModel(type.GenericTypeArguments[0]) =>
            items.Index().SelectMany(item => item.Item is JsonObject fields ? InObject(type.GenericTypeArguments[0], fields, $"{path}[{item.Index}].") : []),
        _ => [],
    };

    static bool IsModel(Type type) => type.Assembly == typeof(KubeObject).Assembly && type.IsClass && KubeJson.Default.GetTypeInfo(type)?.Kind is JsonTypeInfoKind.Object;
}
