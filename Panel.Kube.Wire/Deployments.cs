namespace Panel.Kube.Wire;

/// <summary>Pods that are all alike, replaced step by step when their template changes.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/</remarks>
public sealed class Deployment : KubeObject
{
    public DeploymentSpec Spec { get; set; } = new();
    public DeploymentStatus? Status { get; set; }
}

public sealed class DeploymentSpec
{
    public int? Replicas { get; set; }
    public LabelSelector Selector { get; set; } = new();
    public PodTemplateSpec Template { get; set; } = new();
    public DeploymentStrategy? Strategy { get; set; }
    public int? MinReadySeconds { get; set; }
    public int? RevisionHistoryLimit { get; set; }
    public int? ProgressDeadlineSeconds { get; set; }
    public bool? Paused { get; set; }
}

public sealed class DeploymentStrategy
{
    /// <summary><c>RollingUpdate</c> or <c>Recreate</c>.</summary>
    public string? Type { get; set; }
    public RollingUpdateDeployment? RollingUpdate { get; set; }
}

public sealed class RollingUpdateDeployment
{
    public IntOrString? MaxSurge { get; set; }
    public IntOrString? MaxUnavailable { get; set; }
}

public sealed class DeploymentStatus
{
    public long? ObservedGeneration { get; set; }
    public int? Replicas { get; set; }
    public int? UpdatedReplicas { get; set; }
    public int? ReadyReplicas { get; set; }
    public int? AvailableReplicas { get; set; }
}

/// <summary>Jobs by the clock.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/</remarks>
public sealed class CronJob : KubeObject
{
    public CronJobSpec Spec { get; set; } = new();
    public CronJobStatus? Status { get; set; }
}

public sealed class CronJobSpec
{
    public string Schedule { get; set; } = "";
    public string? TimeZone { get; set; }
    public bool? Suspend { get; set; }
    /// <summary><c>Allow</c>, <c>Forbid</c> or <c>Replace</c>.</summary>
    public string? ConcurrencyPolicy { get; set; }
    public long? StartingDeadlineSeconds { get; set; }
    public int? SuccessfulJobsHistoryLimit { get; set; }
    public int? FailedJobsHistoryLimit { get; set; }
    public JobTemplateSpec JobTemplate { get; set; } = new();
}

public sealed class JobTemplateSpec
{
    public ObjectMeta? Metadata { get; set; }
    public JobSpec Spec { get; set; } = new();
}

public sealed class CronJobStatus
{
    public DateTimeOffset? LastScheduleTime { get; set; }
    public DateTimeOffset? LastSuccessfulTime { get; set; }
}
