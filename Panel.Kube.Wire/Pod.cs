using System.Text.Json.Serialization;

namespace Panel.Kube.Wire;

/// <summary>Containers that run together on one node.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/</remarks>
public sealed class Pod : KubeObject
{
    public PodSpec Spec { get; set; } = new();
    public PodStatus? Status { get; set; }
}

/// <summary>What a controller makes pods from.</summary>
public sealed class PodTemplateSpec
{
    public ObjectMeta Metadata { get; set; } = new();
    public PodSpec Spec { get; set; } = new();
}

public sealed class PodSpec
{
    public List<Container>? InitContainers { get; set; }
    public List<Container> Containers { get; set; } = [];
    public List<Volume>? Volumes { get; set; }
    public string? RestartPolicy { get; set; }
    public string? DnsPolicy { get; set; }
    public string? SchedulerName { get; set; }
    public long? TerminationGracePeriodSeconds { get; set; }
    public long? ActiveDeadlineSeconds { get; set; }
    public string? NodeName { get; set; }
    public Dictionary<string, string>? NodeSelector { get; set; }
    public Affinity? Affinity { get; set; }
    public string? ServiceAccountName { get; set; }
    public bool? AutomountServiceAccountToken { get; set; }
    public bool? EnableServiceLinks { get; set; }
    public bool? ShareProcessNamespace { get; set; }
    public bool? HostNetwork { get; set; }
    public string? Hostname { get; set; }
    public string? Subdomain { get; set; }
    public PodSecurityContext? SecurityContext { get; set; }
    public List<Toleration>? Tolerations { get; set; }
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

public sealed class PodSecurityContext
{
    public long? RunAsUser { get; set; }
    public long? RunAsGroup { get; set; }
    public bool? RunAsNonRoot { get; set; }
    public long? FsGroup { get; set; }
    public string? FsGroupChangePolicy { get; set; }
    public SeccompProfile? SeccompProfile { get; set; }
}

public sealed class SeccompProfile
{
    public string Type { get; set; } = "";
}

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

public sealed class Container
{
    public string Name { get; set; } = "";
    public string? Image { get; set; }
    public string? ImagePullPolicy { get; set; }
    public List<string>? Command { get; set; }
    public List<string>? Args { get; set; }
    public string? WorkingDir { get; set; }
    public List<ContainerPort>? Ports { get; set; }
    public List<EnvVar>? Env { get; set; }
    public List<EnvFromSource>? EnvFrom { get; set; }
    public ResourceRequirements? Resources { get; set; }
    public List<VolumeMount>? VolumeMounts { get; set; }
    public Probe? StartupProbe { get; set; }
    public Probe? ReadinessProbe { get; set; }
    public Probe? LivenessProbe { get; set; }
    public Lifecycle? Lifecycle { get; set; }
    public SecurityContext? SecurityContext { get; set; }
    public bool? Stdin { get; set; }
    public bool? StdinOnce { get; set; }
    public bool? Tty { get; set; }
    public string? TerminationMessagePath { get; set; }
    public string? TerminationMessagePolicy { get; set; }
}

public sealed class ContainerPort
{
    public string? Name { get; set; }
    [JsonPropertyName("containerPort")] public int Number { get; set; }
    public int? HostPort { get; set; }
    public string? Protocol { get; set; }
}

public sealed class EnvVar
{
    public string Name { get; set; } = "";
    public string? Value { get; set; }
    public EnvVarSource? ValueFrom { get; set; }
}

public sealed class EnvVarSource
{
    public ObjectFieldSelector? FieldRef { get; set; }
    public ResourceFieldSelector? ResourceFieldRef { get; set; }
    public KeySelector? ConfigMapKeyRef { get; set; }
    public KeySelector? SecretKeyRef { get; set; }
}

public sealed class ObjectFieldSelector
{
    public string? ApiVersion { get; set; }
    public string FieldPath { get; set; } = "";
}

public sealed class ResourceFieldSelector
{
    public string? ContainerName { get; set; }
    public string Resource { get; set; } = "";
    public string? Divisor { get; set; }
}

public sealed class KeySelector
{
    public string? Name { get; set; }
    public string Key { get; set; } = "";
    public bool? Optional { get; set; }
}

public sealed class EnvFromSource
{
    public string? Prefix { get; set; }
    public NamedSource? ConfigMapRef { get; set; }
    public NamedSource? SecretRef { get; set; }
}

public sealed class NamedSource
{
    public string? Name { get; set; }
    public bool? Optional { get; set; }
}

public sealed class ResourceRequirements
{
    public Dictionary<string, string>? Limits { get; set; }
    public Dictionary<string, string>? Requests { get; set; }
}

public sealed class VolumeMount
{
    public string Name { get; set; } = "";
    public string MountPath { get; set; } = "";
    public string? SubPath { get; set; }
    public bool? ReadOnly { get; set; }
}

public sealed class Volume
{
    public string Name { get; set; } = "";
    public PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; set; }
    public EmptyDirVolumeSource? EmptyDir { get; set; }
    public ConfigMapVolumeSource? ConfigMap { get; set; }
    public SecretVolumeSource? Secret { get; set; }
}

public sealed class PersistentVolumeClaimVolumeSource
{
    public string ClaimName { get; set; } = "";
    public bool? ReadOnly { get; set; }
}

public sealed class EmptyDirVolumeSource
{
    public string? Medium { get; set; }
    public string? SizeLimit { get; set; }
}

public sealed class ConfigMapVolumeSource
{
    public string? Name { get; set; }
    public List<KeyToPath>? Items { get; set; }
    public int? DefaultMode { get; set; }
    public bool? Optional { get; set; }
}

public sealed class SecretVolumeSource
{
    public string? SecretName { get; set; }
    public List<KeyToPath>? Items { get; set; }
    public int? DefaultMode { get; set; }
    public bool? Optional { get; set; }
}

public sealed class KeyToPath
{
    public string Key { get; set; } = "";
    public string Path { get; set; } = "";
    public int? Mode { get; set; }
}

public sealed class Probe
{
    public ExecAction? Exec { get; set; }
    public TcpSocketAction? TcpSocket { get; set; }
    public HttpGetAction? HttpGet { get; set; }
    public int? InitialDelaySeconds { get; set; }
    public int? PeriodSeconds { get; set; }
    public int? TimeoutSeconds { get; set; }
    public int? SuccessThreshold { get; set; }
    public int? FailureThreshold { get; set; }
    public long? TerminationGracePeriodSeconds { get; set; }
}

public sealed class Lifecycle
{
    public LifecycleHandler? PostStart { get; set; }
    public LifecycleHandler? PreStop { get; set; }
}

public sealed class LifecycleHandler
{
    public ExecAction? Exec { get; set; }
    public TcpSocketAction? TcpSocket { get; set; }
    public HttpGetAction? HttpGet { get; set; }
}

public sealed class ExecAction
{
    public List<string> Command { get; set; } = [];
}

public sealed class TcpSocketAction
{
    public IntOrString Port { get; set; }
    public string? Host { get; set; }
}

public sealed class HttpGetAction
{
    public string? Path { get; set; }
    public IntOrString Port { get; set; }
    public string? Host { get; set; }
    public string? Scheme { get; set; }
    public List<HttpHeader>? HttpHeaders { get; set; }
}

public sealed class HttpHeader
{
    public string Name { get; set; } = "";
    public string Value { get; set; } = "";
}

public sealed class PodStatus
{
    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>.</summary>
    public string? Phase { get; set; }
    public string? Reason { get; set; }
    public string? Message { get; set; }
    public string? HostIP { get; set; }
    public string? PodIP { get; set; }
    public DateTimeOffset? StartTime { get; set; }
    public string? QosClass { get; set; }
    public List<Condition>? Conditions { get; set; }
    public List<ContainerStatus>? InitContainerStatuses { get; set; }
    public List<ContainerStatus>? ContainerStatuses { get; set; }
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
    public DateTimeOffset? LastUpdateTime { get; set; }
}

public sealed class ContainerStatus
{
    public string Name { get; set; } = "";
    public string? Image { get; set; }
    public string? ImageID { get; set; }
    public string? ContainerID { get; set; }
    public bool Ready { get; set; }
    public bool? Started { get; set; }
    public int RestartCount { get; set; }
    public ContainerState? State { get; set; }
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
