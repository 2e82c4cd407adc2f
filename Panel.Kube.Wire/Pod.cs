using System.Text.Json.Serialization;

namespace Panel.Kube.Wire;

/// <summary>Containers that run together on one node.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/</remarks>
public sealed class Pod : KubeObject
{
    /// <summary>What is wanted.</summary>
    public PodSpec Spec { get; set; } = new();
    /// <summary>What is there.</summary>
    public PodStatus? Status { get; set; }
}

/// <summary>What a controller makes pods from.</summary>
public sealed class PodTemplateSpec
{
    /// <summary>Labels and annotations of the pods.</summary>
    public ObjectMeta Metadata { get; set; } = new();
    /// <summary>What the pods are.</summary>
    public PodSpec Spec { get; set; } = new();
}

/// <summary>What a pod is to be.</summary>
public sealed class PodSpec
{
    /// <summary>Run one after the other before the others start.</summary>
    public List<Container>? InitContainers { get; set; }
    /// <summary>Run together.</summary>
    public List<Container> Containers { get; set; } = [];
    /// <summary>Directories that containers can mount.</summary>
    public List<Volume>? Volumes { get; set; }
    /// <summary><c>Always</c>, <c>OnFailure</c> or <c>Never</c>.</summary>
    public string? RestartPolicy { get; set; }
    /// <summary>Where names are looked up.</summary>
    public string? DnsPolicy { get; set; }
    /// <summary>Who chooses the node.</summary>
    public string? SchedulerName { get; set; }
    /// <summary>How long programs may take to end when they are asked to, in seconds.</summary>
    public long? TerminationGracePeriodSeconds { get; set; }
    /// <summary>How long the pod may run, in seconds.</summary>
    public long? ActiveDeadlineSeconds { get; set; }
    /// <summary>The node it runs on; set by the scheduler.</summary>
    public string? NodeName { get; set; }
    /// <summary>Labels that its node must have.</summary>
    public Dictionary<string, string>? NodeSelector { get; set; }
    /// <summary>Which nodes and neighbours it wants.</summary>
    public Affinity? Affinity { get; set; }
    /// <summary>The account it runs as.</summary>
    public string? ServiceAccountName { get; set; }
    /// <summary>Whether it gets that account's token.</summary>
    public bool? AutomountServiceAccountToken { get; set; }
    /// <summary>Whether services appear in its environment.</summary>
    public bool? EnableServiceLinks { get; set; }
    /// <summary>Whether its containers see each other's processes.</summary>
    public bool? ShareProcessNamespace { get; set; }
    /// <summary>Whether it uses the node's network.</summary>
    public bool? HostNetwork { get; set; }
    /// <summary>Its host name.</summary>
    public string? Hostname { get; set; }
    /// <summary>The service under which that name is known.</summary>
    public string? Subdomain { get; set; }
    /// <summary>Users, groups and rights of all containers.</summary>
    public PodSecurityContext? SecurityContext { get; set; }
    /// <summary>Taints of nodes that it bears.</summary>
    public List<Toleration>? Tolerations { get; set; }
    /// <summary>Secrets for pulling its images.</summary>
    public List<LocalObjectReference>? ImagePullSecrets { get; set; }
}

public sealed class LocalObjectReference
{
    public string? Name { get; set; }
}

public sealed class Toleration
{
    public string? Key { get; set; }
    public string? Operator { get; set; }
    public string? Value { get; set; }
    public string? Effect { get; set; }
    public long? TolerationSeconds { get; set; }
}

public sealed class Affinity
{
    public PodAffinity? PodAffinity { get; set; }
}

public sealed class PodAffinity
{
    public List<PodAffinityTerm>? RequiredDuringSchedulingIgnoredDuringExecution { get; set; }
    public List<WeightedPodAffinityTerm>? PreferredDuringSchedulingIgnoredDuringExecution { get; set; }
}

public sealed class WeightedPodAffinityTerm
{
    public int Weight { get; set; }
    public PodAffinityTerm PodAffinityTerm { get; set; } = new();
}

public sealed class PodAffinityTerm
{
    public LabelSelector? LabelSelector { get; set; }
    public string TopologyKey { get; set; } = "";
}

/// <summary>Users, groups and rights of all containers of a pod.</summary>
public sealed class PodSecurityContext
{
    /// <summary>Number of the user that programs run as.</summary>
    public long? RunAsUser { get; set; }
    /// <summary>Number of the group that programs run as.</summary>
    public long? RunAsGroup { get; set; }
    /// <summary>Refuses programs that would run as root.</summary>
    public bool? RunAsNonRoot { get; set; }
    /// <summary>Number of the group that owns volumes.</summary>
    public long? FsGroup { get; set; }
    /// <summary><c>Always</c> or <c>OnRootMismatch</c>.</summary>
    public string? FsGroupChangePolicy { get; set; }
    /// <summary>Which system calls are allowed.</summary>
    public SeccompProfile? SeccompProfile { get; set; }
}

public sealed class SeccompProfile
{
    public string Type { get; set; } = "";
}

/// <summary>User, group and rights of one container.</summary>
public sealed class SecurityContext
{
    public long? RunAsUser { get; set; }
    public long? RunAsGroup { get; set; }
    public bool? RunAsNonRoot { get; set; }
    public bool? AllowPrivilegeEscalation { get; set; }
    public bool? Privileged { get; set; }
    public bool? ReadOnlyRootFilesystem { get; set; }
    public Capabilities? Capabilities { get; set; }
    public SeccompProfile? SeccompProfile { get; set; }
}

public sealed class Capabilities
{
    public List<string>? Add { get; set; }
    public List<string>? Drop { get; set; }
}

/// <summary>How a pod does.</summary>
public sealed class PodStatus
{
    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>.</summary>
    public string? Phase { get; set; }
    /// <summary>Why, in a word.</summary>
    public string? Reason { get; set; }
    /// <summary>Why, in a sentence.</summary>
    public string? Message { get; set; }
    /// <summary>Its node's address.</summary>
    public string? HostIP { get; set; }
    /// <summary>Its address.</summary>
    public string? PodIP { get; set; }
    public List<PodAddress>? PodIPs { get; set; }
    /// <summary>When its node took it.</summary>
    public DateTimeOffset? StartTime { get; set; }
    /// <summary><c>Guaranteed</c>, <c>Burstable</c> or <c>BestEffort</c>.</summary>
    public string? QosClass { get; set; }
    /// <summary>What is true of it.</summary>
    public List<Condition>? Conditions { get; set; }
    /// <summary>How its init containers do.</summary>
    public List<ContainerStatus>? InitContainerStatuses { get; set; }
    /// <summary>How its containers do.</summary>
    public List<ContainerStatus>? ContainerStatuses { get; set; }
}

public sealed class PodAddress
{
    [JsonPropertyName("ip")] public string? Address { get; set; }
}

/// <summary>One thing that is true, false or unknown of an object.</summary>
public sealed class Condition
{
    public string Type { get; set; } = "";
    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public string Status { get; set; } = "";
    public string? Reason { get; set; }
    public string? Message { get; set; }
    public DateTimeOffset? LastTransitionTime { get; set; }
    public DateTimeOffset? LastProbeTime { get; set; }
    public DateTimeOffset? LastHeartbeatTime { get; set; }
    public DateTimeOffset? LastUpdateTime { get; set; }
}

/// <summary>How a container does.</summary>
public sealed class ContainerStatus
{
    public string Name { get; set; } = "";
    public string? Image { get; set; }
    public string? ImageID { get; set; }
    public string? ContainerID { get; set; }
    /// <summary>Whether it is ready.</summary>
    public bool Ready { get; set; }
    public bool? Started { get; set; }
    /// <summary>How often it was started again.</summary>
    public int RestartCount { get; set; }
    /// <summary>What it does now.</summary>
    public ContainerState? State { get; set; }
    /// <summary>How its last run ended.</summary>
    public ContainerState? LastState { get; set; }
}

/// <summary>Exactly one of the three is set.</summary>
public sealed class ContainerState
{
    public ContainerStateWaiting? Waiting { get; set; }
    public ContainerStateRunning? Running { get; set; }
    public ContainerStateTerminated? Terminated { get; set; }
}

public sealed class ContainerStateWaiting
{
    public string? Reason { get; set; }
    public string? Message { get; set; }
}

public sealed class ContainerStateRunning
{
    public DateTimeOffset? StartedAt { get; set; }
}

public sealed class ContainerStateTerminated
{
    public int ExitCode { get; set; }
    public int? Signal { get; set; }
    public string? Reason { get; set; }
    public string? Message { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public string? ContainerID { get; set; }
}
