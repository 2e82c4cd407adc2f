using Panel.Core.Servers;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>Who may speak with a server, and what keeps its node. Pure.</summary>
static class ServerPolicies
{
    /// <summary>What no game has to reach: private networks, a provider's own addresses for its machines, and where clouds tell a node's secrets.</summary>
    static readonly string[] Private4 = ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];
    static readonly string[] Private6 = ["::1/128", "fc00::/7", "fe80::/10"];

    /// <summary>The address of DNS caches that run on each node.</summary>
    /// <remarks>https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/</remarks>
    const string NodeDns = "169.254.20.10/32";

    /// <summary>
    /// All of a server's pods: nobody gets in but to the game's ports, and the panel to internal ones; nothing goes out but to DNS and the
    /// internet. Exec, logs and probes come from the node and need no rule.
    /// </summary>
    public static NetworkPolicy Network(ServerSpec spec, KubeOptions options, ObjectMeta metadata)
    {
        var ingress = new List<NetworkPolicyIngressRule>();
        if (spec.Ports.Any(port => !port.Internal)) ingress.Add(new() { Ports = Ports(spec, isInternal: false) });
        if (spec.Ports.Any(port => port.Internal)) ingress.Add(new() { Ports = Ports(spec, isInternal: true), From = [Panel(options)] });
        return new()
        {
            Metadata = metadata,
            Spec = new()
            {
                PodSelector = new() { MatchLabels = new() { [ServerObjects.InstanceLabel] = spec.ObjectName } },
                PolicyTypes = ["Ingress", "Egress"],
                Ingress = ingress,
                Egress =
                [
                    new()
                    {
                        // whichever pods of the cluster answer DNS: they have other labels, in another namespace, on each kind of cluster
                        To = [new() { NamespaceSelector = new() }, new() { Block = new() { Range = NodeDns } }],
                        Ports = [new() { Protocol = "UDP", Port = 53 }, new() { Protocol = "TCP", Port = 53 }],
                    },
                    new()
                    {
                        To =
                        [
                            new() { Block = new() { Range = "0.0.0.0/0", Except = [.. Private4, .. options.BlockedRanges.Where(range => !range.Contains(':', StringComparison.Ordinal))] } },
                            new() { Block = new() { Range = "::/0", Except = [.. Private6, .. options.BlockedRanges.Where(range => range.Contains(':', StringComparison.Ordinal))] } },
                        ],
                    },
                ],
            },
        };
    }

    /// <summary>A server that runs is not evicted: whoever empties its node stops it first, with its time to save.</summary>
    public static PodDisruptionBudget Budget(ServerSpec spec, ObjectMeta metadata) => new()
    {
        Metadata = metadata,
        Spec = new()
        {
            MinAvailable = 1,
            Selector = new() { MatchLabels = new() { [ServerObjects.InstanceLabel] = spec.ObjectName, [ServerObjects.ComponentLabel] = ServerObjects.Server } },
        },
    };

    static List<NetworkPolicyPort> Ports(ServerSpec spec, bool isInternal) =>
        [.. spec.Ports.Where(port => port.Internal == isInternal).Select(port => new NetworkPolicyPort { Protocol = port.Protocol, Port = port.Number })];

    static NetworkPolicyPeer Panel(KubeOptions options) => new()
    {
        PodSelector = new() { MatchLabels = options.PanelLabels.Count > 0 ? new(options.PanelLabels) : new() { ["app.kubernetes.io/name"] = "panel" } },
        NamespaceSelector = options.PanelNamespace is { Length: > 0 } space ? new() { MatchLabels = new() { ["kubernetes.io/metadata.name"] = space } } : null,
    };
}
