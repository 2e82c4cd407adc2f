using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>
/// Lets objects die with their owners. One whose owners are all gone is deleted; an owner in foreground deletion waits for the dependents that block it;
/// one that orphans lets its dependents go first.
/// </summary>
public sealed class GarbageCollector
{
    readonly ObjectOperations operations;
    readonly StoreSweep sweep;

    /// <summary>A collector that does nothing until <see cref="RunAsync"/>.</summary>
    public GarbageCollector(ObjectStore store, ObjectOperations operations, TimeProvider clock, ILogger<GarbageCollector> logger)
    {
        this.operations = operations;
        sweep = new(store, Matters, SweepAsync, clock, logger);
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => sweep.RunAsync(cancellation);

    // what is only written to has the owners it had
    static bool Matters(ObjectEvent item) => item.Removed || item.Object.Deleting || (OwnersOf(item.Object).Count > 0 && (item.Before is null || OwnersOf(item.Before).Count != OwnersOf(item.Object).Count));

    async Task SweepAsync(StoreState state, CancellationToken cancellation)
    {
        var graph = new OwnerGraph(state);
        foreach (var owner in graph.Owners.Where(owner => owner.Deleting))
        {
            if (Has(owner, ObjectLifecycle.Orphan)) await OrphanAsync(owner, graph, cancellation);
            else if (Has(owner, ObjectLifecycle.Foreground) && !graph.DependentsOf(owner).Any(dependent => Blocks(dependent, owner))) await FinishAsync(owner, ObjectLifecycle.Foreground, cancellation);
        }
        foreach (var dependent in graph.Dependents.Where(dependent => !dependent.Deleting)) await JudgeAsync(dependent, graph, cancellation);
    }

    async Task JudgeAsync(StoredObject dependent, OwnerGraph graph, CancellationToken cancellation)
    {
        var owners = OwnersOf(dependent).Select(reference => (Reference: reference, Owner: graph.Find(dependent, reference), Known: Resources.FindKind(reference.ApiVersion, reference.Kind) is not null)).ToList();
        var going = owners.Where(item => item.Known && (item.Owner is null || IsWaiting(item.Owner))).ToList();
        if (going.Count == 0) return;
        if (going.Count < owners.Count)
        {
            await ReleaseAsync(dependent, [.. going.Select(item => item.Reference.Uid)], cancellation);
            return;
        }
        var foreground = going.Exists(item => item.Owner is not null) && graph.DependentsOf(dependent).Count > 0;
        await DoAsync(() => operations.DeleteAsync(dependent.Key, new() { PropagationPolicy = foreground ? "Foreground" : null, Preconditions = new() { Uid = dependent.Uid } }, cancellation));
    }

    async Task OrphanAsync(StoredObject owner, OwnerGraph graph, CancellationToken cancellation)
    {
        foreach (var dependent in graph.DependentsOf(owner)) await ReleaseAsync(dependent, [owner.Uid!], cancellation);
        await FinishAsync(owner, ObjectLifecycle.Orphan, cancellation);
    }

    Task ReleaseAsync(StoredObject dependent, HashSet<string> owners, CancellationToken cancellation) => DoAsync(() => operations.ChangeAsync(dependent.Key, Part.Spec, document =>
    {
        var metadata = (JsonObject)document["metadata"]!;
        if ((string?)metadata["uid"] != dependent.Uid || metadata["ownerReferences"] is not JsonArray references) return document;
        var kept = references.Where(reference => !owners.Contains((string?)reference?["uid"] ?? "")).Select(reference => reference?.DeepClone()).ToArray();
        if (kept.Length == 0) metadata.Remove("ownerReferences");
        else metadata["ownerReferences"] = new JsonArray(kept);
        return document;
    }, cancellation));

    Task FinishAsync(StoredObject owner, string finalizer, CancellationToken cancellation) => DoAsync(() => operations.ChangeAsync(owner.Key, Part.Spec, document =>
    {
        var metadata = (JsonObject)document["metadata"]!;
        if ((string?)metadata["uid"] == owner.Uid && metadata["finalizers"] is JsonArray finalizers && finalizers.FirstOrDefault(item => (string?)item == finalizer) is { } found) finalizers.Remove(found);
        return document;
    }, cancellation));

    // gone or replaced meanwhile: another pass sees what is there then
    static async Task DoAsync(Func<Task<Written>> write)
    {
        try
        {
            await write();
        }
        catch (StatusException refusal) when (refusal.Code is 404 or 409)
        {
            return;
        }
    }

    static bool IsWaiting(StoredObject owner) => owner.Deleting && Has(owner, ObjectLifecycle.Foreground);

    static bool Blocks(StoredObject dependent, StoredObject owner) => OwnersOf(dependent).Exists(reference => reference.Uid == owner.Uid && reference.BlockOwnerDeletion == true);

    static bool Has(StoredObject stored, string finalizer) =>
        stored.Metadata("finalizers") is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().Any(item => item.ValueEquals(finalizer));

    internal static List<OwnerReference> OwnersOf(StoredObject stored) =>
        stored.Metadata("ownerReferences") is { ValueKind: JsonValueKind.Array } list ? list.Deserialize(KubeJson.Default.ListOwnerReference)! : [];
}

/// <summary>Who owns whom, at one moment.</summary>
sealed class OwnerGraph
{
    readonly Dictionary<string, StoredObject> all = [];
    readonly Dictionary<string, List<StoredObject>> dependents = [];

    public OwnerGraph(StoreState state)
    {
        foreach (var stored in state.All)
        {
            if (stored.Uid is not { } uid) continue;
            all[uid] = stored;
            var references = GarbageCollector.OwnersOf(stored);
            if (references.Count > 0) Dependents.Add(stored);
            foreach (var reference in references)
            {
                if (!dependents.TryGetValue(reference.Uid, out var list)) dependents[reference.Uid] = list = [];
                list.Add(stored);
            }
        }
    }

    /// <summary>Objects that have owners.</summary>
    public List<StoredObject> Dependents { get; } = [];

    /// <summary>Every object: any may have dependents.</summary>
    public IEnumerable<StoredObject> Owners => all.Values;

    public IReadOnlyList<StoredObject> DependentsOf(StoredObject owner) => dependents.GetValueOrDefault(owner.Uid!) ?? [];

    /// <summary>The owner that a reference means. An object of another namespace is none: names of owners are local.</summary>
    public StoredObject? Find(StoredObject dependent, OwnerReference reference) =>
        all.TryGetValue(reference.Uid, out var owner) && (owner.Key.Namespace is null || owner.Key.Namespace == dependent.Key.Namespace) ? owner : null;
}
