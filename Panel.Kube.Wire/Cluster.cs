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
    /// <summary>Texts by name.</summary>
    public Dictionary<string, string>? Data { get; set; }
    /// <summary>Bytes by name, base64 in JSON.</summary>
    public Dictionary<string, byte[]>? BinaryData { get; set; }
    /// <summary>Whether it can never be changed.</summary>
    public bool? Immutable { get; set; }
}

/// <summary>Values that are; base64 in JSON.</summary>
public sealed class Secret : KubeObject
{
    /// <summary>What it is for.</summary>
    public string? Type { get; set; }
    /// <summary>Bytes by name, base64 in JSON.</summary>
    public Dictionary<string, byte[]>? Data { get; set; }
    /// <summary>Texts by name; written only.</summary>
    public Dictionary<string, string>? StringData { get; set; }
    /// <summary>Whether it can never be changed.</summary>
    public bool? Immutable { get; set; }
}

/// <summary>An address for pods.</summary>
public sealed class Service : KubeObject
{
    /// <summary>What is wanted.</summary>
    public ServiceSpec Spec { get; set; } = new();
    /// <summary>What is there.</summary>
    public ServiceStatus? Status { get; set; }
}

/// <summary>What a service is to be.</summary>
public sealed class ServiceSpec
{
    /// <summary><c>ClusterIP</c>, <c>NodePort</c> or <c>LoadBalancer</c>.</summary>
    public string? Type { get; set; }
    /// <summary>Its address in the cluster; <c>None</c> for none.</summary>
    public string? ClusterIP { get; set; }
    public List<string>? ClusterIPs { get; set; }
    public List<string>? IpFamilies { get; set; }
    public string? IpFamilyPolicy { get; set; }
    public string? InternalTrafficPolicy { get; set; }
    /// <summary>Labels of the pods behind it.</summary>
    public Dictionary<string, string>? Selector { get; set; }
    /// <summary>Its ports.</summary>
    public List<ServicePort>? Ports { get; set; }
    /// <summary><c>Cluster</c>, or <c>Local</c> to keep clients' addresses.</summary>
    public string? ExternalTrafficPolicy { get; set; }
    /// <summary>The outer address that is wished for.</summary>
    public string? LoadBalancerIP { get; set; }
    public string? SessionAffinity { get; set; }
    public bool? PublishNotReadyAddresses { get; set; }
}

/// <summary>A port of a service.</summary>
public sealed class ServicePort
{
    /// <summary>Its name.</summary>
    public string? Name { get; set; }
    /// <summary><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>.</summary>
    public string? Protocol { get; set; }
    /// <summary>The number clients use.</summary>
    public int Port { get; set; }
    /// <summary>The pods' port, by number or name.</summary>
    public IntOrString? TargetPort { get; set; }
    /// <summary>The port of every node that leads to it.</summary>
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
    /// <summary>What is asked for.</summary>
    public PersistentVolumeClaimSpec Spec { get; set; } = new();
    /// <summary>What was given.</summary>
    public PersistentVolumeClaimStatus? Status { get; set; }
}

/// <summary>What volume is asked for.</summary>
public sealed class PersistentVolumeClaimSpec
{
    /// <summary><c>ReadWriteOnce</c>, <c>ReadOnlyMany</c>, <c>ReadWriteMany</c>, <c>ReadWriteOncePod</c>.</summary>
    public List<string>? AccessModes { get; set; }
    /// <summary>How large; it may grow and never shrink.</summary>
    public ResourceRequirements? Resources { get; set; }
    /// <summary>What kind of storage.</summary>
    public string? StorageClassName { get; set; }
    /// <summary>The volume that was bound.</summary>
    public string? VolumeName { get; set; }
    /// <summary><c>Filesystem</c> or <c>Block</c>.</summary>
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
    /// <summary>Among a container's amounts on a cluster of one machine: 1 where its traffic is counted, 0 where nothing counts it. Other clusters do not say.</summary>
    public const string NetworkCounted = "panel.dev/network-counted";
    /// <summary>Bytes that came since its start.</summary>
    public const string ReceivedBytes = "panel.dev/received-bytes";
    /// <summary>Bytes that went since its start.</summary>
    public const string SentBytes = "panel.dev/sent-bytes";

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

/// <summary>A kind of volumes that a cluster makes.</summary>
public sealed class StorageClass : KubeObject
{
    public string? Provisioner { get; set; }
    public bool? AllowVolumeExpansion { get; set; }
}
