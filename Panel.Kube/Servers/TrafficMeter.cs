using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Panel.Core.Console.Input;
using Panel.Core.Errors;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>
/// Measures what goes over servers' networks. A cluster of one machine tells it with its metrics. Elsewhere every pod has a network of its own, whose
/// counters are read in the pod: the kubelet knows them too, but the right to ask it through the API server is one to run commands in every pod.
/// </summary>
sealed partial class TrafficMeter(ServerCaches caches, IServerReach reach, TimeProvider clock, ILogger<TrafficMeter> log)
{
    const int AtOnce = 4;
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(20), PaceEach = TimeSpan.FromMilliseconds(100), Patience = TimeSpan.FromSeconds(10), Stale = TimeSpan.FromMinutes(3);
    static readonly string[] Command = ["cat", "/proc/net/dev"];

    readonly ConcurrentDictionary<string, Counter> counters = new(StringComparer.Ordinal);

    /// <summary>Pods of whose network metrics say nothing, by server. Nobody else is asked: on one machine a pod would tell of the whole machine.</summary>
    readonly ConcurrentDictionary<string, string> silent = new(StringComparer.Ordinal);
    volatile bool unmetered;

    /// <summary>What a server's network carries, in bytes a second; null where that is not known, or was too long ago.</summary>
    public (long Received, long Sent)? RateOf(string server) => counters.TryGetValue(server, out var counter) && clock.GetElapsedTime(counter.At) < Stale ? counter.Rate : null;

    /// <summary>There is no metrics API, so that every pod has to be asked.</summary>
    public void TellUnmetered() => unmetered = true;

    /// <summary>Takes what metrics tell of a server's pod.</summary>
    public void Take(string server, Pod pod, PodMetrics metrics)
    {
        var amounts = metrics.Containers.Select(container => container.Usage).FirstOrDefault(usage => usage.ContainsKey(PodMetrics.NetworkCounted));
        if (amounts is null)
        {
            silent[server] = pod.Metadata.Uid ?? "";
            return;
        }
        if (Amount(amounts, PodMetrics.ReceivedBytes) is { } received && Amount(amounts, PodMetrics.SentBytes) is { } sent) Count(server, pod.Metadata.Uid ?? "", received, sent, told: true);
        else counters[server] = new(pod.Metadata.Uid ?? "", 0, 0, clock.GetTimestamp(), null, Told: true);
    }

    /// <summary>Reads the counters of pods that no metrics tell of, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Pace, clock, cancellation);
            var running = caches.Pods.Items.Where(pod => ServerObjects.ComponentOf(pod) == ServerObjects.Server && pod.Status?.ContainerStatuses?.Any(status => status.State?.Running is not null) == true)
                .Select(pod => (Server: ServerObjects.InstanceOf(pod), Uid: pod.Metadata.Uid ?? "")).Where(pod => pod.Server is not null).ToList();
            foreach (var gone in counters.Keys.Except(running.Select(pod => pod.Server!)).ToList()) counters.TryRemove(gone, out _);
            foreach (var gone in silent.Keys.Except(running.Select(pod => pod.Server!)).ToList()) silent.TryRemove(gone, out _);
            var asked = running.Where(pod => (unmetered || silent.GetValueOrDefault(pod.Server!) == pod.Uid) && (!counters.TryGetValue(pod.Server!, out var known) || known.Uid != pod.Uid || !known.Told)).ToList();
            await Parallel.ForEachAsync(asked, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, (pod, stop) => ReadAsync(pod.Server!, pod.Uid, stop));
            await Task.Delay(PaceEach * asked.Count, clock, cancellation);   // many servers are asked less often
        }
    }

    async ValueTask ReadAsync(string server, string uid, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var output = await reach.RunAsync(server, Command, patience.Token);
            if (output.ExitCode == 0 && Sum(output.Text) is var (received, sent)) Count(server, uid, received, sent, told: false);
            else counters[server] = new(uid, 0, 0, clock.GetTimestamp(), null, Told: true);   // nothing in it that reads a file: it is not asked again
        }
        catch (Exception failure) when (failure is PanelException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            LogUnread(server, failure.Message);
        }
    }

    /// <summary>What all interfaces but the loopback one carried, by the kernel's table.</summary>
    internal static (long Received, long Sent)? Sum(string table)
    {
        var (received, sent, found) = (0L, 0L, false);
        foreach (var line in table.Split('\n'))
        {
            if (line.Split(':', 2) is not [var name, var rest] || name.Trim() == "lo") continue;
            var numbers = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (numbers.Length < 9 || !long.TryParse(numbers[0], CultureInfo.InvariantCulture, out var came) || !long.TryParse(numbers[8], CultureInfo.InvariantCulture, out var went)) continue;
            (received, sent, found) = (received + came, sent + went, true);
        }
        return found ? (received, sent) : null;
    }

    void Count(string server, string uid, long received, long sent, bool told)
    {
        var now = clock.GetTimestamp();
        counters.AddOrUpdate(server, _ => new(uid, received, sent, now, null, told), (_, old) =>
        {
            var seconds = clock.GetElapsedTime(old.At, now).TotalSeconds;
            if (old.Uid != uid || received < old.Received || sent < old.Sent) return new(uid, received, sent, now, null, told);
            return seconds < 1 ? old : new(uid, received, sent, now, ((long)((received - old.Received) / seconds), (long)((sent - old.Sent) / seconds)), told);
        });
    }

    static long? Amount(Dictionary<string, string> amounts, string key) => long.TryParse(amounts.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;

    [LoggerMessage(LogLevel.Debug, "The network counters of {Server} could not be read: {Message}")]
    partial void LogUnread(string server, string message);

    /// <param name="Uid">The pod.</param>
    /// <param name="Received">Bytes that came.</param>
    /// <param name="Sent">Bytes that went.</param>
    /// <param name="At">When it was looked at.</param>
    /// <param name="Rate">Bytes a second between the last two looks.</param>
    /// <param name="Told">Whether there is no need to ask the pod: metrics tell, or it cannot.</param>
    sealed record Counter(string Uid, long Received, long Sent, long At, (long Received, long Sent)? Rate, bool Told);
}
