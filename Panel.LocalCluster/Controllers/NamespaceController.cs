using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>Empties a namespace that is being deleted, then lets it go. Pods end gracefully, so that may take a while.</summary>
public sealed class NamespaceController
{
    readonly ObjectOperations operations;
    readonly StoreSweep sweep;

    /// <summary>A controller that does nothing until <see cref="RunAsync"/>.</summary>
    public NamespaceController(ObjectStore store, ObjectOperations operations, TimeProvider clock, ILogger<NamespaceController> logger)
    {
        this.operations = operations;
        sweep = new(store, Matters, SweepAsync, clock, logger);
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => sweep.RunAsync(cancellation);

    static bool Matters(ObjectEvent item) => item.Removed || (item.Object.Key.Resource == Resources.Namespaces && item.Object.Deleting);

    async Task SweepAsync(StoreState state, CancellationToken cancellation)
    {
        foreach (var space in state.Of(Resources.Namespaces).All().Where(space => space.Deleting))
        {
            var content = Resources.All.Where(resource => resource.Namespaced).SelectMany(resource => state.Of(resource).All(space.Key.Name)).ToList();
            foreach (var stored in content.Where(stored => !stored.Deleting)) await DoAsync(() => operations.DeleteAsync(stored.Key, new() { Preconditions = new() { Uid = stored.Uid } }, cancellation));
            if (content.Count == 0) await DoAsync(() => operations.ChangeAsync(space.Key, Part.Spec, Release, cancellation));
        }
    }

    static JsonObject Release(JsonObject document)
    {
        (document["spec"] as JsonObject)?.Remove("finalizers");
        return document;
    }

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
}
