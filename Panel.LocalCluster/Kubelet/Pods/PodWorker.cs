using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>Makes one pod what its object says, and its object's status what it is. One pass at a time; every pass looks at everything anew.</summary>
sealed class PodWorker : IDisposable
{
    readonly KubeletContext context;
    readonly PodVolumes volumes;
    readonly Wakeup wake = new();
    readonly Lock seeing = new();
    readonly CancellationTokenSource deadline;
    readonly CancellationTokenSource closing = new();
    volatile Pod pod;
    volatile bool removed, suspended, leaving;
    PodVerdict? verdict;
    Task? stopping;
    Task predecessor = Task.CompletedTask;
    int failures;

    public PodWorker(KubeletContext context, Pod pod)
    {
        (this.context, this.pod, volumes) = (context, pod, new(context));
        deadline = new(Timeout.InfiniteTimeSpan, context.Clock);
        Init = [.. (pod.Spec.InitContainers ?? []).Select(Unit)];
        App = [.. pod.Spec.Containers.Select(Unit)];
        if (pod.Status is { Phase: "Failed", Reason: { } reason }) verdict = new(reason, pod.Status.Message, true);
        foreach (var unit in Init.Concat(App)) unit.Adopt((pod.Status?.ContainerStatuses ?? []).FirstOrDefault(status => status.Name == unit.Name));

        ContainerUnit Unit(Container spec) => new(context, () => this.pod, spec, wake.Set);
    }

    public Pod Pod => pod;
    public string Uid => pod.Metadata.Uid!;
    public IReadOnlyList<ContainerUnit> Init { get; }
    public IReadOnlyList<ContainerUnit> App { get; }
    public Task Done { get; private set; } = Task.CompletedTask;
    bool Deleting => removed || pod.Metadata.DeletionTimestamp is not null;
    bool Over => verdict?.Failed == true || pod.Status?.Phase is "Succeeded" or "Failed";

    /// <summary>Begins to work; waits first for an earlier pod of the same name, whose processes may still hold its volumes.</summary>
    public void Start(Task after)
    {
        predecessor = after;
        Done = Task.Run(RunAsync);
    }

    /// <summary>The object changed, or something that it refers to.</summary>
    public void Update(Pod now)
    {
        See(now);
        if (now.Metadata.DeletionTimestamp is not null) Hurry();
        wake.Set();
    }

    public void Wake() => wake.Set();

    /// <summary>The object is gone: what runs of it ends at once.</summary>
    public void Remove()
    {
        removed = true;
        deadline.Cancel();
        wake.Set();
    }

    /// <summary>The cluster shuts down: ends the containers but not the pod, which runs again at the next start.</summary>
    public async Task SuspendAsync(TimeSpan atMost)
    {
        suspended = true;
        foreach (var unit in Init.Concat(App)) unit.Suspend();
        var grace = ContainerStop.Grace(pod.Spec.TerminationGracePeriodSeconds);
        deadline.CancelAfter(grace < atMost ? grace : atMost);
        wake.Set();
        await Done;
    }

    /// <summary>Lets the containers run on without this kubelet.</summary>
    public async Task LeaveAsync()
    {
        leaving = true;
        await closing.CancelAsync();
        await Done;
        foreach (var unit in Init.Concat(App))
        {
            if (unit.Probes is { } probes && unit.Running) await probes.DisposeAsync();
            if (unit.Process is { } process) await process.LeaveAsync();
        }
    }

    public void Dispose()
    {
        deadline.Dispose();
        closing.Dispose();
    }

    async Task RunAsync()
    {
        await predecessor;
        while (!leaving)
        {
            TimeSpan? next;
            try
            {
                next = await PassAsync();
                failures = 0;
                if (next == Timeout.InfiniteTimeSpan) return;
            }
            catch (Exception failure)
            {
                if (leaving) return;
                next = TimeSpan.FromMilliseconds(Math.Min(30_000, 200 << Math.Min(failures++, 8)) * (1 + Random.Shared.NextDouble()));
                context.Logger.LogError(failure, "A pass over pod {Namespace}/{Pod} failed", pod.Metadata.Namespace, pod.Metadata.Name);
                // the cluster ends: what its store did not take is found out again at the next start
                if (suspended && stopping is { IsCompletedSuccessfully: true }) return;
            }
            try
            {
                await wake.WaitAsync(next, context.Clock, closing.Token);
            }
            catch (OperationCanceledException) when (leaving)
            {
                return;
            }
        }
    }

    /// <returns>When to look again without being woken; infinite when there is nothing more to do.</returns>
    async Task<TimeSpan?> PassAsync()
    {
        if (Deleting || suspended)
        {
            if (stopping is null or { IsFaulted: true }) stopping = StopAllAsync();
            await stopping;
            await FinishAsync();
            return Timeout.InfiniteTimeSpan;
        }
        if (Over)
        {
            await StopAllAsync();
            await ReportAsync();
            return null;
        }
        var next = CheckDeadline();
        if (verdict is null) next = Sooner(next, PodSync.Run(context, pod, Init, App, volumes));
        await ReportAsync();
        // what the pass itself decided is acted on in the next one
        return Over ? TimeSpan.Zero : next;
    }

    // the watch may bring a newer one while an older is still being read here: what it told, such as the wish for the pod's end, is told once
    void See(Pod? now)
    {
        if (now is null || now.Metadata.Uid != Uid) return;
        lock (seeing)
        {
            if (!Versions.TryParse(now.Metadata.ResourceVersion, out var version) || !Versions.TryParse(pod.Metadata.ResourceVersion, out var known) || version >= known) pod = now;
        }
    }

    TimeSpan? CheckDeadline()
    {
        if (pod.Spec.ActiveDeadlineSeconds is not { } seconds || pod.Status?.StartTime is not { } since) return null;
        var left = since.AddSeconds(seconds) - context.Now;
        if (left > TimeSpan.Zero) return left;
        verdict = new("DeadlineExceeded", "Pod was active on the node longer than the specified deadline", true);
        context.Events.Normal(pod, "DeadlineExceeded", verdict.Message!);
        return null;
    }

    void Hurry()
    {
        var grace = ContainerStop.Grace(pod.Metadata.DeletionGracePeriodSeconds);
        if (grace <= TimeSpan.Zero) deadline.Cancel();
        else if (pod.Metadata.DeletionTimestamp is { } at) deadline.CancelAfter(Between(TimeSpan.Zero, at - context.Now, grace));
    }

    async Task StopAllAsync()
    {
        if (Deleting && !removed) Hurry();
        else if (Over && !suspended && !Deleting) deadline.CancelAfter(ContainerStop.Grace(pod.Spec.TerminationGracePeriodSeconds));
        await Task.WhenAll(Init.Concat(App).Where(unit => unit.Running).Select(unit => ContainerStop.RunAsync(context, pod, unit, $"Stopping container {unit.Name}", deadline.Token)));
        await Task.WhenAll(Init.Concat(App).Select(unit => unit.Ended));
    }

    async Task FinishAsync()
    {
        if (suspended && !Deleting)
        {
            await ReportAsync();
            return;
        }
        if (!removed)
        {
            await ReportAsync();
            await context.Objects.RemoveAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, Uid, CancellationToken.None);
        }
        PodFolder.Delete(context.Paths.Pod(Uid), context.Logger);
    }

    async Task ReportAsync()
    {
        if (removed) return;
        var status = PodStatusText.Build(pod, Init, App, verdict, context.Node, context.Now);
        if (PodStatusDifference.IsNone(pod.Status, status)) return;
        try
        {
            await context.Objects.UpdateStatusAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, stored =>
            {
                if (stored.Metadata.Uid == Uid) stored.Status = status;
            }, CancellationToken.None);
            // the watch brings the same a moment later
            if (pod.Status?.Phase != status.Phase || pod.Status?.StartTime is null) See(context.Objects.Find<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!));
        }
        catch (StatusException refusal) when (refusal.Code == 404)
        {
            removed = true;
            await deadline.CancelAsync();
            wake.Set();
        }
    }

    static TimeSpan Between(TimeSpan least, TimeSpan value, TimeSpan most) => value < least ? least : value > most ? most : value;

    static TimeSpan? Sooner(TimeSpan? one, TimeSpan? other) => one is null ? other : other is null || one < other ? one : other;
}
