using Panel.Kube.Wire;
using Panel.LocalCluster.Kubelet.Pods;

namespace Panel.LocalCluster.Kubelet.Probes;

/// <summary>Watches one run of a container: is it started, is it ready, does it still live.</summary>
/// <param name="context">The kubelet.</param>
/// <param name="pod">The pod as it is now.</param>
/// <param name="unit">The container.</param>
/// <param name="known">What an earlier kubelet had found of this run; null for a new run.</param>
/// <param name="changed">Called when an answer changes.</param>
sealed class ContainerProbes(KubeletContext context, Func<Pod> pod, ContainerUnit unit, ContainerStatus? known, Action changed) : IAsyncDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly List<Task> loops = [];
    volatile bool started = known?.Started == true || unit.Spec.StartupProbe is null;
    volatile bool ready = known?.Ready == true;
    volatile string? unhealthy;
    int taken;

    /// <summary>It has passed its startup probe or has none.</summary>
    public bool Started => started;

    public bool Ready => started && (unit.Spec.ReadinessProbe is null || ready);

    /// <summary>Why the run must end: its startup or liveness probe failed too often.</summary>
    public string? Unhealthy => unhealthy;

    /// <summary>The same, once: whoever gets it ends the run.</summary>
    public string? TakeUnhealthy() => unhealthy is { } probe && Interlocked.Exchange(ref taken, 1) == 0 ? probe : null;

    public void Start()
    {
        if (unit.Spec.StartupProbe is { } startup && !started) loops.Add(LoopAsync("Startup", startup, () => !started, ok => (started, unhealthy) = (ok, ok ? unhealthy : "startup")));
        if (unit.Spec.ReadinessProbe is { } readiness) loops.Add(LoopAsync("Readiness", readiness, () => started, ok => ready = ok));
        if (unit.Spec.LivenessProbe is { } liveness) loops.Add(LoopAsync("Liveness", liveness, () => started, ok => unhealthy = ok ? null : "liveness"));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(loops);
        stop.Dispose();
    }

    async Task LoopAsync(string name, Probe probe, Func<bool> due, Action<bool> tell)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(probe.InitialDelaySeconds ?? 0), context.Clock, stop.Token);
            int good = 0, bad = 0;
            while (unhealthy is null)
            {
                if (due())
                {
                    var problem = await ProbeAction.RunAsync(probe.Exec, probe.TcpSocket, probe.HttpGet, unit, TimeSpan.FromSeconds(Math.Max(1, probe.TimeoutSeconds ?? 1)), context.Clock, stop.Token);
                    (good, bad) = problem is null ? (good + 1, 0) : (0, bad + 1);
                    if (problem is not null) context.Events.Warning(pod(), "Unhealthy", $"{name} probe failed: {problem}");
                    if (good == Math.Max(1, probe.SuccessThreshold ?? 1)) Tell(true);
                    else if (bad == Math.Max(1, probe.FailureThreshold ?? 3)) Tell(false);
                    if (name == "Startup" && started) return;
                }
                await Task.Delay(Period(probe), context.Clock, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }

        void Tell(bool ok)
        {
            tell(ok);
            changed();
        }
    }

    // until the startup probe has passed the others only wait for it, and shall then not wait for long
    TimeSpan Period(Probe probe) => started || probe == unit.Spec.StartupProbe ? TimeSpan.FromSeconds(Math.Max(1, probe.PeriodSeconds ?? 10)) : TimeSpan.FromMilliseconds(250);
}
