using System.Text.Json;
using System.Text.Json.Nodes;
using Panel.Kube.Wire;

namespace Panel.LocalCluster.Store;

/// <summary>Carries a change of a typed object into its document, so that fields the type does not know live on.</summary>
static class TypedChange
{
    /// <summary>Applies a change to a document.</summary>
    public static void Apply<T>(JsonObject document, Action<T> change) where T : KubeObject
    {
        var type = KubeJson.Default.GetTypeInfo(typeof(T))!;
        var typed = (T)document.Deserialize(type)!;
        var before = (JsonObject)JsonSerializer.SerializeToNode(typed, type)!;
        change(typed);
        Merge(document, before, (JsonObject)JsonSerializer.SerializeToNode(typed, type)!);
    }

    /// <summary>A typed object of a document.</summary>
    public static T Read<T>(JsonNode document) where T : KubeObject => (T)document.Deserialize(KubeJson.Default.GetTypeInfo(typeof(T))!)!;

    /// <summary>A document of a typed object.</summary>
    public static JsonObject Write<T>(T typed) where T : KubeObject => (JsonObject)JsonSerializer.SerializeToNode(typed, KubeJson.Default.GetTypeInfo(typeof(T))!)!;

    static void Merge(JsonObject target, JsonObject before, JsonObject after)
    {
        foreach (var (name, _) in before)
        {
            if (!after.ContainsKey(name)) target.Remove(name);
        }
        foreach (var (name, value) in after)
        {
            var old = before[name];
            if (JsonNode.DeepEquals(old, value)) continue;
            switch (target[name], old, value)
            {
                case (JsonObject kept, JsonObject was, JsonObject now):
                    Merge(kept, was, now);
                    break;
                case (JsonArray kept, JsonArray was, JsonArray now) when SameItems(kept, was, now):
                    for (var i = 0; i < now.Count; i++) Merge((JsonObject)kept[i]!, (JsonObject)was[i]!, (JsonObject)now[i]!);
                    break;
                default:
                    target[name] = value?.DeepClone();
                    break;
            }
        }
    }

    // items that moved would leave their unknown fields with another
    static bool SameItems(JsonArray kept, JsonArray was, JsonArray now) =>
        kept.Count == was.Count && was.Count == now.Count && was.Zip(now).All(pair => pair is (JsonObject old, JsonObject item) && SameName(old, item));

    static bool SameName(JsonObject old, JsonObject item) =>
        JsonNode.DeepEquals(old["name"], item["name"]) && JsonNode.DeepEquals(old["type"], item["type"]);
}
