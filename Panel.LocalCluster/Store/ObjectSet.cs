using System.Collections.Immutable;

namespace Panel.LocalCluster.Store;

/// <summary>The objects of one resource at one moment, in the order of lists. Immutable: a snapshot costs a reference.</summary>
public sealed class ObjectSet
{
    public static readonly ObjectSet Empty = new(ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, StoredObject>>(StringComparer.Ordinal), 0);

    readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, StoredObject>> spaces;

    ObjectSet(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, StoredObject>> spaces, int count)
    {
        this.spaces = spaces;
        Count = count;
    }

    public int Count { get; }

    public StoredObject? Find(string? space, string name) =>
        spaces.TryGetValue(space ?? "", out var names) && names.TryGetValue(name, out var found) ? found : null;

    /// <summary>All objects, or those of one namespace.</summary>
    public IEnumerable<StoredObject> All(string? space = null)
    {
        if (space is null) return spaces.Values.SelectMany(names => names.Values);
        return spaces.TryGetValue(space, out var found) ? found.Values : [];
    }

    /// <summary>What makes another set of this one.</summary>
    public IEnumerable<(ChangeKind Kind, StoredObject Object)> DifferenceTo(ObjectSet next)
    {
        foreach (var old in All())
        {
            if (next.Find(old.Key.Namespace, old.Key.Name) is not { } now || now.Uid != old.Uid) yield return (ChangeKind.Removed, old);
        }
        foreach (var now in next.All())
        {
            var old = Find(now.Key.Namespace, now.Key.Name);
            if (old is null || old.Uid != now.Uid) yield return (ChangeKind.Added, now);
            else if (old.Version != now.Version) yield return (ChangeKind.Modified, now);
        }
    }

    internal ObjectSet With(StoredObject stored)
    {
        var space = stored.Key.Namespace ?? "";
        var names = spaces.GetValueOrDefault(space) ?? ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);
        return new(spaces.SetItem(space, names.SetItem(stored.Key.Name, stored)), names.ContainsKey(stored.Key.Name) ? Count : Count + 1);
    }

    internal ObjectSet Without(ObjectKey key)
    {
        var space = key.Namespace ?? "";
        if (!spaces.TryGetValue(space, out var names) || !names.ContainsKey(key.Name)) return this;
        names = names.Remove(key.Name);
        return new(names.IsEmpty ? spaces.Remove(space) : spaces.SetItem(space, names), Count - 1);
    }
}

/// <summary>The whole store at one version.</summary>
public sealed class StoreState
{
    public static readonly StoreState Empty = new(0, ImmutableDictionary<Resource, ObjectSet>.Empty);

    readonly ImmutableDictionary<Resource, ObjectSet> sets;

    StoreState(long version, ImmutableDictionary<Resource, ObjectSet> sets)
    {
        Version = version;
        this.sets = sets;
    }

    /// <summary>Version of the newest write, whatever its resource.</summary>
    public long Version { get; }

    /// <summary>Everything, resource by resource.</summary>
    public IEnumerable<StoredObject> All => sets.Values.SelectMany(set => set.All());

    public ObjectSet Of(Resource resource) => sets.GetValueOrDefault(resource, ObjectSet.Empty);

    public StoredObject? Find(ObjectKey key) => Of(key.Resource).Find(key.Namespace, key.Name);

    internal StoreState With(StoredObject stored) => new(Math.Max(Version, stored.Version), sets.SetItem(stored.Key.Resource, Of(stored.Key.Resource).With(stored)));

    internal StoreState Without(ObjectKey key, long version) => new(version, sets.SetItem(key.Resource, Of(key.Resource).Without(key)));

    internal StoreState At(long version) => new(Math.Max(Version, version), sets);
}
