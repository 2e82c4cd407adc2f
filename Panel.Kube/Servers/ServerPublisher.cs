using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Kube.Client;

namespace Panel.Kube.Servers;

/// <summary>Hands what the watches show to Core: each server that changed once, as it is by then.</summary>
sealed class ServerPublisher(ServerCaches caches, ObservedServers servers, ObservedCluster cluster, UsageMeter usage, InstallPods installs)
{
    readonly Dictionary<string, ServerId> known = new(StringComparer.Ordinal);

    /// <summary>Publishes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await caches.WaitAsync(cancellation);
            // half of what there is would show servers without their pods
            if (caches.Synced)
            {
                foreach (var name in caches.TakeChanged()) await PublishAsync(name, cancellation);
            }
            if (caches.Failure is { } failure) cluster.SetProblem(ClusterCalls.Explain(failure) ?? $"Panel cannot follow the cluster: {failure.Message}");
            else if (caches.Synced) cluster.SetConnected();
        }
    }

    async Task PublishAsync(string objectName, CancellationToken cancellation)
    {
        var parts = await installs.CompleteAsync(objectName, caches.Of(objectName), cancellation);
        var id = ServerSeenProjection.IdOf(parts);
        if (known.TryGetValue(objectName, out var other) && other != id)
        {
            servers.Publish(other, null);
            known.Remove(objectName);
        }
        if (id is not { } now) return;
        known[objectName] = now;
        var seen = ServerSeenProjection.Of(parts);
        var before = servers.Find(now)?.Pod;
        servers.Publish(now, seen);
        if (seen?.Pod is { Running: true } && before is not { Running: true }) usage.Started();
    }
}
