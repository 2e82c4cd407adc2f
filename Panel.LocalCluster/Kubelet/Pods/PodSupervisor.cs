using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Controllers;
using Panel.LocalCluster.Kubelet.Processes;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>Keeps one worker for each pod of this node.</summary>
sealed class PodSupervisor(KubeletContext context)
{
    // what the kubelet itself needs to end a pod after its time: the hook's last moments, the kill, the record
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);

    readonly ConcurrentDictionary<string, PodWorker> workers = [];

    public IEnumerable<PodWorker> Workers => workers.Values;

    public PodWorker? Find(string space, string name) =>
        workers.Values.FirstOrDefault(worker => worker.Pod.Metadata.Name == name && worker.Pod.Metadata.Namespace == space && context.Objects.Find<Pod>(space, name)?.Metadata.Uid == worker.Uid);

    /// <summary>Why there is no worker of this name.</summary>
    public StatusException Explain(string space, string name) => context.Objects.Find<Pod>(space, name) is null
        ? Statuses.NotFound(Resources.Pods, name)
        : Statuses.BadRequest($"pod {name} does not have a host assigned");

    /// <summary>Takes over what an earlier kubelet left: processes of known pods go on, all others end.</summary>
    public void Recover()
    {
        Directory.CreateDirectory(context.Paths.Pods);
        var known = context.Objects.List<Pod>(where: IsOurs).ToDictionary(pod => pod.Metadata.Uid!);
        var here = Directory.EnumerateDirectories(context.Paths.Pods).Select(path => Path.GetFileName(path)!).ToHashSet();
        foreach (var pod in known.Values) Add(pod);
        var kept = workers.Values.SelectMany(worker => worker.Init.Concat(worker.App)).Where(unit => unit.Running).Select(unit => unit.Mark).ToHashSet();
        foreach (var (row, mark) in ProcessTable.Read().FindMarked())
        {
            // marks of another data directory's pods are none of ours
            if (!here.Contains(mark.Split('/')[0]) || kept.Contains(mark)) continue;
            context.Logger.LogWarning("Ending process {Pid} of a pod run that is over", row.Pid);
            Posix.Signal(row.Pid, Posix.SigKill);
        }
        foreach (var uid in here.Where(uid => !known.ContainsKey(uid))) PodFolder.Delete(context.Paths.Pod(uid), context.Logger);
    }

    /// <summary>Follows pods, and the secrets and config maps that they use, until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) =>
        ClusterLoops.TogetherAsync(cancellation, FollowPodsAsync, FollowAsync<Secret>, FollowAsync<ConfigMap>, FollowAsync<PersistentVolumeClaim>);

    /// <summary>Ends the containers of all pods, together, but not the pods. One that cannot be ended is named and left: it must not keep the panel from ending.</summary>
    public async Task SuspendAsync(TimeSpan atMost)
    {
        try
        {
            await Task.WhenAll(workers.Values.Select(worker => worker.SuspendAsync(atMost))).WaitAsync(atMost + Margin, context.Clock);
        }
        catch (TimeoutException)
        {
            var left = workers.Values.Where(worker => !worker.Done.IsCompleted).Select(worker => $"{worker.Pod.Metadata.Namespace}/{worker.Pod.Metadata.Name}");
            context.Logger.LogError("Pods that could not be ended in time are left: {Pods}", string.Join(", ", left));
        }
    }

    /// <summary>Lets all containers run on without this kubelet.</summary>
    public Task LeaveAsync() => Task.WhenAll(workers.Values.Select(worker => worker.LeaveAsync()));

    async Task FollowPodsAsync(CancellationToken cancellation)
    {
        // after a fault of this loop: what went away meanwhile is told by nobody
        foreach (var worker in workers.Values.Where(worker => context.Objects.Find<Pod>(worker.Pod.Metadata.Namespace, worker.Pod.Metadata.Name!)?.Metadata.Uid != worker.Uid)) worker.Remove();
        await foreach (var change in context.Objects.WatchAsync<Pod>(cancellation))
        {
            var pod = change.Object;
            if (!IsOurs(pod)) continue;
            var known = workers.TryGetValue(pod.Metadata.Uid!, out var worker);
            if (change.Kind is ChangeKind.Removed) worker?.Remove();
            else if (known) worker!.Update(pod);
            else Add(pod);
        }
    }

    async Task FollowAsync<T>(CancellationToken cancellation) where T : KubeObject
    {
        await foreach (var change in context.Objects.WatchAsync<T>(cancellation))
        {
            foreach (var worker in workers.Values.Where(worker => worker.Pod.Metadata.Namespace == change.Object.Metadata.Namespace && Uses<T>(worker.Pod))) worker.Wake();
        }
    }

    void Add(Pod pod)
    {
        var worker = new PodWorker(context, pod);
        var before = workers.Values.Where(other => other.Pod.Metadata.Name == pod.Metadata.Name && other.Pod.Metadata.Namespace == pod.Metadata.Namespace).Select(other => other.Done).ToList();
        workers[worker.Uid] = worker;
        worker.Start(Task.WhenAll(before));
        _ = ForgetAsync(worker);
    }

    async Task ForgetAsync(PodWorker worker)
    {
        await worker.Done;
        workers.TryRemove(worker.Uid, out _);
    }

    bool IsOurs(Pod pod) => pod.Spec.NodeName == context.Node.Name;

    static bool Uses<T>(Pod pod) => typeof(T) == typeof(PersistentVolumeClaim)
        ? (pod.Spec.Volumes ?? []).Any(volume => volume.PersistentVolumeClaim is not null)
        : (pod.Spec.Volumes ?? []).Any(volume => volume.Secret is not null || volume.ConfigMap is not null)
            || pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).Any(container => container.EnvFrom is { Count: > 0 } || (container.Env ?? []).Any(variable => variable.ValueFrom is not null));
}
