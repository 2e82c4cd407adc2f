using Panel.Kube.Wire;

namespace Panel.LocalCluster.Api.Tables;

/// <summary>What a row says of a pod.</summary>
static class PodTexts
{
    public static string Ready(Pod pod) => $"{pod.Status?.ContainerStatuses?.Count(container => container.Ready) ?? 0}/{pod.Spec.Containers.Count}";

    public static string Restarts(Pod pod, DateTimeOffset now)
    {
        var containers = pod.Status?.ContainerStatuses ?? [];
        var count = containers.Sum(container => container.RestartCount);
        var last = containers.Max(container => container.LastState?.Terminated?.FinishedAt);
        return count > 0 && last is not null ? $"{count} ({Ages.Since(last, now)} ago)" : $"{count}";
    }

    /// <summary>The most telling word: why a container waits or ended, else the phase.</summary>
    public static string Status(Pod pod)
    {
        var status = pod.Status ?? new();
        var text = Initializing(pod) ?? Running(status) ?? status.Reason ?? status.Phase ?? "Unknown";
        if (pod.Metadata.DeletionTimestamp is not null) return "Terminating";
        return text == "Completed" && status.ContainerStatuses?.Any(container => container.State?.Running is not null && container.Ready) == true ? "Running" : text;
    }

    static string? Initializing(Pod pod)
    {
        var all = pod.Spec.InitContainers?.Count ?? 0;
        foreach (var (i, container) in (pod.Status?.InitContainerStatuses ?? []).Index())
        {
            switch (container.State)
            {
                case { Terminated.ExitCode: 0 }:
                    continue;
                case { Terminated: { } ended }:
                    return "Init:" + Ended(ended);
                case { Waiting.Reason: { Length: > 0 } reason } when reason != "PodInitializing":
                    return "Init:" + reason;
                default:
                    return $"Init:{i}/{all}";
            }
        }
        return null;
    }

    static string? Running(PodStatus status)
    {
        string? text = null;
        foreach (var container in Enumerable.Reverse(status.ContainerStatuses ?? []))
        {
            text = container.State switch
            {
                { Waiting.Reason: { Length: > 0 } reason } => reason,
                { Terminated: { } ended } => Ended(ended),
                _ => text,
            };
        }
        return text;
    }

    static string Ended(ContainerStateTerminated ended) =>
        ended.Reason is { Length: > 0 } reason ? reason : ended.Signal is { } signal and not 0 ? $"Signal:{signal}" : $"ExitCode:{ended.ExitCode}";
}
