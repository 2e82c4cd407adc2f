using Panel.Kube.Wire;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>Starts what of a pod should run and does not: init containers one after another, then the others together.</summary>
static class PodSync
{
    static readonly TimeSpan VolumeRetry = TimeSpan.FromSeconds(2);

    /// <returns>When something is to be tried again, or null.</returns>
    public static TimeSpan? Run(KubeletContext context, Pod pod, IReadOnlyList<ContainerUnit> init, IReadOnlyList<ContainerUnit> app, PodVolumes volumes)
    {
        foreach (var unit in app.Where(unit => unit is { Running: true, Probes.Unhealthy: not null })) context.Begin(() => RestartAsync(context, pod, unit), "Restarting an unhealthy container");
        Dictionary<string, string> directories;
        try
        {
            directories = volumes.Prepare(pod);
        }
        catch (ConfigException missing)
        {
            if (app.Any(unit => unit.Running)) return null;
            context.Events.Warning(pod, "FailedMount", $"MountVolume.SetUp failed: {missing.Message}");
            foreach (var unit in app.Where(unit => unit.Record.Run == 0)) unit.Wait("ContainerCreating", missing.Message);
            return VolumeRetry;
        }

        // once the others have run, init containers have done their work
        if (app.All(unit => unit.Record.Run == 0) && init.FirstOrDefault(unit => !PodStatusText.IsDone(unit)) is { } next)
            return Sync(context, pod, next, directories, pod.Spec.RestartPolicy == "Never" ? "Never" : "OnFailure");

        TimeSpan? soonest = null;
        foreach (var unit in app)
        {
            if (Sync(context, pod, unit, directories, pod.Spec.RestartPolicy ?? "Always") is { } at && (soonest is null || at < soonest)) soonest = at;
        }
        return soonest;
    }

    static TimeSpan? Sync(KubeletContext context, Pod pod, ContainerUnit unit, IReadOnlyDictionary<string, string> volumes, string policy)
    {
        if (unit.Running) return null;
        var record = unit.Record;
        if (record is { End: { } end, Suspended: false })
        {
            if (policy == "Never" || (policy == "OnFailure" && end.ExitCode == 0)) return null;
            var left = end.FinishedAt + record.Backoff - context.Now;
            if (left > TimeSpan.Zero && unit.Retry.Until == default)
            {
                var name = $"pod={pod.Metadata.Name}_{pod.Metadata.Namespace}({pod.Metadata.Uid})";
                if (unit.Waiting?.Reason != "CrashLoopBackOff") context.Events.Warning(pod, "BackOff", $"Back-off restarting failed container {unit.Name} in {name.Replace('=', ' ')}");
                unit.Wait("CrashLoopBackOff", $"back-off {Text(record.Backoff)} restarting failed container={unit.Name} {name}");
                return left;
            }
        }
        // a missing secret is looked for whenever something changed: it may be what did
        if (unit.Waiting?.Reason != ContainerUnit.ConfigError && unit.Retry.Until - context.Now is { Ticks: > 0 } pause) return pause;
        unit.Start(volumes);
        if (unit.Running && unit.Spec.Lifecycle?.PostStart is { } hook) context.Begin(() => PostStartAsync(context, pod, unit, hook), "A hook after the start");
        return unit.Running ? null : unit.Retry.Until - context.Now;
    }

    static async Task PostStartAsync(KubeletContext context, Pod pod, ContainerUnit unit, LifecycleHandler hook)
    {
        var process = unit.Process;
        if (process is not null) await process.SettleAsync(CancellationToken.None);
        if (!await ContainerStop.RunHookAsync(context, pod, unit, "PostStart", hook, CancellationToken.None) && process is not null) await process.KillAsync();
    }

    static async Task RestartAsync(KubeletContext context, Pod pod, ContainerUnit unit)
    {
        if (unit.Probes?.TakeUnhealthy() is not { } probe) return;
        using var grace = new CancellationTokenSource(ContainerStop.Grace(pod.Spec.TerminationGracePeriodSeconds), context.Clock);
        await ContainerStop.RunAsync(context, pod, unit, $"Container {unit.Name} failed {probe} probe, will be restarted", grace.Token);
    }

    static string Text(TimeSpan pause) => pause.TotalMinutes >= 1 ? $"{(int)pause.TotalMinutes}m{pause.Seconds}s" : $"{pause.TotalSeconds:0}s";
}
