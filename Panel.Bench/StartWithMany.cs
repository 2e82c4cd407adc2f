using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Panel.Core.Servers;

namespace Panel.Bench;

/// <summary>The panel started again over 5,000 servers that rest.</summary>
static class StartWithMany
{
    const int Servers = 5_000;
    static readonly TimeSpan Making = TimeSpan.FromMinutes(30), Patience = TimeSpan.FromMinutes(2);
    static readonly string[] watched = ["statefulsets", "pods", "persistentvolumeclaims", "jobs"];

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        // Kestrel says on the console what the cluster is asked
        await using var panel = new BenchPanel().With("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Information")
            .With("Panel:Ports:First", "20000").With("Panel:Ports:Last", "31999");
        await panel.SeedAsync(async (services, actor) =>
        {
            for (var i = 0; i < Servers; i++) await services.GetRequiredService<CreateServer>().RunAsync(actor, new() { Name = $"Bench {i:0000}", Template = "demo", Plan = "tiny", Start = false }, cancellation);
        }, cancellation);
        var began = Stopwatch.GetTimestamp();
        await panel.StartAsync(cancellation);
        await ClusterProbe.UntilAsync(panel, "apis/apps/v1/statefulsets", Servers, _ => true, cancellation, Making);
        var making = Stopwatch.GetElapsedTime(began);
        await panel.Process.StopAsync();

        var lines = panel.Process.OutputCount;
        began = Stopwatch.GetTimestamp();
        await panel.StartAsync(cancellation);
        var page = Stopwatch.GetElapsedTime(began);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        while (!Complete(panel, lines)) await Task.Delay(20, limit.Token);
        var complete = Stopwatch.GetElapsedTime(began);
        return
        [
            new("Start with 5,000 servers in the cluster, to the first page", "≤ 3 s", page.TotalMilliseconds.Ms(), "an empty panel: the program alone, above"),
            new("Start with 5,000 servers in the cluster, to complete caches", "≤ 10 s", complete.TotalMilliseconds.Ms(), $"their objects made, by the panel's own first passes: {making.TotalSeconds:0} s"),
        ];
    }

    // a watch is opened when all pages of its list are read
    static bool Complete(BenchPanel panel, int from)
    {
        var asked = panel.Process.OutputFrom(from).Where(line => line.Contains("Request starting", StringComparison.Ordinal) && line.Contains("watch=1", StringComparison.Ordinal)).ToArray();
        return watched.All(kind => asked.Any(line => line.Contains($"/{kind}?", StringComparison.Ordinal)));
    }
}
