using System.ComponentModel.DataAnnotations;

namespace Panel.Kube;

/// <summary>Where the cluster is.</summary>
public enum ClusterMode
{
    /// <summary>The cluster of this machine, run by the panel itself; its kubeconfig is set by the host.</summary>
    Local,
    /// <summary>The cluster that <see cref="KubeOptions.Kubeconfig"/> names; without one, the cluster that the panel runs in, by its service account.</summary>
    Kubernetes,
}

/// <summary>Settings of the cluster that servers run on.</summary>
public sealed class KubeOptions
{
    public const string Section = "Panel:Cluster";

    public ClusterMode Mode { get; set; }

    /// <summary>The kubeconfig file; read when first needed, and again whenever it changes. Null where the panel runs in the cluster.</summary>
    public string? Kubeconfig { get; set; }

    /// <summary>The context of the kubeconfig; null for its current one.</summary>
    public string? Context { get; set; }

    /// <summary>Where game servers live; made when it is missing.</summary>
    [Required, RegularExpression("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", ErrorMessage = "Panel:Cluster:Namespace is a DNS label: lower-case letters, digits and dashes.")]
    public string Namespace { get; set; } = "game-servers";

    /// <summary>The image of file access: sh, GNU coreutils and findutils. Null takes what fits the mode.</summary>
    public string? ToolsImage { get; set; }

    /// <summary><c>ClusterIP</c>, <c>NodePort</c> or <c>LoadBalancer</c>.</summary>
    [RegularExpression("^(ClusterIP|NodePort|LoadBalancer)$", ErrorMessage = "Panel:Cluster:ServiceType is ClusterIP, NodePort or LoadBalancer.")]
    public string ServiceType { get; set; } = "ClusterIP";

    /// <summary>The address that a load balancer gives to every server, where it can share one; null for what it chooses.</summary>
    public string? ServiceAddress { get; set; }

    /// <summary>Annotations of every Service: how a load balancer is told which pool, which address to share, which name to make.</summary>
    public Dictionary<string, string> ServiceAnnotations { get; init; } = [];

    /// <summary><c>Local</c> keeps the players' addresses, <c>Cluster</c> lets every node pass players on; null for the cluster's own choice.</summary>
    [RegularExpression("^(Cluster|Local)$", ErrorMessage = "Panel:Cluster:ExternalTrafficPolicy is Cluster or Local.")]
    public string? ExternalTrafficPolicy { get; set; }

    /// <summary>Whether each server has a NetworkPolicy.</summary>
    public bool NetworkPolicies { get; set; } = true;

    /// <summary>The namespace that the panel's own pods are in, which alone may reach internal ports; null for the namespace of the servers.</summary>
    public string? PanelNamespace { get; set; }

    /// <summary>The labels of the panel's own pods; without any, <c>app.kubernetes.io/name: panel</c>.</summary>
    public Dictionary<string, string> PanelLabels { get; init; } = [];

    /// <summary>Address ranges that servers may not reach, beside private ones and those of a node's own services.</summary>
    public List<string> BlockedRanges { get; init; } = [];

    /// <summary>Whether a server that runs keeps its node from being emptied until somebody stops it.</summary>
    public bool DisruptionBudgets { get; set; } = true;

    /// <summary>The storage class of volumes; null for the cluster's default.</summary>
    public string? StorageClass { get; set; }

    /// <summary>What a server reserves of its CPU limit, in percent. Its memory is reserved whole.</summary>
    [Range(0, 100)] public int CpuReservedPercent { get; set; } = 10;

    /// <summary>Whether an install script that needs it is the root of its own container, never of a node. Its namespace then may not enforce more than Pod Security <c>baseline</c>.</summary>
    public bool RootInstalls { get; set; }

    /// <summary>Whether scripts may be root: on the cluster of this machine none is, and none need be.</summary>
    public bool AllowsRootInstalls => RootInstalls && Mode == ClusterMode.Kubernetes;

    /// <summary>Seconds after which a request is given up; streams are not meant.</summary>
    [Range(1, 600)] public int RequestSeconds { get; set; } = 30;

    /// <summary>Seconds without a word after which a watch counts as dead and is opened again.</summary>
    [Range(5, 3600)] public int WatchSilenceSeconds { get; set; } = (int)Client.WatchTimes.Usual.Silence.TotalSeconds;

    /// <summary>Minutes without a file operation after which the pod that serves them goes.</summary>
    [Range(1, 1440)] public int FilesIdleMinutes { get; set; } = 5;

    /// <summary>Whether the cluster is reached by the service account of the panel's own pod.</summary>
    public bool IsInCluster => Mode == ClusterMode.Kubernetes && string.IsNullOrEmpty(Kubeconfig);

    /// <summary>The image of file access in force.</summary>
    public string Tools => ToolsImage ?? (Mode == ClusterMode.Local ? "panel/tools:1" : "debian:bookworm-slim");
}
