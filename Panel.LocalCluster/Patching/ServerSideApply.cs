using System.Text.Json.Nodes;
using Panel.Kube.Wire;

namespace Panel.LocalCluster.Patching;

/// <summary>Who writes, when, and through which door.</summary>
/// <param name="Name">Name of the manager.</param>
/// <param name="Subresource"><c>status</c>, <c>scale</c> or empty.</param>
/// <param name="ApiVersion">Version of the document.</param>
/// <param name="Time">Now.</param>
sealed record Manager(string Name, string Subresource, string ApiVersion, string Time);

/// <summary>
/// Keeps track of who owns which field, and applies whole intents: what a manager applied before and no longer wants goes, unless someone else wants it.
/// See https://kubernetes.io/docs/reference/using-api/server-side-apply/
/// </summary>
static class ServerSideApply
{
    static readonly FieldSet Identity = FieldSet.Of(new JsonObject
    {
        ["apiVersion"] = "",
        ["kind"] = "",
        ["metadata"] = new JsonObject
        {
            ["name"] = "",
            ["namespace"] = "",
            ["uid"] = "",
            ["resourceVersion"] = "",
            ["generation"] = "",
            ["creationTimestamp"] = "",
            ["selfLink"] = "",
            ["deletionTimestamp"] = "",
            ["deletionGracePeriodSeconds"] = "",
        },
    });

    /// <summary>Merges an intent into a document.</summary>
    /// <param name="live">The document, changed in place.</param>
    /// <param name="intent">All that the manager wants.</param>
    /// <param name="manager">Who applies.</param>
    /// <param name="force">Take fields over from other managers.</param>
    /// <returns>The fields that others own with another value; empty when the intent was merged.</returns>
    public static IReadOnlyList<StatusCause> Apply(JsonObject live, JsonObject intent, Manager manager, bool force)
    {
        var managed = ManagedFields.Take(live);
        var own = managed.Find(manager.Name, "Apply", manager.Subresource);
        var wanted = FieldSet.Of(intent).Except(Identity);
        var disputed = managed.Entries.Where(entry => entry != own)
            .Select(entry => (Entry: entry, Fields: Differing(live, intent, entry.Fields.Intersect(wanted)))).Where(item => item.Fields.Count > 0).ToList();
        if (disputed.Count > 0 && !force)
        {
            managed.Put(live);
            return [.. disputed.SelectMany(item => item.Fields.Select(path => Conflict(item.Entry, path)))];
        }
        var taken = disputed.ToDictionary(item => item.Entry, item => SetOf(item.Fields));
        managed.Limit(entry => taken.TryGetValue(entry, out var lost) ? entry.Fields.Except(lost) : entry.Fields);
        IntentMerge.Merge(live, intent);
        var others = managed.OfOthers(own);
        // items before their fields: without its key an item is not found any more
        foreach (var path in own?.Fields.Except(wanted).Paths().OrderBy(path => path.Count) ?? Enumerable.Empty<IReadOnlyList<string>>())
        {
            if (!others.Touches(path) && !wanted.Touches(path)) FieldPath.Remove(live, path);
        }
        managed.Set(new(manager.Name, "Apply", manager.Subresource, manager.ApiVersion, manager.Time, wanted));
        managed.Put(live);
        return [];
    }

    /// <summary>Notes what a write that was no apply changed: the writer owns it now, alone.</summary>
    public static void Track(JsonObject? before, JsonObject after, Manager manager)
    {
        var managed = ManagedFields.Take(after);
        var was = before?.DeepClone().AsObject() ?? [];
        (was["metadata"] as JsonObject)?.Remove("managedFields");
        var written = after.DeepClone().AsObject();
        if (manager.Subresource.Length == 0) written.Remove("status");
        var present = FieldSet.Of(written).Except(Identity);
        var changed = SetOf([.. present.Paths().Where(path => !JsonNode.DeepEquals(FieldPath.Find(was, path), FieldPath.Find(after, path)) && !IsKeptItem(was, after, path))]);
        var all = FieldSet.Of(after);
        managed.Limit(entry => entry.Fields.Intersect(all).Except(entry.IsOf(manager.Name, "Update", manager.Subresource) ? new() : changed));
        var own = managed.Find(manager.Name, "Update", manager.Subresource);
        managed.Set(new(manager.Name, "Update", manager.Subresource, manager.ApiVersion, manager.Time, own?.Fields.Union(changed) ?? changed));
        managed.Put(after);
    }

    // the item itself is nobody's news when only fields of it changed
    static bool IsKeptItem(JsonObject was, JsonObject after, IReadOnlyList<string> path) =>
        path[^1][0] == 'k' && FieldPath.Find(was, path) is not null && FieldPath.Find(after, path) is not null;

    static List<IReadOnlyList<string>> Differing(JsonObject live, JsonObject intent, FieldSet common) =>
        [.. common.Paths().Where(path => path.Count > 0 && path[^1][0] == 'f' && !JsonNode.DeepEquals(FieldPath.Find(live, path), FieldPath.Find(intent, path)))];

    static FieldSet SetOf(IReadOnlyList<IReadOnlyList<string>> paths)
    {
        var fields = new JsonObject();
        foreach (var path in paths)
        {
            var node = fields;
            foreach (var element in path)
            {
                if (node[element] is not JsonObject next) node[element] = next = [];
                node = next;
            }
            node["."] = new JsonObject();
        }
        return FieldSet.Read(fields);
    }

    static StatusCause Conflict(ManagedFields.Entry entry, IReadOnlyList<string> path)
    {
        var how = entry.Operation == "Apply" ? "" : $" using {entry.ApiVersion}" + (entry.Time.Length > 0 ? $" at {entry.Time}" : "");
        return new() { Reason = "FieldManagerConflict", Field = FieldPath.Show(path), Message = $"conflict with \"{entry.Manager}\"{(entry.Subresource.Length > 0 ? $" with subresource \"{entry.Subresource}\"" : "")}{how}" };
    }
}
