using System.Text.Json.Nodes;

namespace Panel.LocalCluster.Patching;

/// <summary>JSON merge patch, RFC 7386: null removes, lists are replaced whole.</summary>
static class MergePatch
{
    public static void Apply(JsonObject document, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                document.Remove(name);
            }
            else if (value is JsonObject below)
            {
                if (document[name] is not JsonObject target) document[name] = target = [];
                Apply(target, below);
            }
            else
            {
                document[name] = value.DeepClone();
            }
        }
    }
}
