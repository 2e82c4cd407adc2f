using System.Globalization;
using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>Counts what each PodDisruptionBudget has to say. Nothing asks it: the one node is never emptied.</summary>
public sealed class BudgetController
{
    readonly Objects objects;
    readonly SelectorIndex index = new();
    readonly PassQueue queue;

    /// <summary>A controller that does nothing until <see cref="RunAsync"/>.</summary>
    public BudgetController(Objects objects, TimeProvider clock, ILogger<BudgetController> logger)
    {
        this.objects = objects;
        queue = new(PassAsync, clock, logger);
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => ClusterLoops.TogetherAsync(cancellation, FollowBudgetsAsync, FollowPodsAsync, queue.RunAsync);

    async Task FollowBudgetsAsync(CancellationToken cancellation)
    {
        await foreach (var change in objects.WatchAsync<PodDisruptionBudget>(cancellation))
        {
            var name = new ObjectName(change.Object.Metadata.Namespace!, change.Object.Metadata.Name!);
            index.Set(name, change.Kind is ChangeKind.Removed ? null : Query(change.Object));
            if (change.Kind is not ChangeKind.Removed) queue.Add(name);
        }
    }

    async Task FollowPodsAsync(CancellationToken cancellation)
    {
        await foreach (var change in objects.WatchAsync<Pod>(cancellation))
        {
            foreach (var budget in index.Touched(change)) queue.Add(budget);
        }
    }

    async Task<TimeSpan?> PassAsync(ObjectName name, CancellationToken cancellation)
    {
        if (objects.Find<PodDisruptionBudget>(name.Space, name.Name) is not { Metadata.DeletionTimestamp: null } budget) return null;
        List<Pod> pods = Query(budget) is { } query ? [.. objects.List<Pod>(name.Space, query).Where(pod => !pod.IsOver())] : [];
        var expected = pods.Select(pod => pod.Metadata.OwnerReferences?.Find(owner => owner.Controller == true)).OfType<OwnerReference>()
            .DistinctBy(owner => owner.Uid).Sum(owner => Wanted(name.Space, owner)) + pods.Count(pod => pod.Metadata.OwnerReferences?.Exists(owner => owner.Controller == true) != true);
        var healthy = pods.Count(pod => pod.IsReady() && !pod.IsTerminating());
        var desired = budget.Spec.MaxUnavailable is { } most ? Math.Max(0, expected - Share(most, expected)) : budget.Spec.MinAvailable is { } least ? Share(least, expected) : 0;
        await objects.UpdateStatusAsync<PodDisruptionBudget>(name.Space, name.Name, current =>
        {
            var status = current.Status ??= new();
            status.ObservedGeneration = budget.Metadata.Generation;
            (status.ExpectedPods, status.CurrentHealthy, status.DesiredHealthy, status.DisruptionsAllowed) = (expected, healthy, desired, Math.Max(0, healthy - desired));
        }, cancellation);
        return null;
    }

    // how many pods an owner wants, which may be more than there are
    int Wanted(string space, OwnerReference owner) => owner.Kind == "StatefulSet" ? objects.Find<StatefulSet>(space, owner.Name)?.Spec.Replicas ?? 1 : 1;

    static int Share(IntOrString amount, int expected) => amount.Text is { } percent
        ? (int)Math.Ceiling(expected * int.Parse(percent.TrimEnd('%'), CultureInfo.InvariantCulture) / 100.0)
        : amount.Number;

    static LabelQuery? Query(PodDisruptionBudget budget) => budget.Spec.Selector is { } selector ? LabelQuery.Of(selector) : null;
}
