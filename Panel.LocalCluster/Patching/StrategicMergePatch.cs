using System.Text.Json.Nodes;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Patching;

/// <summary>
/// Strategic merge patch of the built-in types: lists of named items are merged item by item, and <c>$patch</c>, <c>$retainKeys</c>, <c>$setElementOrder/…</c>
/// and <c>$deleteFromPrimitiveList/…</c> direct it. See the API conventions of Kubernetes, "strategic merge patch".
/// </summary>
static class StrategicMergePatch
{
    const string Order = "$setElementOrder/";
    const string Delete = "$deleteFromPrimitiveList/";

    public static void Apply(JsonObject document, JsonObject patch)
    {
        if (Directive(patch) == "replace")
        {
            document.Clear();
            foreach (var (name, value) in patch.Where(field => field.Key != "$patch")) document[name] = value?.DeepClone();
            return;
        }
        if (patch["$retainKeys"] is JsonArray retained)
        {
            var names = retained.Select(name => (string?)name).ToHashSet();
            foreach (var name in document.Select(field => field.Key).Where(name => !names.Contains(name)).ToList()) document.Remove(name);
        }
        foreach (var (name, value) in patch)
        {
            if (name.StartsWith(Delete, StringComparison.Ordinal)) RemoveValues(document[name[Delete.Length..]] as JsonArray, value as JsonArray);
            else if (!name.StartsWith('$')) Put(document, name, value);
        }
        foreach (var (name, value) in patch.Where(field => field.Key.StartsWith(Order, StringComparison.Ordinal)))
        {
            var field = name[Order.Length..];
            if (document[field] is JsonArray list && value is JsonArray order) Sort(document, field, list, order);
        }
    }

    static void Put(JsonObject document, string name, JsonNode? value)
    {
        switch (document[name], value)
        {
            case (_, null):
                document.Remove(name);
                break;
            case (_, JsonObject gone) when Directive(gone) == "delete":
                document.Remove(name);
                break;
            case (JsonObject target, JsonObject below):
                Apply(target, below);
                break;
            case (_, JsonObject below):
                var made = new JsonObject();
                Apply(made, below);
                document[name] = made;
                break;
            case (var target, JsonArray list) when MergesItems(name, list, target as JsonArray, out var key):
                var merged = target as JsonArray ?? [];
                if (target is null) document[name] = merged;
                MergeItems(document, name, merged, list, key);
                break;
            case (JsonArray target, JsonArray list) when MergeKeys.IsSet(name):
                foreach (var item in list.Where(item => !target.Any(other => JsonNode.DeepEquals(other, item))).ToList()) target.Add(item?.DeepClone());
                break;
            default:
                document[name] = value!.DeepClone();
                break;
        }
    }

    static bool MergesItems(string name, JsonArray list, JsonArray? target, out string key)
    {
        var all = new JsonArray([.. list.Concat(target ?? []).Select(item => item?.DeepClone())]);
        key = MergeKeys.Strategic(name, all) ?? "";
        return key.Length > 0 && list.All(item => item is JsonObject);
    }

    static void MergeItems(JsonObject parent, string name, JsonArray target, JsonArray list, string key)
    {
        if (list.OfType<JsonObject>().Any(item => Directive(item) == "replace" && !item.ContainsKey(key)))
        {
            parent[name] = new JsonArray([.. list.Where(item => Directive((JsonObject)item!) != "replace").Select(item => item?.DeepClone())]);
            return;
        }
        foreach (var item in list.Cast<JsonObject>())
        {
            var id = item[key] ?? throw Statuses.BadRequest($"map: {item.ToJsonString()} does not contain declared merge key: {key}");
            var there = target.OfType<JsonObject>().FirstOrDefault(other => JsonNode.DeepEquals(other[key], id));
            if (Directive(item) == "delete")
            {
                if (there is not null) target.Remove(there);
            }
            else if (there is not null)
            {
                Apply(there, item);
            }
            else
            {
                var made = new JsonObject();
                Apply(made, item);
                target.Add(made);
            }
        }
    }

    static void RemoveValues(JsonArray? target, JsonArray? values)
    {
        foreach (var value in values ?? [])
        {
            if (target?.FirstOrDefault(item => JsonNode.DeepEquals(item, value)) is { } found) target.Remove(found);
        }
    }

    // items the order names come first, in that order; the rest stay behind them
    static void Sort(JsonObject document, string field, JsonArray list, JsonArray order)
    {
        var key = order.FirstOrDefault() is JsonObject first ? first.First().Key : null;
        int Place(JsonNode? item)
        {
            var id = key is null ? item : item?[key];
            var place = order.ToList().FindIndex(named => JsonNode.DeepEquals(key is null ? named : named?[key], id));
            return place < 0 ? int.MaxValue : place;
        }
        document[field] = new JsonArray([.. list.OrderBy(Place).Select(item => item?.DeepClone())]);
    }

    static string? Directive(JsonObject patch) => patch["$patch"] is { } directive ? (string?)directive : null;
}
