using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>
/// Keeps the pods of StatefulSets: in order, one of a name at a time, replaced by hand (OnDelete) or from the highest down (RollingUpdate).
/// New pods are always made from the newest template; a real cluster keeps older ones for the pods below a partition.
/// </summary>
/// <remarks>https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/</remarks>
public sealed class StatefulSetController
{
    const string RevisionLabel = "controller-revision-hash";

    readonly Objects objects;
    readonly EventRecorder events;
    readonly PassQueue queue;
    // the highest ordinal a set ever had a pod of, so that none is overlooked after a scale-down
    readonly Dictionary<ObjectName, int> highest = [];
    readonly Lock gate = new();

    /// <summary>A controller that does nothing until <see cref="RunAsync"/>.</summary>
    public StatefulSetController(Objects objects, TimeProvider clock, ILogger<StatefulSetController> logger)
    {
        this.objects = objects;
        events = new(objects, "statefulset-controller", clock, logger);
        queue = new(PassAsync, clock, logger);
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => ClusterLoops.TogetherAsync(cancellation, FollowSetsAsync, FollowPodsAsync, queue.RunAsync);

    async Task FollowSetsAsync(CancellationToken cancellation)
    {
        await foreach (var change in objects.WatchAsync<StatefulSet>(cancellation))
        {
            var name = new ObjectName(change.Object.Metadata.Namespace!, change.Object.Metadata.Name!);
            if (change.Kind is ChangeKind.Removed)
            {
                lock (gate) highest.Remove(name);
                continue;
            }
            queue.Add(name);
        }
    }

    async Task FollowPodsAsync(CancellationToken cancellation)
    {
        await foreach (var change in objects.WatchAsync<Pod>(cancellation))
        {
            if (OwnedPods.Controller(change.Object, "StatefulSet") is not { } owner) continue;
            NoteOrdinal(owner, change.Object.Metadata.Name!);
            queue.Add(owner);
        }
    }

    void NoteOrdinal(ObjectName set, string pod)
    {
        if (!int.TryParse(pod.AsSpan(pod.LastIndexOf('-') + 1), out var ordinal)) return;
        lock (gate) highest[set] = Math.Max(ordinal, highest.GetValueOrDefault(set, -1));
    }

    async Task<TimeSpan?> PassAsync(ObjectName name, CancellationToken cancellation)
    {
        if (objects.Find<StatefulSet>(name.Space, name.Name) is not { Metadata.DeletionTimestamp: null } set) return null;
        var revision = Revision(set);
        var pods = FindPods(set);
        await EnsurePodsAsync(set, revision, pods, cancellation);
        await ReportAsync(set, revision, FindPods(set), cancellation);
        return null;
    }

    SortedDictionary<int, Pod> FindPods(StatefulSet set)
    {
        int last;
        lock (gate) last = Math.Max(highest.GetValueOrDefault(new(set.Metadata.Namespace!, set.Metadata.Name!), -1), Replicas(set) - 1);
        var found = new SortedDictionary<int, Pod>();
        for (var i = 0; i <= last; i++)
        {
            if (objects.Find<Pod>(set.Metadata.Namespace, PodName(set, i)) is { } pod && pod.IsControlledBy(set)) found[i] = pod;
        }
        return found;
    }

    async Task EnsurePodsAsync(StatefulSet set, string revision, SortedDictionary<int, Pod> pods, CancellationToken cancellation)
    {
        var ordered = set.Spec.PodManagementPolicy is not "Parallel";
        for (var i = 0; i < Replicas(set); i++)
        {
            if (!pods.TryGetValue(i, out var pod)) await CreateAsync(set, i, revision, cancellation);
            else if (pod.IsOver() && !pod.IsTerminating()) await EndAsync(set, pod, cancellation);
            if (ordered && pod is not { Metadata.DeletionTimestamp: null } || ordered && !pod!.IsReady()) return;
        }
        foreach (var pod in pods.Where(entry => entry.Key >= Replicas(set)).Select(entry => entry.Value).Reverse())
        {
            if (!pod.IsTerminating()) await EndAsync(set, pod, cancellation);
            if (ordered) return;
        }
        await RollAsync(set, revision, pods, cancellation);
    }

    async Task RollAsync(StatefulSet set, string revision, SortedDictionary<int, Pod> pods, CancellationToken cancellation)
    {
        if (set.Spec.UpdateStrategy?.Type is "OnDelete") return;
        var partition = set.Spec.UpdateStrategy?.RollingUpdate?.Partition ?? 0;
        foreach (var pod in pods.Where(entry => entry.Key >= partition && entry.Key < Replicas(set)).Select(entry => entry.Value).Reverse())
        {
            var current = pod.Metadata.Labels?.GetValueOrDefault(RevisionLabel) == revision;
            if (!current && !pod.IsTerminating()) await EndAsync(set, pod, cancellation);
            if (!current || !pod.IsReady()) return;
        }
    }

    async Task CreateAsync(StatefulSet set, int ordinal, string revision, CancellationToken cancellation)
    {
        var pod = NewPod(set, ordinal, revision);
        var name = pod.Metadata.Name!;
        try
        {
            foreach (var template in set.Spec.VolumeClaimTemplates ?? []) await EnsureClaimAsync(set, template, name, cancellation);
            await objects.CreateAsync(pod, cancellation);
        }
        catch (StatusException refusal) when (refusal.Code is 409)
        {
            await AdoptAsync(set, name, cancellation);
            return;     // if the one before is not gone yet, its removal brings us back
        }
        catch (StatusException refusal)
        {
            await events.WarningAsync(set, "FailedCreate", $"create Pod {name} in StatefulSet {set.Metadata.Name} failed error: {refusal.Message}", cancellation);
            throw;
        }
        await events.NormalAsync(set, "SuccessfulCreate", $"create Pod {name} in StatefulSet {set.Metadata.Name} successful", cancellation);
    }

    // a pod that an orphaning deletion left, and that the set would have made
    async Task AdoptAsync(StatefulSet set, string name, CancellationToken cancellation)
    {
        await objects.UpdateAsync<Pod>(set.Metadata.Namespace, name, pod =>
        {
            if (pod.IsTerminating() || pod.Metadata.OwnerReferences?.Exists(owner => owner.Controller is true) is true || !LabelQuery.Of(set.Spec.Selector).Matches(pod.Metadata.Labels)) return;
            pod.Metadata.OwnerReferences = [.. pod.Metadata.OwnerReferences ?? [], OwnedPods.Reference(set, "apps/v1", "StatefulSet")];
        }, cancellation);
    }

    async Task EnsureClaimAsync(StatefulSet set, PersistentVolumeClaim template, string pod, CancellationToken cancellation)
    {
        var name = $"{template.Metadata.Name}-{pod}";
        if (objects.Find<PersistentVolumeClaim>(set.Metadata.Namespace, name) is not null) return;
        var labels = new Dictionary<string, string>(template.Metadata.Labels ?? []);
        foreach (var (key, value) in set.Spec.Selector.MatchLabels ?? []) labels[key] = value;
        await objects.CreateAsync(new PersistentVolumeClaim { Metadata = new() { Namespace = set.Metadata.Namespace, Name = name, Labels = labels }, Spec = template.Spec }, cancellation);
    }

    async Task EndAsync(StatefulSet set, Pod pod, CancellationToken cancellation)
    {
        try
        {
            await objects.DeleteAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, new() { Preconditions = new() { Uid = pod.Metadata.Uid } }, cancellation);
        }
        catch (StatusException refusal) when (refusal.Code is 404 or 409)
        {
            return;     // gone already
        }
        await events.NormalAsync(set, "SuccessfulDelete", $"delete Pod {pod.Metadata.Name} in StatefulSet {set.Metadata.Name} successful", cancellation);
    }

    Task ReportAsync(StatefulSet set, string revision, SortedDictionary<int, Pod> pods, CancellationToken cancellation)
    {
        var updated = pods.Values.Count(pod => pod.Metadata.Labels?.GetValueOrDefault(RevisionLabel) == revision);
        var ready = pods.Values.Count(OwnedPods.IsReady);
        var rolled = set.Spec.UpdateStrategy?.Type is not "OnDelete" && updated == pods.Count && ready == Replicas(set);
        return objects.UpdateStatusAsync<StatefulSet>(set.Metadata.Namespace, set.Metadata.Name!, current =>
        {
            var status = current.Status ??= new();
            status.ObservedGeneration = set.Metadata.Generation;
            (status.Replicas, status.ReadyReplicas, status.AvailableReplicas, status.UpdatedReplicas) = (pods.Count, ready, ready, updated);
            status.UpdateRevision = revision;
            if (status.CurrentRevision is null || rolled) status.CurrentRevision = revision;
            status.CurrentReplicas = pods.Values.Count(pod => pod.Metadata.Labels?.GetValueOrDefault(RevisionLabel) == status.CurrentRevision);
        }, cancellation);
    }

    static Pod NewPod(StatefulSet set, int ordinal, string revision)
    {
        var name = PodName(set, ordinal);
        var template = set.Spec.Template;
        var pod = new Pod
        {
            Metadata = new()
            {
                Namespace = set.Metadata.Namespace,
                Name = name,
                Annotations = template.Metadata.Annotations,
                Labels = new(template.Metadata.Labels ?? [])
                {
                    [RevisionLabel] = revision,
                    ["statefulset.kubernetes.io/pod-name"] = name,
                    ["apps.kubernetes.io/pod-index"] = $"{ordinal}",
                },
                OwnerReferences = [OwnedPods.Reference(set, "apps/v1", "StatefulSet")],
            },
            Spec = template.Spec,
        };
        (pod.Spec.Hostname, pod.Spec.Subdomain) = (name, set.Spec.ServiceName);
        foreach (var claim in set.Spec.VolumeClaimTemplates ?? [])
        {
            pod.Spec.Volumes = [.. pod.Spec.Volumes?.Where(volume => volume.Name != claim.Metadata.Name) ?? [], new() { Name = claim.Metadata.Name!, PersistentVolumeClaim = new() { ClaimName = $"{claim.Metadata.Name}-{name}" } }];
        }
        return pod;
    }

    static string Revision(StatefulSet set)
    {
        var template = JsonSerializer.SerializeToUtf8Bytes(set.Spec.Template, KubeJson.Default.PodTemplateSpec);
        return $"{set.Metadata.Name}-{Convert.ToHexStringLower(SHA256.HashData(template))[..10]}";
    }

    static string PodName(StatefulSet set, int ordinal) => $"{set.Metadata.Name}-{ordinal}";

    static int Replicas(StatefulSet set) => set.Spec.Replicas ?? 1;
}
