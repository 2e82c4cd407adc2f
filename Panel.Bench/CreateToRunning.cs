using System.Diagnostics;

namespace Panel.Bench;

/// <summary>From the click on "Create server" to the badge "Running" in the browser.</summary>
static class CreateToRunning
{
    const int Runs = 8;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var panel = new BenchPanel();
        await panel.StartAsync(cancellation);
        var page = await panel.OpenAsync();
        var (samples, alone) = (new List<double>(), new List<double>());
        for (var i = 0; i < Runs; i++)
        {
            samples.Add((await panel.CreateAsync(page, $"Bench {i}")).TotalMilliseconds);
            await using var game = new LoneGame();
            var began = Stopwatch.StartNew();
            await game.StartAsync(cancellation);
            alone.Add(began.Elapsed.TotalMilliseconds);
        }
        return [new("*Create* to *Running*, demo server, in the browser", "≤ 3 s", $"p50 {samples.Percentile(0.5).Ms()}, worst {samples.Max().Ms()}", $"the game's program alone, to its ready line: p50 {alone.Percentile(0.5).Ms()}")];
    }
}
