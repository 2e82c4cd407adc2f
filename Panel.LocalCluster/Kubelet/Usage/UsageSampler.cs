using System.Collections.Concurrent;
using Panel.Kube.Wire;
using Panel.LocalCluster.Kubelet.Pods;
using Panel.LocalCluster.Kubelet.Processes;

namespace Panel.LocalCluster.Kubelet.Usage;

/// <summary>What one container run used lately.</summary>
/// <param name="CpuNanos">Billionths of a core, over the window.</param>
/// <param name="MemoryBytes">Resident memory of all its processes.</param>
/// <param name="Window">The time between two looks.</param>
/// <param name="At">The later look.</param>
sealed record ContainerUsage(long CpuNanos, long MemoryBytes, TimeSpan Window, DateTimeOffset At);

/// <summary>Measures the process trees of all containers, and ends those above their memory limit.</summary>
sealed class UsageSampler(KubeletContext context, PodSupervisor pods)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5), PauseShort = TimeSpan.FromSeconds(1), Shortest = TimeSpan.FromSeconds(0.8);
    const double NearLimit = 0.8;

    readonly ConcurrentDictionary<string, ContainerUsage> latest = [];
    readonly TcpTraffic traffic = new();
    Dictionary<string, (Dictionary<(int, long), long> Ticks, long Used, DateTimeOffset At)> before = [];

    public ContainerUsage? Find(ContainerUnit unit) => unit.Running ? latest.GetValueOrDefault(unit.ContainerId) : null;

    /// <summary>What went over the container's TCP ports since its start, in bytes; null where nothing counts it: a container without such ports.</summary>
    public (long Received, long Sent)? Traffic(ContainerUnit unit) => traffic.Told && TcpPorts(unit).ToList() is { Count: > 0 } ports ? traffic.Of(ports) : null;

    static IEnumerable<int> TcpPorts(ContainerUnit unit) => unit.Spec.Ports?.Where(port => port.Protocol is null or "TCP").Select(port => port.Number) ?? [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var near = Sample();
            await context.ContainerStarted.WaitAsync(near ? PauseShort : Pause, context.Clock, cancellation);
        }
    }

    /// <returns>Whether a container should be looked at again soon: it is near to its limit, or new and without a rate.</returns>
    bool Sample()
    {
        var units = pods.Workers.SelectMany(worker => worker.Init.Concat(worker.App)).Where(unit => unit.Running).ToList();
        var near = false;
        var now = new Dictionary<string, (Dictionary<(int, long), long> Ticks, long Used, DateTimeOffset At)>();
        var table = units.Count > 0 ? ProcessTable.Read() : null;
        foreach (var unit in units)
        {
            if (unit.Process is not { } process) continue;
            var tree = table!.FindTree(process.Identity).Values;
            var memory = tree.Where(row => row.Pid != process.Identity.Pid).Sum(row => row.RssBytes);
            near |= Judge(unit, memory) || !before.ContainsKey(unit.ContainerId);
            Note(unit.ContainerId, tree, memory, now);
        }
        before = now;
        traffic.Look(units.SelectMany(TcpPorts).ToHashSet());
        foreach (var gone in latest.Keys.Where(id => !now.ContainsKey(id))) latest.TryRemove(gone, out _);
        return near;
    }

    void Note(string id, ICollection<ProcessRow> tree, long memory, Dictionary<string, (Dictionary<(int, long), long> Ticks, long Used, DateTimeOffset At)> now)
    {
        var at = context.Now;
        if (before.TryGetValue(id, out var recent) && at - recent.At < Shortest)
        {
            now[id] = recent;   // woken by another's start: a rate over less time would be noise
            return;
        }
        // a process that has ended takes its time with it: what counts is what each has used since the last look
        var ticks = tree.ToDictionary(row => (row.Pid, row.Started), row => row.CpuTicks);
        var known = before.TryGetValue(id, out var old);
        var used = known ? ticks.Sum(pair => Math.Max(0, pair.Value - old.Ticks.GetValueOrDefault(pair.Key))) : 0;
        now[id] = (ticks, used, at);
        var window = known ? at - old.At : TimeSpan.Zero;
        var cpu = window > TimeSpan.Zero ? (long)(used * (1_000_000_000.0 / ProcFs.TicksPerSecond) / window.TotalSeconds) : 0;
        latest[id] = new(cpu, memory, window, at);
    }

    bool Judge(ContainerUnit unit, long memory)
    {
        if (!Quantity.TryParse(unit.Spec.Resources?.Limits?.GetValueOrDefault("memory"), out var limit) || limit <= 0) return false;
        if (memory > limit) context.Begin(unit.KillOutOfMemoryAsync, "Ending a container above its memory limit");
        return memory > (double)limit * NearLimit;
    }
}
