using Microsoft.Extensions.DependencyInjection;
using Panel.Core.Servers;

namespace Panel.Bench;

/// <summary>Memory of the panel with ten running servers and nobody looking; the games are processes of their own.</summary>
static class IdleMemory
{
    const int Servers = 10;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var panel = new BenchPanel();
        await panel.SeedAsync(async (services, actor) =>
        {
            for (var i = 0; i < Servers; i++) await services.GetRequiredService<CreateServer>().RunAsync(actor, new() { Name = $"Bench {i}", Template = "demo", Plan = "tiny" }, cancellation);
        }, cancellation);
        await panel.StartAsync(cancellation);
        await ClusterProbe.UntilAsync(panel, "apis/apps/v1/statefulsets", Servers, set =>
            set.TryGetProperty("status", out var status) && status.TryGetProperty("readyReplicas", out var ready) && ready.GetInt32() == 1, cancellation);
        await Task.Delay(TimeSpan.FromSeconds(40), cancellation);
        var idle = panel.MemoryMiB;

        await using var empty = new BenchPanel();
        await empty.StartAsync(cancellation);
        await Task.Delay(TimeSpan.FromSeconds(15), cancellation);
        return [new("Memory of the panel with ten running servers, 40 s after the last was ready", "≤ 250 MB", Memory.Text(idle), $"without a server: {Memory.Text(empty.MemoryMiB)}")];
    }
}
