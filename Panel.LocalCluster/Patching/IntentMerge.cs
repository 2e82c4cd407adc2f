using System.Text.Json.Nodes;

namespace Panel.LocalCluster.Patching;

/// <summary>Lays an applied intent over a document: maps field by field, keyed lists item by item, everything else whole.</summary>
static class IntentMerge
{
    public static void Merge(JsonObject live, JsonObject intent)
    {
        foreach (var (name, value) in intent)
        {
            switch (live[name], value)
            {
                case (JsonObject there, JsonObject wanted) when !MergeKeys.IsAtomic(name):
                    Merge(there, wanted);
                    break;
                case (JsonArray there, JsonArray wanted) when MergeKeys.IsSet(name):
                    foreach (var item in wanted.Where(item => !there.Any(other => JsonNode.DeepEquals(other, item))).ToList()) there.Add(item?.DeepClone());
                    break;
                case (JsonArray there, JsonArray wanted) when MergeKeys.Of(name, wanted.Count > 0 ? wanted : there) is { } keys:
                    MergeItems(there, wanted, keys);
                    break;
                default:
                    live[name] = value?.DeepClone();
                    break;
            }
        }
    }

    static void MergeItems(JsonArray live, JsonArray wanted, IReadOnlyList<string> keys)
    {
        foreach (var item in wanted)
        {
            var key = MergeKeys.KeyOf(item, keys);
            if (key is not null && live.FirstOrDefault(other => MergeKeys.KeyOf(other, keys) == key) is JsonObject there) Merge(there, (JsonObject)item!);
            else live.Add(item?.DeepClone());
        }
    }
}
