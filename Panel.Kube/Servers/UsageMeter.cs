using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>Measures what servers use: one call for all of them. A cluster without the metrics API tells of volumes at most.</summary>
sealed partial class UsageMeter(KubeClient client, ServerCaches caches, ObservedServers servers, IOptions<KubeOptions> options, TimeProvider clock, ILogger<UsageMeter> log)
{
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);

    readonly Dictionary<ServerId, ServerUsage> told = [];

    /// <summary>Measures until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Pace, clock);
        do
        {
            try
            {
                if (caches.Synced) Tell(await MeasureAsync(cancellation));
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                LogFailure(failure.Message);   // the watches tell people when the cluster is away
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    async Task<Dictionary<string, (int Cpu, int Memory)>> MeasureAsync(CancellationToken cancellation)
    {
        var used = new Dictionary<string, (int, int)>(StringComparer.Ordinal);
        try
        {
            await foreach (var page in client.PagesAsync(Kinds.PodMetrics, options.Value.Namespace, new(ServerObjects.Ours), cancellation))
            {
                foreach (var pod in page.Items)
                {
                    // older metrics servers do not tell the labels of the pods they measure
                    if (caches.Pods.Find(pod.Metadata.Name!) is { } measured && ServerObjects.ComponentOf(measured) == ServerObjects.Server && ServerObjects.InstanceOf(measured) is { } server)
                        used[server] = ((int)(Sum(pod, "cpu") * 1000), (int)(Sum(pod, "memory") / (1024 * 1024)));
                }
            }
        }
        catch (KubeException refusal) when (refusal.Code is HttpStatusCode.NotFound or HttpStatusCode.ServiceUnavailable or HttpStatusCode.Forbidden)
        {
            used.Clear();   // no metrics API, or not for us
        }
        return used;
    }

    void Tell(Dictionary<string, (int Cpu, int Memory)> used)
    {
        var seen = new HashSet<ServerId>();
        foreach (var name in caches.Sets.Items.Select(ServerObjects.InstanceOf).Concat(caches.Claims.Items.Select(ServerObjects.InstanceOf)).OfType<string>().Distinct())
        {
            var parts = caches.Of(name);
            if (ServerSeenProjection.IdOf(parts) is not { } id || !seen.Add(id)) continue;
            var usage = new ServerUsage(null, null, Disk(parts.Claim), default);
            if (used.TryGetValue(name, out var now)) usage = usage with { CpuMillis = now.Cpu, MemoryMiB = now.Memory };
            // the same numbers again are no news, whenever they were measured
            if (told.TryGetValue(id, out var before) && before == usage) continue;
            told[id] = usage;
            servers.SetUsage(id, usage with { At = clock.GetUtcNow() });
        }
        foreach (var gone in told.Keys.Where(id => !seen.Contains(id)).ToList()) told.Remove(gone);
    }

    static int? Disk(PersistentVolumeClaim? claim) =>
        claim is not null && long.TryParse(ServerObjects.Annotation(claim.Metadata, ServerObjects.UsedBytesAnnotation), CultureInfo.InvariantCulture, out var bytes) ? (int)((bytes + (1 << 20) - 1) >> 20) : null;

    static decimal Sum(PodMetrics pod, string what) =>
        pod.Containers.Sum(container => Quantity.TryParse(container.Usage.GetValueOrDefault(what), out var used) ? used : 0);

    [LoggerMessage(LogLevel.Debug, "Usage could not be measured: {Message}")]
    partial void LogFailure(string message);
}
