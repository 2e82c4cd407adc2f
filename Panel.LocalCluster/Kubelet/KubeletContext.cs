using Microsoft.Extensions.Logging;
using Panel.LocalCluster.Images;
using Panel.LocalCluster.Kubelet.Nodes;
using Panel.LocalCluster.Kubelet.Sandbox;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Kubelet;

/// <summary>What every part of the kubelet works with.</summary>
sealed record KubeletContext(
    Objects Objects,
    LocalClusterOptions Options,
    ClusterPaths Paths,
    NodeFacts Node,
    ImageCatalogue Images,
    Isolation Isolation,
    EventQueue Events,
    ILogger Logger,
    TimeProvider Clock)
{
    public DateTimeOffset Now => Clock.GetUtcNow();
}
