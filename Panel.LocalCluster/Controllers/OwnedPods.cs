using Panel.Kube.Wire;

namespace Panel.LocalCluster.Controllers;

/// <summary>What a controller's pods have in common.</summary>
static class OwnedPods
{
    /// <summary>The owner that controls a pod, if it is of that kind.</summary>
    public static ObjectName? Controller(Pod pod, string kind) =>
        pod.Metadata.OwnerReferences?.Find(owner => owner.Controller is true && owner.Kind == kind) is { } found ? new(pod.Metadata.Namespace!, found.Name) : null;

    /// <summary>Whether exactly this object controls the pod; one of the same name before it does not count.</summary>
    public static bool IsControlledBy(this Pod pod, KubeObject owner) =>
        pod.Metadata.OwnerReferences?.Exists(reference => reference.Controller is true && reference.Uid == owner.Metadata.Uid) is true;

    /// <summary>A reference by which a pod dies with its owner.</summary>
    public static OwnerReference Reference(KubeObject owner, string apiVersion, string kind) =>
        new() { ApiVersion = apiVersion, Kind = kind, Name = owner.Metadata.Name!, Uid = owner.Metadata.Uid!, Controller = true, BlockOwnerDeletion = true };

    /// <summary>Whether the pod is being ended.</summary>
    public static bool IsTerminating(this Pod pod) => pod.Metadata.DeletionTimestamp is not null;

    /// <summary>Whether all of the pod's programs have ended for good.</summary>
    public static bool IsOver(this Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    /// <summary>Whether the pod runs and its readiness probes agree.</summary>
    public static bool IsReady(this Pod pod) =>
        pod.Status?.Phase is "Running" && pod.Status.Conditions?.Exists(condition => condition is { Type: "Ready", Status: "True" }) is true;
}
