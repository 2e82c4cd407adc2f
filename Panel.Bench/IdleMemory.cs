using System.Globalization;
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
        });
        await panel.StartAsync(cancellation);
        await Task.Delay(TimeSpan.FromSeconds(60), cancellation);
        var idle = panel.MemoryMiB;

        await using var empty = new BenchPanel();
        await empty.StartAsync(cancellation);
        await Task.Delay(TimeSpan.FromSeconds(30), cancellation);
        return [new("Memory of the panel with ten running servers, a minute after its start", "≤ 250 MB", Text(idle), $"without a server: {Text(empty.MemoryMiB)}")];
    }

    static string Text(double mebibytes) => mebibytes.ToString("0", CultureInfo.InvariantCulture) + " MiB";
}
