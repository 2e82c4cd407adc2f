using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Panel.Core.Servers;

namespace Panel.Bench;

/// <summary>The panel started again over 5,000 servers that rest.</summary>
static class StartWithMany
{
    const int Servers = 5_000;

    // one is opened when all pages of its list are read: sets, pods, claims, jobs, events
    const int Watches = 5;

    static readonly TimeSpan Making = TimeSpan.FromMinutes(30), Patience = TimeSpan.FromMinutes(2), Settled = TimeSpan.FromSeconds(30);

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var panel = new BenchPanel().With("Panel:Ports:First", "20000").With("Panel:Ports:Last", "31999");
        await panel.SeedAsync(async (services, actor) =>
        {
            for (var i = 0; i < Servers; i++) await services.GetRequiredService<CreateServer>().RunAsync(actor, new() { Name = $"Bench {i:0000}", Template = "demo", Plan = "tiny", Start = false }, cancellation);
        }, cancellation);
        var began = Stopwatch.GetTimestamp();
        await panel.StartAsync(cancellation);
        await ClusterProbe.UntilAsync(panel, "apis/apps/v1/statefulsets", Servers, _ => true, cancellation, Making);
        var making = Stopwatch.GetElapsedTime(began);
        var before = panel.MemoryMiB;
        await panel.Process.StopAsync();

        began = Stopwatch.GetTimestamp();
        await panel.StartAsync(cancellation);
        var page = Stopwatch.GetElapsedTime(began);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        while ((await PanelMetrics.ReadAsync(panel, limit.Token)).Watches < Watches) await Task.Delay(20, limit.Token);
        var complete = Stopwatch.GetElapsedTime(began);
        await Task.Delay(Settled, cancellation);
        var heap = (await PanelMetrics.ReadAsync(panel, cancellation)).HeapMiB;
        return
        [
            new("Start with 5,000 servers in the cluster, to the first page", "≤ 3 s", page.TotalMilliseconds.Ms(), "an empty panel: the program alone, above"),
            new("Start with 5,000 servers in the cluster, to complete caches", "≤ 10 s", complete.TotalMilliseconds.Ms(), $"their objects made, by the panel's own first passes: {making.TotalSeconds:0} s"),
            new("Memory of the panel with 5,000 stopped servers, 30 s after it was started again", "–", Memory.Text(panel.MemoryMiB), $"of it managed heap: {Memory.Text(heap)}; when it had just made their objects: {Memory.Text(before)}"),
        ];
    }
}
