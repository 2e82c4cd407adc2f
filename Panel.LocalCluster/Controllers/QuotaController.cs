using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Admission;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>Writes into each ResourceQuota what is used of it. Admission does not wait for that: it counts for itself.</summary>
public sealed class QuotaController
{
    readonly ObjectStore store;
    readonly Objects objects;
    readonly StoreSweep sweep;

    /// <summary>A controller that does nothing until <see cref="RunAsync"/>.</summary>
    public QuotaController(ObjectStore store, Objects objects, TimeProvider clock, ILogger<QuotaController> logger)
    {
        (this.store, this.objects) = (store, objects);
        sweep = new(store, Matters, SweepAsync, clock, logger);
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => sweep.RunAsync(cancellation);

    // where there is no quota, which is nearly everywhere, nothing is counted
    bool Matters(ObjectEvent item) =>
        item.Object.Key.Resource == Resources.Quotas
        || (item.Object.Key.Namespace is { } space && store.State.Of(Resources.Quotas).All(space).Any() && (item.Removed || item.Before is null || !Same(item.Before, item.Object)));

    static bool Same(StoredObject before, StoredObject after)
    {
        var (was, now) = (QuotaUsage.Of(before).Amounts, QuotaUsage.Of(after).Amounts);
        return was.Count == now.Count && was.All(pair => now.TryGetValue(pair.Key, out var amount) && amount == pair.Value);
    }

    async Task SweepAsync(StoreState state, CancellationToken cancellation)
    {
        foreach (var quota in state.Of(Resources.Quotas).All().Where(stored => !stored.Deleting).Select(stored => stored.To<ResourceQuota>()))
        {
            var used = Quotas.Used(state, quota);
            try
            {
                await objects.UpdateStatusAsync<ResourceQuota>(quota.Metadata.Namespace, quota.Metadata.Name!, current => current.Status = new() { Hard = current.Spec.Hard, Used = used }, cancellation);
            }
            catch (StatusException refusal) when (refusal.Code is 404)
            {
                continue;   // gone meanwhile
            }
        }
    }
}
