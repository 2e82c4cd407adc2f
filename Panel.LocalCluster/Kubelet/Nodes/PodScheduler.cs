using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Controllers;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Kubelet.Nodes;

/// <summary>Gives pods to the one node, as long as what they ask for fits.</summary>
sealed class PodScheduler(KubeletContext context)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    readonly Wakeup wake = new();

    public Task RunAsync(CancellationToken cancellation) => ClusterLoops.TogetherAsync(cancellation, FollowAsync, LoopAsync);

    async Task FollowAsync(CancellationToken cancellation)
    {
        await foreach (var change in context.Objects.WatchAsync<Pod>(cancellation))
        {
            // a new pod, or room that another gave back
            if (change.Object.Spec.NodeName is null || change.Kind is ChangeKind.Removed || IsOver(change.Object)) wake.Set();
        }
    }

    async Task LoopAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await wake.WaitAsync(null, context.Clock, cancellation);
            try
            {
                await PassAsync(cancellation);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                context.Logger.LogError(failure, "Scheduling failed; again in {Seconds} s", Pause.TotalSeconds);
                await Task.Delay(Pause * (1 + Random.Shared.NextDouble()), context.Clock, cancellation);
                wake.Set();
            }
        }
    }

    async Task PassAsync(CancellationToken cancellation)
    {
        var pods = context.Objects.List<Pod>();
        var labels = context.Objects.Find<Node>(null, context.Node.Name)?.Metadata.Labels ?? [];
        var used = pods.Where(pod => pod.Spec.NodeName is not null && !IsOver(pod)).Select(Requests).Aggregate((Cpu: 0m, Memory: 0m), (sum, asked) => (sum.Cpu + asked.Cpu, sum.Memory + asked.Memory));
        foreach (var pod in pods.Where(pod => pod.Spec.NodeName is null && pod.Metadata.DeletionTimestamp is null).OrderBy(pod => pod.Metadata.CreationTimestamp))
        {
            var asked = Requests(pod);
            List<string> lacking = [];
            if (pod.Spec.NodeSelector?.All(label => labels.GetValueOrDefault(label.Key) == label.Value) == false) lacking.Add("node(s) didn't match Pod's node affinity/selector");
            if (used.Cpu + asked.Cpu > context.Node.Capacity("cpu")) lacking.Add("Insufficient cpu");
            if (used.Memory + asked.Memory > context.Node.Capacity("memory")) lacking.Add("Insufficient memory");
            if (lacking.Count == 0)
            {
                used = (used.Cpu + asked.Cpu, used.Memory + asked.Memory);
                await BindAsync(pod, cancellation);
            }
            else
            {
                await RefuseAsync(pod, $"0/1 nodes are available: {string.Join(", ", lacking.Select(lack => "1 " + lack))}.", cancellation);
            }
        }
    }

    async Task BindAsync(Pod pod, CancellationToken cancellation)
    {
        try
        {
            await context.Objects.UpdateAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, stored =>
            {
                if (stored.Metadata.Uid == pod.Metadata.Uid) stored.Spec.NodeName ??= context.Node.Name;
            }, cancellation);
            context.Events.Normal(pod, "Scheduled", $"Successfully assigned {pod.Metadata.Namespace}/{pod.Metadata.Name} to {context.Node.Name}");
        }
        catch (StatusException refusal) when (refusal.Code == 404)
        {
            context.Logger.LogDebug("Pod {Pod} went away before it was scheduled", pod.Metadata.Name);
        }
    }

    async Task RefuseAsync(Pod pod, string why, CancellationToken cancellation)
    {
        if (pod.Status?.Conditions?.Any(condition => condition.Type == "PodScheduled" && condition.Message == why) == true) return;
        context.Events.Warning(pod, "FailedScheduling", why);
        await context.Objects.UpdateStatusAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, stored =>
        {
            stored.Status ??= new();
            stored.Status.Phase = "Pending";
            stored.Status.Conditions = [new() { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", Message = why, LastTransitionTime = context.Now }];
        }, cancellation);
    }

    // init containers run before the others, not beside them
    static (decimal Cpu, decimal Memory) Requests(Pod pod) => (Sum(pod, "cpu"), Sum(pod, "memory"));

    static decimal Sum(Pod pod, string resource) => Math.Max(
        pod.Spec.Containers.Sum(container => Amount(container, resource)),
        (pod.Spec.InitContainers ?? []).Select(container => Amount(container, resource)).DefaultIfEmpty().Max());

    static decimal Amount(Container container, string resource) =>
        Quantity.TryParse(container.Resources?.Requests?.GetValueOrDefault(resource) ?? container.Resources?.Limits?.GetValueOrDefault(resource), out var amount) ? amount : 0;

    static bool IsOver(Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";
}
