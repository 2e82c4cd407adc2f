using System.Collections.Immutable;
using System.Globalization;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>What a cluster holds of one server.</summary>
/// <param name="Set">Its StatefulSet.</param>
/// <param name="Claim">Its volume claim.</param>
/// <param name="Pods">All its pods: the server's, an install's, that of file access.</param>
/// <param name="Jobs">Its installs.</param>
/// <param name="Events">Events that tell of trouble with any of these.</param>
sealed record ServerParts(StatefulSet? Set, PersistentVolumeClaim? Claim, ImmutableArray<Pod> Pods, ImmutableArray<Job> Jobs, ImmutableArray<Event> Events)
{
    /// <summary>The server's own pod.</summary>
    public Pod? Pod { get; init; }
}

/// <summary>What Core is told of a server. Pure.</summary>
static class ServerSeenProjection
{
    /// <summary>The server's id, which its objects carry; null when none of them has one.</summary>
    public static ServerId? IdOf(ServerParts parts)
    {
        KubeObject?[] carriers = [parts.Set, parts.Claim, parts.Pod, .. parts.Jobs];
        foreach (var carrier in carriers)
        {
            if (carrier is not null && ServerId.TryParse(ServerObjects.Annotation(carrier.Metadata, ServerObjects.IdAnnotation), CultureInfo.InvariantCulture, out var id)) return id;
        }
        return null;
    }

    /// <summary>What is seen; null when nothing of the server is there.</summary>
    public static ServerSeen? Of(ServerParts parts)
    {
        if (parts is { Set: null, Claim: null, Pod: null, Jobs.IsEmpty: true }) return null;
        return new()
        {
            Exists = true,
            Deleting = parts.Set?.Metadata.DeletionTimestamp is not null || parts.Claim?.Metadata.DeletionTimestamp is not null,
            Replicas = parts.Set?.Spec.Replicas,
            TemplateHash = parts.Set is { } set ? ServerObjects.Annotation(set.Spec.Template.Metadata, ServerObjects.TemplateHashAnnotation) : null,
            Pod = parts.Pod is { } pod ? Seen(pod) : null,
            Install = NewestInstall(parts) is { } job ? Seen(job, parts.Pods) : null,
            VolumeMiB = parts.Claim?.Status is { Phase: "Bound", Capacity: { } capacity } && Quantity.TryParse(capacity.GetValueOrDefault("storage"), out var bytes) ? (int)(bytes / (1024 * 1024)) : null,
            GrowthRefused = parts.Claim is { } claim ? ServerObjects.Annotation(claim.Metadata, ServerObjects.GrowthRefusedAnnotation) : null,
            Trouble = ClusterTrouble.Of(parts),
        };
    }

    /// <summary>The job of the newest install, where it failed and none of its pods tells how.</summary>
    public static Job? Unexplained(ServerParts parts) =>
        NewestInstall(parts) is { } job && Over(job)?.Type == "Failed" && !parts.Pods.Any(pod => IsOf(pod, job) && pod.Status?.Phase is "Failed" or "Succeeded") ? job : null;

    static Job? NewestInstall(ServerParts parts) => parts.Jobs.Where(job => Attempt(job) is not null).MaxBy(Attempt);

    static Condition? Over(Job job) => job.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "Complete" or "Failed", Status: "True" });

    static bool IsOf(Pod pod, Job job) => ServerObjects.ComponentOf(pod) == ServerObjects.Install && pod.Metadata.OwnerReferences?.Any(owner => owner.Uid == job.Metadata.Uid) == true;

    static PodSeen Seen(Pod pod)
    {
        var game = pod.Status?.ContainerStatuses?.FirstOrDefault(status => status.Name == ServerObjects.GameContainer);
        var waiting = game?.State?.Waiting;
        var exit = game?.State?.Terminated ?? game?.LastState?.Terminated;
        return new()
        {
            Uid = pod.Metadata.Uid ?? "",
            Starts = Number(ServerObjects.Annotation(pod.Metadata, ServerObjects.StartsAnnotation)) ?? 0,
            TemplateHash = ServerObjects.Annotation(pod.Metadata, ServerObjects.TemplateHashAnnotation),
            Running = game?.State?.Running is not null,
            Ready = game?.State?.Running is not null && pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true,
            Deleting = pod.Metadata.DeletionTimestamp is not null,
            Restarts = game?.RestartCount ?? 0,
            StartedAt = game?.State?.Running?.StartedAt,
            Waiting = waiting?.Reason is "ContainerCreating" or "PodInitializing" ? null : waiting?.Reason ?? (pod.Status?.Phase == "Failed" ? pod.Status.Reason : null),
            Message = waiting?.Message ?? (pod.Status?.Phase == "Failed" ? pod.Status.Message : null),
            LastExit = exit is null ? null : new(exit.ExitCode, exit.Reason ?? "Error", string.IsNullOrWhiteSpace(exit.Message) ? null : exit.Message.Trim(), exit.FinishedAt ?? game?.State?.Running?.StartedAt ?? pod.Metadata.CreationTimestamp ?? default),   // a node that lost its container knows no time
            CreatedAt = pod.Metadata.CreationTimestamp,
            Placed = pod.Spec.NodeName is not null,
            HostAddress = pod.Status?.HostIP,
        };
    }

    static InstallSeen Seen(Job job, ImmutableArray<Pod> pods)
    {
        var over = Over(job);
        var pod = pods.FirstOrDefault(pod => IsOf(pod, job));
        var state = over?.Type switch { "Complete" => InstallState.Succeeded, "Failed" => InstallState.Failed, _ => InstallState.Running };
        return new(Attempt(job)!.Value, state, state switch
        {
            InstallState.Succeeded => null,
            InstallState.Failed => Exit(pod) ?? over?.Message,
            _ => Waiting(pod),
        }, job.Metadata.CreationTimestamp, pod?.Status?.Phase is not (null or "Pending"));
    }

    static string? Exit(Pod? pod)
    {
        var statuses = (pod?.Status?.InitContainerStatuses ?? []).Concat(pod?.Status?.ContainerStatuses ?? []);
        if (statuses.Select(status => status.State?.Terminated).FirstOrDefault(end => end is { ExitCode: not 0 }) is not { } failed) return pod?.Status?.Message;
        var words = failed.Reason == "OOMKilled" ? "The script needed more memory than the server has" : $"The script ended with code {failed.ExitCode}";
        var last = failed.Message?.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
        return last is null ? words + "." : $"{words}: {last}";
    }

    static string? Waiting(Pod? pod) => pod?.Status?.ContainerStatuses?.Concat(pod.Status.InitContainerStatuses ?? [])
        .Select(status => status.State?.Waiting).FirstOrDefault(waiting => waiting is { Reason: not ("ContainerCreating" or "PodInitializing"), Message: not null })?.Message;

    static int? Attempt(Job job) => Number(ServerObjects.Annotation(job.Metadata, ServerObjects.AttemptAnnotation));

    static int? Number(string? text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
