using System.Text.Json.Nodes;

namespace Panel.LocalCluster.Patching;

/// <summary>Who owns which fields of an object: its <c>metadata.managedFields</c>.</summary>
sealed class ManagedFields
{
    readonly List<Entry> entries;

    ManagedFields(List<Entry> entries) => this.entries = entries;

    public IEnumerable<Entry> Entries => entries;

    /// <summary>One manager's share.</summary>
    /// <param name="Manager">Name the manager gave.</param>
    /// <param name="Operation"><c>Apply</c> or <c>Update</c>.</param>
    /// <param name="Subresource"><c>status</c>, <c>scale</c> or empty.</param>
    /// <param name="ApiVersion">Version the fields are written in.</param>
    /// <param name="Time">When the share last changed.</param>
    /// <param name="Fields">The fields.</param>
    public sealed record Entry(string Manager, string Operation, string Subresource, string ApiVersion, string Time, FieldSet Fields)
    {
        public bool IsOf(string manager, string operation, string subresource) => Manager == manager && Operation == operation && Subresource == subresource;
    }

    /// <summary>Takes the managed fields out of a document.</summary>
    public static ManagedFields Take(JsonObject document)
    {
        var metadata = document["metadata"] as JsonObject;
        var list = metadata?["managedFields"] as JsonArray ?? [];
        metadata?.Remove("managedFields");
        return new([.. list.OfType<JsonObject>().Select(entry => new Entry(
            (string?)entry["manager"] ?? "", (string?)entry["operation"] ?? "", (string?)entry["subresource"] ?? "",
            (string?)entry["apiVersion"] ?? "", (string?)entry["time"] ?? "", FieldSet.Read(entry["fieldsV1"] as JsonObject)))]);
    }

    /// <summary>Writes them back.</summary>
    public void Put(JsonObject document)
    {
        var metadata = (JsonObject)document["metadata"]!;
        if (entries.Count == 0) metadata.Remove("managedFields");
        else metadata["managedFields"] = new JsonArray([.. entries.Select(Write)]);
    }

    public Entry? Find(string manager, string operation, string subresource) => entries.Find(entry => entry.IsOf(manager, operation, subresource));

    /// <summary>What all but one entry own.</summary>
    public FieldSet OfOthers(Entry? one) => entries.Where(entry => entry != one).Aggregate(new FieldSet(), (all, entry) => all.Union(entry.Fields));

    /// <summary>Replaces every entry's fields; those left without any go.</summary>
    public void Limit(Func<Entry, FieldSet> fields)
    {
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            var left = fields(entries[i]);
            if (left.IsEmpty) entries.RemoveAt(i);
            else entries[i] = entries[i] with { Fields = left };
        }
    }

    /// <summary>Gives a manager exactly these fields.</summary>
    public void Set(Entry entry)
    {
        var i = entries.FindIndex(other => other.IsOf(entry.Manager, entry.Operation, entry.Subresource));
        if (entry.Fields.IsEmpty)
        {
            if (i >= 0) entries.RemoveAt(i);
        }
        else if (i < 0)
        {
            entries.Add(entry);
        }
        else if (!JsonNode.DeepEquals(entries[i].Fields.Write(), entry.Fields.Write()))
        {
            // an unchanged share keeps its time, so that applying the same again writes nothing
            entries[i] = entry;
        }
    }

    static JsonNode Write(Entry entry)
    {
        var written = new JsonObject
        {
            ["manager"] = entry.Manager,
            ["operation"] = entry.Operation,
            ["apiVersion"] = entry.ApiVersion,
            ["time"] = entry.Time,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = entry.Fields.Write(),
        };
        if (entry.Subresource.Length > 0) written["subresource"] = entry.Subresource;
        return written;
    }
}
