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
        var samples = new List<double>();
        for (var i = 0; i < Runs; i++) samples.Add((await BenchPanel.CreateAsync(page, panel.Address, $"Bench {i}")).TotalMilliseconds);
        return [new("Create to Running, demo server, in the browser", "≤ 3 s", $"p50 {samples.Percentile(0.5).Ms()}, worst {samples.Max().Ms()}", $"the game's program alone, to its ready line: {(await GameAloneAsync(cancellation)).Ms()}")];
    }

    static async Task<double> GameAloneAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("panel-bench-");
        var began = Stopwatch.StartNew();
        using var game = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Panel.Games.dll"), "demo"])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["SERVER_PORT"] = "0" },
        })!;
        string? line;
        do line = await game.StandardOutput.ReadLineAsync(cancellation); while (line?.Contains("Done (", StringComparison.Ordinal) is false);
        var elapsed = began.Elapsed.TotalMilliseconds;
        game.Kill();
        await game.WaitForExitAsync(cancellation);
        folder.Delete(recursive: true);
        return elapsed;
    }
}
