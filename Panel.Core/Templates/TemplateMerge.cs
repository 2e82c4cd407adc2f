using System.Text.Json.Nodes;

namespace Panel.Core.Templates;

/// <summary>What becomes of a part of a template when a newer one is taken over.</summary>
public enum MergeOutcome
{
    /// <summary>The newer one's is taken.</summary>
    Taken,
    /// <summary>What was changed here stays; the newer one has nothing new there.</summary>
    Kept,
    /// <summary>Both changed it: what was changed here stays, unless somebody chooses the newer one's.</summary>
    Conflict,
}

/// <summary>A part in which the newer template differs from the one that is here.</summary>
/// <param name="Place">Which, such as <c>variables.MOTD</c>.</param>
/// <param name="Here">What it is here, as JSON; null for nothing.</param>
/// <param name="Newer">What it is in the newer one; null for nothing.</param>
/// <param name="Outcome">What becomes of it.</param>
public sealed record MergeChange(string Place, string? Here, string? Newer, MergeOutcome Outcome);

/// <summary>Takes a newer template over one that may have been changed here: both are compared with the one that both come from. Pure.</summary>
public static class TemplateMerge
{
    /// <summary>Parts that consist of named parts, and what names those.</summary>
    static readonly Dictionary<string, string> Named = new(StringComparer.Ordinal) { ["variables"] = "env", ["ports"] = "name", ["forms"] = "file" };
    static readonly HashSet<string> Maps = new(StringComparer.Ordinal) { "images", "startups", "files" };

    /// <summary>The template that comes out, and what changes.</summary>
    /// <param name="origin">What both come from: the egg as it was imported.</param>
    /// <param name="here">The one that is here.</param>
    /// <param name="newer">The newer one.</param>
    /// <param name="theirs">The conflicts, by place, in which the newer one's is taken all the same; null for none.</param>
    public static (Template Template, IReadOnlyList<MergeChange> Changes) Of(Template origin, Template here, Template newer, IReadOnlySet<string>? theirs = null)
    {
        var changes = new List<MergeChange>();
        var merged = Merge("", Parts(origin), Parts(here), Parts(newer with { Key = here.Key }), changes, theirs ?? new HashSet<string>());
        return (TemplateText.FromTree(Whole(merged)), changes);
    }

    static JsonObject Merge(string place, JsonObject origin, JsonObject here, JsonObject newer, List<MergeChange> changes, IReadOnlySet<string> theirs)
    {
        var merged = new JsonObject();
        foreach (var key in Order(origin, here, newer))
        {
            var name = place.Length == 0 ? key : $"{place}.{key}";
            if (place.Length == 0 && (Named.ContainsKey(key) || Maps.Contains(key)))
            {
                merged[key] = Merge(name, origin[key] as JsonObject ?? [], here[key] as JsonObject ?? [], newer[key] as JsonObject ?? [], changes, theirs);
                continue;
            }
            var outcome = Outcome(origin[key], here[key], newer[key]);
            if (outcome is { } told) changes.Add(new(name, Text(here[key]), Text(newer[key]), told));
            var node = outcome is MergeOutcome.Taken || (outcome is MergeOutcome.Conflict && theirs.Contains(name)) ? newer[key] : here[key];
            if (node is not null) merged[key] = node.DeepClone();
        }
        return merged;
    }

    /// <summary>The order of the parts, of which the first is often the default: that of the newer one, unless it was changed here.</summary>
    static IEnumerable<string> Order(JsonObject origin, JsonObject here, JsonObject newer)
    {
        var (was, now) = (origin.Select(pair => pair.Key).ToList(), here.Select(pair => pair.Key).ToList());
        var kept = was.Where(now.Contains).SequenceEqual(now.Where(was.Contains)) && (now.Count == 0 || was.Count == 0 || was.Contains(now[0]));
        var (first, then) = kept ? (newer, here) : (here, newer);
        return first.Select(pair => pair.Key).Concat(then.Select(pair => pair.Key)).Distinct();
    }

    static MergeOutcome? Outcome(JsonNode? origin, JsonNode? here, JsonNode? newer)
    {
        if (JsonNode.DeepEquals(here, newer)) return null;
        if (JsonNode.DeepEquals(origin, here)) return MergeOutcome.Taken;
        return JsonNode.DeepEquals(origin, newer) ? MergeOutcome.Kept : MergeOutcome.Conflict;
    }

    /// <summary>The template with its lists of named parts as maps.</summary>
    static JsonObject Parts(Template template)
    {
        var tree = TemplateText.ToTree(template);
        foreach (var (list, name) in Named)
        {
            if (tree[list] is not JsonArray items) continue;
            var map = new JsonObject();
            foreach (var item in items) map[item![name]!.GetValue<string>()] = item.DeepClone();
            tree[list] = map;
        }
        return tree;
    }

    static JsonObject Whole(JsonObject parts)
    {
        foreach (var list in Named.Keys)
        {
            if (parts[list] is JsonObject map) parts[list] = new JsonArray([.. map.Select(pair => pair.Value?.DeepClone())]);
        }
        return parts;
    }

    static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString(TemplateText.Format);
}
