using System.Globalization;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>Measures what servers use: one call for all of them. A cluster without the metrics API tells of volumes at most.</summary>
sealed partial class UsageMeter(KubeClient client, ServerCaches caches, TrafficMeter traffic, ObservedServers servers, IOptions<KubeOptions> options, TimeProvider clock, ILogger<UsageMeter> log)
{
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(10), Soon = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(30);

    // one place: many starts at once are one look
    readonly Channel<bool> starts = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    long started = clock.GetTimestamp() - Patience.Ticks * clock.TimestampFrequency / TimeSpan.TicksPerSecond;
    Task<bool>? start;

    /// <summary>Notes that a server's program was started: people look at its numbers now.</summary>
    public void Started() => starts.Writer.TryWrite(true);

    /// <summary>Measures until cancelled: now and then, and each second while a server that was just started has no numbers.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var awaited = false;
            try
            {
                if (caches.Synced)
                {
                    var used = await MeasureAsync(cancellation);
                    Tell(used);
                    awaited = clock.GetElapsedTime(started) < Patience && caches.Pods.Items.Any(pod => IsServerRunning(pod) && !used.ContainsKey(ServerObjects.InstanceOf(pod)!));
                }
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                LogFailure(failure.Message);   // the watches tell people when the cluster is away
            }
            await PauseAsync(awaited ? Soon : Pace, cancellation);
        }
    }

    async Task PauseAsync(TimeSpan pause, CancellationToken cancellation)
    {
        start ??= starts.Reader.ReadAsync(cancellation).AsTask();
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(Task.Delay(pause, clock, woken.Token), start);
        await woken.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        if (!start.IsCompleted) return;
        (start, started) = (null, clock.GetTimestamp());
        await Task.Delay(Soon, clock, cancellation);   // a rate needs two looks at the program
    }

    static bool IsServerRunning(Pod pod) =>
        ServerObjects.ComponentOf(pod) == ServerObjects.Server && ServerObjects.InstanceOf(pod) is not null && pod.Status?.ContainerStatuses?.Any(status => status.State?.Running is not null) == true;

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
                    {
                        used[server] = ((int)(Sum(pod, "cpu") * 1000), (int)(Sum(pod, "memory") / (1024 * 1024)));
                        traffic.Take(server, measured, pod);
                    }
                }
            }
        }
        catch (KubeException refusal) when (refusal.Code is HttpStatusCode.NotFound or HttpStatusCode.ServiceUnavailable or HttpStatusCode.Forbidden)
        {
            used.Clear();   // no metrics API, or not for us
            traffic.TellUnmetered();
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
            if (traffic.RateOf(name) is { } rate) usage = usage with { Received = rate.Received, Sent = rate.Sent };
            servers.SetUsage(id, usage with { At = clock.GetUtcNow() });
        }
    }

    static int? Disk(PersistentVolumeClaim? claim) =>
        claim is not null && long.TryParse(ServerObjects.Annotation(claim.Metadata, ServerObjects.UsedBytesAnnotation), CultureInfo.InvariantCulture, out var bytes) ? (int)((bytes + (1 << 20) - 1) >> 20) : null;

    static decimal Sum(PodMetrics pod, string what) =>
        pod.Containers.Sum(container => Quantity.TryParse(container.Usage.GetValueOrDefault(what), out var used) ? used : 0);

    [LoggerMessage(LogLevel.Debug, "Usage could not be measured: {Message}")]
    partial void LogFailure(string message);
}
