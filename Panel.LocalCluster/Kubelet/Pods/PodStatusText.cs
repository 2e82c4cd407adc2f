using Panel.Kube.Wire;
using Panel.LocalCluster.Kubelet.Nodes;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>What is said of a pod as a whole, besides its containers.</summary>
/// <param name="Reason">Such as <c>DeadlineExceeded</c>.</param>
/// <param name="Message">In words.</param>
/// <param name="Failed">It will not run again, whatever its containers did.</param>
sealed record PodVerdict(string? Reason, string? Message, bool Failed);

/// <summary>Makes a pod's status from its containers, in the real kubelet's words.</summary>
static class PodStatusText
{
    public static PodStatus Build(Pod pod, IReadOnlyList<ContainerUnit> init, IReadOnlyList<ContainerUnit> app, PodVerdict? verdict, NodeFacts node, DateTimeOffset now)
    {
        var old = pod.Status;
        var initialized = init.All(IsDone) || app.Any(unit => unit.Record.Run > 0);
        var phase = verdict?.Failed == true ? "Failed" : Phase(pod, init, app, initialized);
        var over = phase is "Succeeded" or "Failed";
        var unready = over ? [] : app.Where(unit => unit.Probes is not { Ready: true } || !unit.Running).Select(unit => unit.Name).ToList();
        var waiting = init.Where(unit => !IsDone(unit)).Select(unit => unit.Name).ToList();
        var (reason, message) = (over, phase, unready.Count) switch
        {
            (true, "Succeeded", _) => ("PodCompleted", null),
            (true, _, _) => ("PodFailed", null),
            (_, _, > 0) => ("ContainersNotReady", $"containers with unready status: [{string.Join(' ', unready)}]"),
            _ => ((string?)null, (string?)null),
        };
        var ready = !over && unready.Count == 0;
        return new()
        {
            Phase = phase,
            Reason = verdict?.Reason,
            Message = verdict?.Message,
            HostIP = node.Address,
            PodIP = node.Address,
            PodIPs = [new() { Address = node.Address }],
            StartTime = old?.StartTime ?? now,
            QosClass = old?.QosClass ?? Qos(pod),
            Conditions =
            [
                Condition(old, "PodScheduled", true, null, null, now),
                Condition(old, "Initialized", initialized, initialized ? null : "ContainersNotInitialized", initialized ? null : $"containers with incomplete status: [{string.Join(' ', waiting)}]", now),
                Condition(old, "ContainersReady", ready, reason, message, now),
                Condition(old, "Ready", ready, reason, message, now),
            ],
            InitContainerStatuses = init.Count == 0 ? null : [.. init.Select(unit => Container(unit, initialized, "PodInitializing", isInit: true))],
            ContainerStatuses = [.. app.Select(unit => Container(unit, initialized, initialized ? "ContainerCreating" : "PodInitializing", isInit: false))],
        };
    }

    /// <summary>An init container that need not run again.</summary>
    public static bool IsDone(ContainerUnit unit) => unit is { Running: false, Record: { End.ExitCode: 0, Suspended: false } };

    static string Phase(Pod pod, IReadOnlyList<ContainerUnit> init, IReadOnlyList<ContainerUnit> app, bool initialized)
    {
        if (!initialized) return pod.Spec.RestartPolicy == "Never" && init.Any(unit => unit is { Running: false, Record.End.ExitCode: not 0 }) ? "Failed" : "Pending";
        if (app.Any(unit => unit.Record.Run == 0)) return "Pending";
        if (app.Any(unit => unit.Running || unit.Record.Suspended)) return "Running";
        var failed = app.Any(unit => unit.Record.End?.ExitCode != 0);
        return (pod.Spec.RestartPolicy, failed) switch
        {
            ("Never", true) => "Failed",
            ("Never" or "OnFailure", false) => "Succeeded",
            _ => "Running",
        };
    }

    static ContainerStatus Container(ContainerUnit unit, bool initialized, string creating, bool isInit)
    {
        // in this order: the end of a run is recorded before it is no longer running
        var running = unit.Running;
        var record = unit.Record;
        var state = unit switch
        {
            _ when running => new ContainerState { Running = new() { StartedAt = record.StartedAt } },
            { Waiting: { } waiting } => new() { Waiting = waiting },
            { Record: { End: { } end, Suspended: false } } => new() { Terminated = Terminated(end) },
            _ => new() { Waiting = new() { Reason = creating } },
        };
        var last = running || state.Terminated is not null ? record.Last : record.End ?? record.Last;
        return new()
        {
            Name = unit.Name,
            Image = unit.Spec.Image,
            ImageID = record.Run > 0 ? unit.Spec.Image : "",
            ContainerID = record.Run > 0 ? unit.ContainerId : null,
            Ready = isInit ? IsDone(unit) : running && unit.Probes is { Ready: true },
            Started = running && unit.Probes is { Started: true },
            RestartCount = record.Restarts,
            State = state,
            LastState = last is null ? new() : new() { Terminated = Terminated(last) },
        };
    }

    static ContainerStateTerminated Terminated(ContainerEnd end) => new()
    {
        ExitCode = end.ExitCode,
        Reason = end.Reason,
        Message = end.Message,
        StartedAt = end.StartedAt,
        FinishedAt = end.FinishedAt,
        ContainerID = end.ContainerId,
    };

    static Condition Condition(PodStatus? old, string type, bool holds, string? reason, string? message, DateTimeOffset now)
    {
        var status = holds ? "True" : "False";
        var before = old?.Conditions?.FirstOrDefault(condition => condition.Type == type);
        return new() { Type = type, Status = status, Reason = reason, Message = message, LastTransitionTime = before?.Status == status ? before.LastTransitionTime : now };
    }

    static string Qos(Pod pod)
    {
        var all = pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).Select(container => container.Resources).ToList();
        if (all.All(resources => resources is null or { Limits: null or { Count: 0 }, Requests: null or { Count: 0 } })) return "BestEffort";
        return all.All(resources => resources?.Limits is { } limits && limits.ContainsKey("cpu") && limits.ContainsKey("memory")
            && (resources.Requests is null || resources.Requests.All(pair => limits.GetValueOrDefault(pair.Key) == pair.Value))) ? "Guaranteed" : "Burstable";
    }
}
