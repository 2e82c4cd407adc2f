using System.Text.Json;

namespace Panel.Kube.Wire;

/// <summary>Pods with a stable name and volume.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/stateful-set-v1/</remarks>
public sealed class StatefulSet : KubeObject
{
    public StatefulSetSpec Spec { get; set; } = new();
    public StatefulSetStatus? Status { get; set; }
}

public sealed class StatefulSetSpec
{
    public int? Replicas { get; set; }
    public string? ServiceName { get; set; }
    public LabelSelector Selector { get; set; } = new();
    public PodTemplateSpec Template { get; set; } = new();
    public List<PersistentVolumeClaim>? VolumeClaimTemplates { get; set; }
    public StatefulSetUpdateStrategy? UpdateStrategy { get; set; }
    public string? PodManagementPolicy { get; set; }
    public int? RevisionHistoryLimit { get; set; }
    public int? MinReadySeconds { get; set; }
    public PersistentVolumeClaimRetentionPolicy? PersistentVolumeClaimRetentionPolicy { get; set; }
}

public sealed class PersistentVolumeClaimRetentionPolicy
{
    public string? WhenDeleted { get; set; }
    public string? WhenScaled { get; set; }
}

public sealed class StatefulSetUpdateStrategy
{
    /// <summary><c>RollingUpdate</c> or <c>OnDelete</c>.</summary>
    public string? Type { get; set; }
    public RollingUpdate? RollingUpdate { get; set; }
}

public sealed class RollingUpdate
{
    public int? Partition { get; set; }
}

public sealed class StatefulSetStatus
{
    public long? ObservedGeneration { get; set; }
    public int Replicas { get; set; }
    public int? ReadyReplicas { get; set; }
    public int? AvailableReplicas { get; set; }
    public int? CurrentReplicas { get; set; }
    public int? UpdatedReplicas { get; set; }
    public string? CurrentRevision { get; set; }
    public string? UpdateRevision { get; set; }
}

/// <summary>The pod template of a workload as it was at one revision.</summary>
public sealed class ControllerRevision : KubeObject
{
    public JsonElement? Data { get; set; }
    public long Revision { get; set; }
}

/// <summary>How many pods a workload wants, by itself.</summary>
public sealed class Scale : KubeObject
{
    public ScaleSpec Spec { get; set; } = new();
    public ScaleStatus? Status { get; set; }
}

public sealed class ScaleSpec
{
    public int? Replicas { get; set; }
}

public sealed class ScaleStatus
{
    public int Replicas { get; set; }
    public string? Selector { get; set; }
}

/// <summary>Pods that run to their end.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/</remarks>
public sealed class Job : KubeObject
{
    public JobSpec Spec { get; set; } = new();
    public JobStatus? Status { get; set; }
}

public sealed class JobSpec
{
    public int? Parallelism { get; set; }
    public int? Completions { get; set; }
    public int? BackoffLimit { get; set; }
    public long? ActiveDeadlineSeconds { get; set; }
    public int? TtlSecondsAfterFinished { get; set; }
    public LabelSelector? Selector { get; set; }
    public PodTemplateSpec Template { get; set; } = new();
}

public sealed class JobStatus
{
    public int? Active { get; set; }
    public int? Succeeded { get; set; }
    public int? Failed { get; set; }
    public int? Ready { get; set; }
    public DateTimeOffset? StartTime { get; set; }
    public DateTimeOffset? CompletionTime { get; set; }
    /// <summary><c>Complete</c> or <c>Failed</c>, when it is over.</summary>
    public List<Condition>? Conditions { get; set; }
}
