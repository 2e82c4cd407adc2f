using System.Text.Json.Serialization;

namespace Panel.Kube.Wire;

/// <summary>Who may speak with the pods of a namespace. A pod that no policy chooses may speak with everyone.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/</remarks>
public sealed class NetworkPolicy : KubeObject
{
    /// <summary>What is allowed.</summary>
    public NetworkPolicySpec Spec { get; set; } = new();
}

/// <summary>What is allowed to and from pods.</summary>
public sealed class NetworkPolicySpec
{
    /// <summary>The pods it is about; an empty one chooses all.</summary>
    public LabelSelector PodSelector { get; set; } = new();
    /// <summary><c>Ingress</c>, <c>Egress</c>.</summary>
    public List<string>? PolicyTypes { get; set; }
    /// <summary>Who may connect to them.</summary>
    public List<NetworkPolicyIngressRule>? Ingress { get; set; }
    /// <summary>Whom they may connect to.</summary>
    public List<NetworkPolicyEgressRule>? Egress { get; set; }
}

public sealed class NetworkPolicyIngressRule
{
    public List<NetworkPolicyPort>? Ports { get; set; }
    /// <summary>Null for everyone.</summary>
    public List<NetworkPolicyPeer>? From { get; set; }
}

public sealed class NetworkPolicyEgressRule
{
    public List<NetworkPolicyPort>? Ports { get; set; }
    /// <summary>Null for everywhere.</summary>
    public List<NetworkPolicyPeer>? To { get; set; }
}

public sealed class NetworkPolicyPort
{
    public string? Protocol { get; set; }
    public IntOrString? Port { get; set; }
    public int? EndPort { get; set; }
}

public sealed class NetworkPolicyPeer
{
    public LabelSelector? PodSelector { get; set; }
    public LabelSelector? NamespaceSelector { get; set; }
    [JsonPropertyName("ipBlock")] public AddressBlock? Block { get; set; }
}

public sealed class AddressBlock
{
    [JsonPropertyName("cidr")] public string Range { get; set; } = "";
    public List<string>? Except { get; set; }
}

/// <summary>How many pods of a kind people who empty nodes must leave running.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/</remarks>
public sealed class PodDisruptionBudget : KubeObject
{
    /// <summary>What is to be left.</summary>
    public PodDisruptionBudgetSpec Spec { get; set; } = new();
    /// <summary>What there is.</summary>
    public PodDisruptionBudgetStatus? Status { get; set; }
}

/// <summary>How many pods are to be left.</summary>
public sealed class PodDisruptionBudgetSpec
{
    /// <summary>How many must stay, as a number or a percentage.</summary>
    public IntOrString? MinAvailable { get; set; }
    /// <summary>How many may be away, as a number or a percentage.</summary>
    public IntOrString? MaxUnavailable { get; set; }
    /// <summary>Which pods.</summary>
    public LabelSelector? Selector { get; set; }
}

public sealed class PodDisruptionBudgetStatus
{
    public long? ObservedGeneration { get; set; }
    public int DisruptionsAllowed { get; set; }
    public int CurrentHealthy { get; set; }
    public int DesiredHealthy { get; set; }
    public int ExpectedPods { get; set; }
    public List<Condition>? Conditions { get; set; }
}

/// <summary>What a group of the API serves (discovery).</summary>
public sealed class ApiResourceList
{
    public string? Kind { get; set; } = "APIResourceList";
    public string GroupVersion { get; set; } = "";
    public List<ApiResource> Resources { get; set; } = [];
}

public sealed class ApiResource
{
    /// <summary>The plural, and the part after a slash.</summary>
    public string Name { get; set; } = "";
    public string Kind { get; set; } = "";
    public bool Namespaced { get; set; }
    public List<string> Verbs { get; set; } = [];
}

/// <summary>Which Kubernetes a server is (<c>/version</c>).</summary>
public sealed class ClusterVersion
{
    public string Major { get; set; } = "";
    /// <summary>A number, with a plus sign on some vendors' servers.</summary>
    public string Minor { get; set; } = "";
    public string GitVersion { get; set; } = "";
}
