using System.Text.Json.Serialization;

namespace Panel.Kube.Wire;

/// <summary>A room for names.</summary>
public sealed class Namespace : KubeObject
{
    public NamespaceSpec? Spec { get; set; }
    public NamespaceStatus? Status { get; set; }
}

public sealed class NamespaceSpec
{
    public List<string>? Finalizers { get; set; }
}

public sealed class NamespaceStatus
{
    /// <summary><c>Active</c> or <c>Terminating</c>.</summary>
    public string? Phase { get; set; }
    public List<Condition>? Conditions { get; set; }
}

/// <summary>Values that are no secret.</summary>
public sealed class ConfigMap : KubeObject
{
    public Dictionary<string, string>? Data { get; set; }
    public Dictionary<string, byte[]>? BinaryData { get; set; }
    public bool? Immutable { get; set; }
}

/// <summary>Values that are; base64 in JSON.</summary>
public sealed class Secret : KubeObject
{
    public string? Type { get; set; }
    public Dictionary<string, byte[]>? Data { get; set; }
    public Dictionary<string, string>? StringData { get; set; }
    public bool? Immutable { get; set; }
}

/// <summary>An address for pods.</summary>
public sealed class Service : KubeObject
{
    public ServiceSpec Spec { get; set; } = new();
    public ServiceStatus? Status { get; set; }
}

public sealed class ServiceSpec
{
    /// <summary><c>ClusterIP</c>, <c>NodePort</c> or <c>LoadBalancer</c>.</summary>
    public string? Type { get; set; }
    public string? ClusterIP { get; set; }
    public Dictionary<string, string>? Selector { get; set; }
    public List<ServicePort>? Ports { get; set; }
    public string? ExternalTrafficPolicy { get; set; }
    public string? LoadBalancerIP { get; set; }
    public string? SessionAffinity { get; set; }
    public bool? PublishNotReadyAddresses { get; set; }
}

public sealed class ServicePort
{
    public string? Name { get; set; }
    public string? Protocol { get; set; }
    public int Port { get; set; }
    public IntOrString? TargetPort { get; set; }
    public int? NodePort { get; set; }
}

public sealed class ServiceStatus
{
    public LoadBalancerStatus? LoadBalancer { get; set; }
}

public sealed class LoadBalancerStatus
{
    public List<LoadBalancerIngress>? Ingress { get; set; }
}

public sealed class LoadBalancerIngress
{
    [JsonPropertyName("ip")] public string? Address { get; set; }
    public string? Hostname { get; set; }
}

/// <summary>A volume that is asked for.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/</remarks>
public sealed class PersistentVolumeClaim : KubeObject
{
    public PersistentVolumeClaimSpec Spec { get; set; } = new();
    public PersistentVolumeClaimStatus? Status { get; set; }
}

public sealed class PersistentVolumeClaimSpec
{
    public List<string>? AccessModes { get; set; }
    public ResourceRequirements? Resources { get; set; }
    public string? StorageClassName { get; set; }
    public string? VolumeName { get; set; }
    public string? VolumeMode { get; set; }
}

public sealed class PersistentVolumeClaimStatus
{
    /// <summary><c>Pending</c>, <c>Bound</c> or <c>Lost</c>.</summary>
    public string? Phase { get; set; }
    public List<string>? AccessModes { get; set; }
    public Dictionary<string, string>? Capacity { get; set; }
    public List<Condition>? Conditions { get; set; }
}

/// <summary>Something that happened to an object (core/v1 Event).</summary>
public sealed class Event : KubeObject
{
    public ObjectReference InvolvedObject { get; set; } = new();
    public string? Reason { get; set; }
    public string? Message { get; set; }
    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string? Type { get; set; }
    public int? Count { get; set; }
    public DateTimeOffset? FirstTimestamp { get; set; }
    public DateTimeOffset? LastTimestamp { get; set; }
    public EventSource? Source { get; set; }
    public string? ReportingComponent { get; set; }
    public string? ReportingInstance { get; set; }
    public string? Action { get; set; }
}

public sealed class EventSource
{
    public string? Component { get; set; }
    public string? Host { get; set; }
}

/// <summary>A machine of the cluster.</summary>
public sealed class Node : KubeObject
{
    public NodeSpec? Spec { get; set; }
    public NodeStatus? Status { get; set; }
}

public sealed class NodeSpec
{
    public bool? Unschedulable { get; set; }
}

public sealed class NodeStatus
{
    public Dictionary<string, string>? Capacity { get; set; }
    public Dictionary<string, string>? Allocatable { get; set; }
    public List<Condition>? Conditions { get; set; }
    public List<NodeAddress>? Addresses { get; set; }
    public NodeSystemInfo? NodeInfo { get; set; }
}

public sealed class NodeAddress
{
    public string Type { get; set; } = "";
    public string Address { get; set; } = "";
}

public sealed class NodeSystemInfo
{
    public string? Architecture { get; set; }
    public string? OperatingSystem { get; set; }
    public string? KernelVersion { get; set; }
    public string? OsImage { get; set; }
    public string? ContainerRuntimeVersion { get; set; }
    public string? KubeletVersion { get; set; }
    public string? MachineID { get; set; }
    public string? SystemUUID { get; set; }
    public string? BootID { get; set; }
    public string? KubeProxyVersion { get; set; }
}

/// <summary>Who leads, until when.</summary>
public sealed class Lease : KubeObject
{
    public LeaseSpec? Spec { get; set; }
}

public sealed class LeaseSpec
{
    public string? HolderIdentity { get; set; }
    public int? LeaseDurationSeconds { get; set; }
    [JsonConverter(typeof(MicroTimeConverter))] public DateTimeOffset? AcquireTime { get; set; }
    [JsonConverter(typeof(MicroTimeConverter))] public DateTimeOffset? RenewTime { get; set; }
    public int? LeaseTransitions { get; set; }
}

/// <summary>What a pod uses (metrics.k8s.io/v1beta1).</summary>
public sealed class PodMetrics : KubeObject
{
    public DateTimeOffset? Timestamp { get; set; }
    public string? Window { get; set; }
    public List<ContainerMetrics> Containers { get; set; } = [];
}

public sealed class ContainerMetrics
{
    public string Name { get; set; } = "";
    /// <summary>Quantities: <c>cpu</c> such as <c>12345678n</c>, <c>memory</c> such as <c>131072Ki</c>.</summary>
    public Dictionary<string, string> Usage { get; set; } = [];
}

/// <summary>What a request to remove an object may say.</summary>
public sealed class DeleteOptions
{
    public string? ApiVersion { get; set; }
    public string? Kind { get; set; }
    public long? GracePeriodSeconds { get; set; }
    /// <summary><c>Foreground</c>, <c>Background</c> or <c>Orphan</c>.</summary>
    public string? PropagationPolicy { get; set; }
    public Preconditions? Preconditions { get; set; }
    public List<string>? DryRun { get; set; }
    public bool? OrphanDependents { get; set; }
}

public sealed class Preconditions
{
    public string? Uid { get; set; }
    public string? ResourceVersion { get; set; }
}
