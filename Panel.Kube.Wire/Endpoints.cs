using System.Text.Json.Serialization;

namespace Panel.Kube.Wire;

/// <summary>The addresses behind a service, in one object.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoints-v1/</remarks>
public sealed class Endpoints : KubeObject
{
    /// <summary>Addresses that share ports.</summary>
    public List<EndpointSubset>? Subsets { get; set; }
}

/// <summary>Addresses that share ports.</summary>
public sealed class EndpointSubset
{
    /// <summary>Addresses of pods that are ready.</summary>
    public List<EndpointAddress>? Addresses { get; set; }
    /// <summary>Addresses of pods that are not.</summary>
    public List<EndpointAddress>? NotReadyAddresses { get; set; }
    /// <summary>The ports of each address.</summary>
    public List<EndpointPort>? Ports { get; set; }
}

/// <summary>The address of one pod.</summary>
public sealed class EndpointAddress
{
    /// <summary>The address.</summary>
    [JsonPropertyName("ip")] public string Address { get; set; } = "";
    /// <summary>The pod's name within its service.</summary>
    public string? Hostname { get; set; }
    /// <summary>The node it runs on.</summary>
    public string? NodeName { get; set; }
    /// <summary>The pod.</summary>
    public ObjectReference? TargetRef { get; set; }
}

/// <summary>A port of each address.</summary>
public sealed class EndpointPort
{
    /// <summary>The port's name in the service.</summary>
    public string? Name { get; set; }
    /// <summary>The pods' own port.</summary>
    public int? Port { get; set; }
    /// <summary><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>.</summary>
    public string? Protocol { get; set; }
}

/// <summary>A part of the addresses behind a service.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/</remarks>
public sealed class EndpointSlice : KubeObject
{
    /// <summary><c>IPv4</c>, <c>IPv6</c> or <c>FQDN</c>.</summary>
    public string AddressType { get; set; } = "";
    /// <summary>The addresses.</summary>
    public List<SliceEndpoint> Endpoints { get; set; } = [];
    /// <summary>The ports of each address.</summary>
    public List<EndpointPort>? Ports { get; set; }
}

/// <summary>One pod behind a service.</summary>
public sealed class SliceEndpoint
{
    /// <summary>Its addresses.</summary>
    public List<string> Addresses { get; set; } = [];
    /// <summary>How it does.</summary>
    public EndpointConditions? Conditions { get; set; }
    /// <summary>The pod's name within its service.</summary>
    public string? Hostname { get; set; }
    /// <summary>The node it runs on.</summary>
    public string? NodeName { get; set; }
    /// <summary>The pod.</summary>
    public ObjectReference? TargetRef { get; set; }
}

/// <summary>How one pod behind a service does.</summary>
public sealed class EndpointConditions
{
    /// <summary>Whether it is to be sent requests.</summary>
    public bool? Ready { get; set; }
    /// <summary>Whether it could answer, also while it ends.</summary>
    public bool? Serving { get; set; }
    /// <summary>Whether it is being ended.</summary>
    public bool? Terminating { get; set; }
}
