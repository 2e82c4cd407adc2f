using System.Text.Json;
using System.Text.Json.Nodes;

namespace Panel.Core.Templates.Eggs;

/// <summary>A place in an egg's tree, read with the patience that eggs need: panels write an empty list for an empty map, and the other way round.</summary>
/// <param name="Node">What stands there; null for nothing.</param>
/// <param name="Place">Where it is, for faults.</param>
readonly record struct EggNode(JsonNode? Node, string Place)
{
    public bool IsNothing => Node is null;

    public EggNode this[string key] => new(Map()[key], Place.Length == 0 ? key : $"{Place}.{key}");

    /// <summary>A text; a number or a truth as it is written.</summary>
    /// <exception cref="EggException">Something else stands there.</exception>
    public string? Text() => Node switch
    {
        null => null,
        JsonValue value => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(),
        _ => throw Expected("a text"),
    };

    /// <summary>A text that must be there.</summary>
    public string Required() => Text() is { Length: > 0 } text ? text : throw new EggException(Place, "a text is missing.");

    /// <summary>A truth, in the many ways in which eggs write one.</summary>
    public bool Truth(bool otherwise) => Text() switch
    {
        null or "" => otherwise,
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw Expected("true or false"),
    };

    /// <summary>A map; an empty list counts as one.</summary>
    public JsonObject Map() => Node switch
    {
        null or JsonArray { Count: 0 } => [],
        JsonObject map => map,
        _ => throw Expected("an object"),
    };

    /// <summary>The entries of a map.</summary>
    public IEnumerable<(string Key, EggNode Value)> Entries()
    {
        foreach (var (key, value) in Map()) yield return (key, new(value, $"{Place}.{key}"));
    }

    /// <summary>The items of a list; a map with numbers for keys counts as one, as does a single text.</summary>
    public IReadOnlyList<EggNode> Items()
    {
        var place = Place;
        return Node switch
        {
            null => [],
            JsonArray list => [.. list.Select((item, at) => new EggNode(item, $"{place}[{at}]"))],
            JsonObject map => [.. map.Select(pair => new EggNode(pair.Value, $"{place}.{pair.Key}"))],
            _ => [this],
        };
    }

    /// <summary>The texts of a list.</summary>
    public IReadOnlyList<string> Texts() => [.. Items().Select(item => item.Text() ?? "")];

    /// <summary>What stands in a text as JSON, or here itself: panels write both.</summary>
    public EggNode Unwrapped() => Node is JsonValue value && value.GetValueKind() == JsonValueKind.String
        ? new(string.IsNullOrWhiteSpace(value.GetValue<string>()) ? null : EggText.Inner(value.GetValue<string>(), Place), Place) : this;

    EggException Expected(string what) => new(Place, $"{what} was expected, and {Kind()} stands there.");

    string Kind() => Node switch { JsonObject => "an object", JsonArray => "a list", JsonValue value when value.GetValueKind() == JsonValueKind.String => "a text", _ => "something else" };
}
