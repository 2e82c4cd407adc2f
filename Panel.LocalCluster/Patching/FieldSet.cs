using System.Text.Json.Nodes;

namespace Panel.LocalCluster.Patching;

/// <summary>
/// A set of fields of a document, as <c>managedFields</c> write it: <c>{"f:spec":{"f:containers":{"k:{\"name\":\"a\"}":{".":{},"f:image":{}}}}}</c>.
/// A leaf is a member; a node with fields under it is one only when it says so.
/// </summary>
sealed class FieldSet
{
    readonly SortedDictionary<string, FieldSet> children = new(StringComparer.Ordinal);
    bool member;

    public bool IsEmpty => !member && children.Count == 0;

    /// <summary>The leaves of a document: fields, atomic maps and lists, keyed items.</summary>
    public static FieldSet Of(JsonObject document)
    {
        var set = new FieldSet();
        foreach (var (name, value) in document) set.Put("f:" + name, OfValue(name, value));
        return set;
    }

    static FieldSet OfValue(string name, JsonNode? value)
    {
        if (value is JsonObject { Count: > 0 } fields && !MergeKeys.IsAtomic(name)) return Of(fields);
        if (value is JsonArray { Count: > 0 } list)
        {
            if (MergeKeys.IsSet(name)) return OfItems(list, item => "v:" + item!.ToJsonString(), _ => Leaf());
            if (MergeKeys.Of(name, list) is { } keys && list.All(item => MergeKeys.KeyOf(item, keys) is not null))
                return OfItems(list, item => "k:" + MergeKeys.KeyOf(item, keys), OfItem);
        }
        return Leaf();
    }

    static FieldSet OfItems(JsonArray list, Func<JsonNode?, string> key, Func<JsonNode?, FieldSet> fields)
    {
        var set = new FieldSet();
        foreach (var item in list) set.children[key(item)] = fields(item);
        return set;
    }

    static FieldSet OfItem(JsonNode? item)
    {
        var set = Of((JsonObject)item!);
        set.member = true;
        return set;
    }

    /// <summary>Reads <c>fieldsV1</c>.</summary>
    public static FieldSet Read(JsonObject? fields)
    {
        var set = new FieldSet();
        foreach (var (name, value) in fields ?? [])
        {
            if (name == ".") set.member = true;
            else set.children[name] = value is JsonObject { Count: > 0 } below ? Read(below) : Leaf();
        }
        return set;
    }

    /// <summary>Writes <c>fieldsV1</c>.</summary>
    public JsonObject Write()
    {
        var fields = new JsonObject();
        if (member && children.Count > 0) fields["."] = new JsonObject();
        foreach (var (name, set) in children) fields[name] = set.Write();
        return fields;
    }

    public FieldSet Union(FieldSet other) => Combine(this, other, (mine, theirs) => mine || theirs);

    public FieldSet Intersect(FieldSet other) => Combine(this, other, (mine, theirs) => mine && theirs);

    public FieldSet Except(FieldSet other) => Combine(this, other, (mine, theirs) => mine && !theirs);

    /// <summary>The members one below another, as paths of elements such as <c>f:spec</c> and <c>k:{"name":"a"}</c>, deepest first.</summary>
    public IEnumerable<IReadOnlyList<string>> Paths()
    {
        foreach (var (name, set) in children)
        {
            foreach (var path in set.Paths()) yield return [name, .. path];
        }
        if (member) yield return [];
    }

    /// <summary>Whether anything at or under a path is in the set.</summary>
    public bool Touches(IReadOnlyList<string> path)
    {
        var set = this;
        foreach (var element in path)
        {
            if (!set.children.TryGetValue(element, out var next)) return false;
            set = next;
        }
        return !set.IsEmpty;
    }

    static FieldSet Combine(FieldSet? left, FieldSet? right, Func<bool, bool, bool> rule)
    {
        var set = new FieldSet { member = rule(left?.member == true, right?.member == true) };
        foreach (var name in (left?.children.Keys ?? Enumerable.Empty<string>()).Union(right?.children.Keys ?? Enumerable.Empty<string>()))
            set.Put(name, Combine(left?.children.GetValueOrDefault(name), right?.children.GetValueOrDefault(name), rule));
        return set;
    }

    static FieldSet Leaf() => new() { member = true };

    void Put(string name, FieldSet set)
    {
        if (!set.IsEmpty) children[name] = set;
    }
}
