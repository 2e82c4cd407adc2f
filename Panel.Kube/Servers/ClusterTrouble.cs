using System.Text.RegularExpressions;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>Why the cluster cannot give what a server asks for, in the cluster's words.</summary>
static partial class ClusterTrouble
{
    static readonly HashSet<string> OfPods = ["FailedScheduling", "FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox"];
    static readonly HashSet<string> OfSets = ["FailedCreate"];
    static readonly HashSet<string> OfClaims = ["ProvisioningFailed", "FailedBinding", "VolumeResizeFailed"];

    /// <summary>Whether an event tells of trouble.</summary>
    public static bool Tells(Event item) => item.Reason is { } reason && (OfPods.Contains(reason) || OfSets.Contains(reason) || OfClaims.Contains(reason));

    /// <summary>The server that an event is about, by the name of its object; null when it is about none.</summary>
    public static string? ServerOf(Event item) => item.InvolvedObject is not { Name: { } name, Kind: { } kind } ? null : kind switch
    {
        "StatefulSet" => name,
        "PersistentVolumeClaim" => ObjectName().Match(name) is { Success: true } match && match.Groups["part"].Value == "data" ? match.Groups["server"].Value : null,
        "Pod" or "Job" => ObjectName().Match(name) is { Success: true } match ? match.Groups["server"].Value : null,
        _ => null,
    };

    /// <summary>What stands in the way now; null for nothing. An event of what is over tells nothing.</summary>
    public static string? Of(ServerParts parts)
    {
        var unscheduled = parts.Pods.SelectMany(pod => pod.Status?.Conditions ?? []).FirstOrDefault(condition => condition is { Type: "PodScheduled", Status: "False" });
        if (unscheduled?.Message is { Length: > 0 } words) return words;
        return parts.Events.Where(item => Holds(item, parts)).OrderByDescending(At).Select(item => item.Message).FirstOrDefault(message => !string.IsNullOrWhiteSpace(message));
    }

    static bool Holds(Event item, ServerParts parts) => item.InvolvedObject.Kind switch
    {
        "Pod" => parts.Pods.Any(pod => pod.Metadata.Uid == item.InvolvedObject.Uid && pod.Status?.Phase == "Pending" && pod.Metadata.DeletionTimestamp is null),
        "StatefulSet" => parts.Set is { Spec.Replicas: > 0 } set && set.Metadata.Uid == item.InvolvedObject.Uid && parts.Pod is null,
        "PersistentVolumeClaim" => parts.Claim is { } claim && claim.Metadata.Uid == item.InvolvedObject.Uid
            && (item.Reason == "VolumeResizeFailed" ? parts.Pod is null : claim.Status?.Phase != "Bound"),
        "Job" => parts.Pods.All(pod => ServerObjects.ComponentOf(pod) != ServerObjects.Install)
            && parts.Jobs.Any(job => job.Metadata.Uid == item.InvolvedObject.Uid && job.Status?.Conditions is null or []),
        _ => false,
    };

    static DateTimeOffset At(Event item) => item.LastTimestamp ?? item.FirstTimestamp ?? item.Metadata.CreationTimestamp ?? default;

    [GeneratedRegex("^(?<server>.+?)-(?<part>0|data|files|install-[0-9]+(-[a-z0-9]+)?)$")]
    private static partial Regex ObjectName();
}
