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
    /// <summary>A container was started: what it uses is measured soon.</summary>
    public Wakeup ContainerStarted { get; } = new();

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Lets something go on by itself; its failure is logged and not lost.</summary>
    public async void Begin(Func<Task> work, string what)
    {
        try
        {
            await work();
        }
        catch (Exception failure)
        {
            Logger.LogError(failure, "{What} failed", what);
        }
    }
}
