using System.Text.Json;

namespace Panel.Kube.Wire;

/// <summary>Pods with a stable name and volume.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/stateful-set-v1/</remarks>
public sealed class StatefulSet : KubeObject
{
    /// <summary>What is wanted.</summary>
    public StatefulSetSpec Spec { get; set; } = new();
    /// <summary>What is there.</summary>
    public StatefulSetStatus? Status { get; set; }
}

/// <summary>What a StatefulSet is to keep.</summary>
public sealed class StatefulSetSpec
{
    /// <summary>How many pods there shall be; 1 when nothing is said.</summary>
    public int? Replicas { get; set; }
    /// <summary>The service that gives the pods their names in DNS.</summary>
    public string? ServiceName { get; set; }
    /// <summary>Which pods belong to it; the template's labels must match. Never changed.</summary>
    public LabelSelector Selector { get; set; } = new();
    /// <summary>What each pod is made from.</summary>
    public PodTemplateSpec Template { get; set; } = new();
    /// <summary>Claims that each pod gets of its own. Never changed.</summary>
    public List<PersistentVolumeClaim>? VolumeClaimTemplates { get; set; }
    /// <summary>How pods are brought to a new template.</summary>
    public StatefulSetUpdateStrategy? UpdateStrategy { get; set; }
    /// <summary><c>OrderedReady</c>: one after the other; <c>Parallel</c>: all at once.</summary>
    public string? PodManagementPolicy { get; set; }
    /// <summary>How many old templates are kept.</summary>
    public int? RevisionHistoryLimit { get; set; }
    /// <summary>How long a pod must be ready before it counts, in seconds.</summary>
    public int? MinReadySeconds { get; set; }
    /// <summary>What becomes of the claims when the set or a pod goes.</summary>
    public PersistentVolumeClaimRetentionPolicy? PersistentVolumeClaimRetentionPolicy { get; set; }
}

/// <summary>What becomes of claims when their set or pod goes.</summary>
public sealed class PersistentVolumeClaimRetentionPolicy
{
    /// <summary>With the set: <c>Retain</c> or <c>Delete</c>.</summary>
    public string? WhenDeleted { get; set; }
    /// <summary>With a pod that is one too many: <c>Retain</c> or <c>Delete</c>.</summary>
    public string? WhenScaled { get; set; }
}

/// <summary>How pods are brought to a new template.</summary>
public sealed class StatefulSetUpdateStrategy
{
    /// <summary><c>RollingUpdate</c> or <c>OnDelete</c>.</summary>
    public string? Type { get; set; }
    /// <summary>How far a rolling update goes.</summary>
    public RollingUpdate? RollingUpdate { get; set; }
}

/// <summary>How far a rolling update goes.</summary>
public sealed class RollingUpdate
{
    /// <summary>Pods of a lower number keep the old template.</summary>
    public int? Partition { get; set; }
}

/// <summary>What a StatefulSet has.</summary>
public sealed class StatefulSetStatus
{
    /// <summary>The generation this speaks of.</summary>
    public long? ObservedGeneration { get; set; }
    /// <summary>How many pods there are.</summary>
    public int Replicas { get; set; }
    /// <summary>How many of them are ready.</summary>
    public int? ReadyReplicas { get; set; }
    /// <summary>How many have been ready long enough.</summary>
    public int? AvailableReplicas { get; set; }
    /// <summary>How many are of the current template.</summary>
    public int? CurrentReplicas { get; set; }
    /// <summary>How many are of the newest template.</summary>
    public int? UpdatedReplicas { get; set; }
    /// <summary>The template that pods had before the update.</summary>
    public string? CurrentRevision { get; set; }
    /// <summary>The newest template.</summary>
    public string? UpdateRevision { get; set; }
}

/// <summary>The pod template of a workload as it was at one revision.</summary>
public sealed class ControllerRevision : KubeObject
{
    /// <summary>The template.</summary>
    public JsonElement? Data { get; set; }
    /// <summary>Counts up.</summary>
    public long Revision { get; set; }
}

/// <summary>How many pods a workload wants, by itself.</summary>
public sealed class Scale : KubeObject
{
    /// <summary>How many are wanted.</summary>
    public ScaleSpec Spec { get; set; } = new();
    /// <summary>How many there are.</summary>
    public ScaleStatus? Status { get; set; }
}

/// <summary>How many are wanted.</summary>
public sealed class ScaleSpec
{
    /// <summary>How many are wanted.</summary>
    public int? Replicas { get; set; }
}

/// <summary>How many there are.</summary>
public sealed class ScaleStatus
{
    /// <summary>How many there are.</summary>
    public int Replicas { get; set; }
    /// <summary>Which pods they are.</summary>
    public string? Selector { get; set; }
}

/// <summary>Pods that run to their end.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/</remarks>
public sealed class Job : KubeObject
{
    /// <summary>What is wanted.</summary>
    public JobSpec Spec { get; set; } = new();
    /// <summary>What is there.</summary>
    public JobStatus? Status { get; set; }
}

/// <summary>What a Job is to do.</summary>
public sealed class JobSpec
{
    /// <summary>How many pods may run at once.</summary>
    public int? Parallelism { get; set; }
    /// <summary>How many must succeed.</summary>
    public int? Completions { get; set; }
    /// <summary>How many may fail before the job does; 6 when nothing is said.</summary>
    public int? BackoffLimit { get; set; }
    /// <summary>How long the job may take, in seconds.</summary>
    public long? ActiveDeadlineSeconds { get; set; }
    /// <summary>When it is removed after its end, in seconds.</summary>
    public int? TtlSecondsAfterFinished { get; set; }
    /// <summary>Which pods belong to it; made by the cluster.</summary>
    public LabelSelector? Selector { get; set; }
    /// <summary>What each pod is made from.</summary>
    public PodTemplateSpec Template { get; set; } = new();
}

/// <summary>How far a Job is.</summary>
public sealed class JobStatus
{
    /// <summary>Pods that run or wait.</summary>
    public int? Active { get; set; }
    /// <summary>Pods that did their work.</summary>
    public int? Succeeded { get; set; }
    /// <summary>Pods that did not.</summary>
    public int? Failed { get; set; }
    /// <summary>Running pods that are ready.</summary>
    public int? Ready { get; set; }
    /// <summary>When it began.</summary>
    public DateTimeOffset? StartTime { get; set; }
    /// <summary>When it was done.</summary>
    public DateTimeOffset? CompletionTime { get; set; }
    /// <summary><c>Complete</c> or <c>Failed</c>, when it is over.</summary>
    public List<Condition>? Conditions { get; set; }
}
