using System.Diagnostics;

namespace Panel.Bench;

/// <summary>From the command to the first page, on a tree that is built.</summary>
static class Startup
{
    const int Runs = 5;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        var project = Path.Combine(FindRoot(), "Panel.Web");
        var (run, program) = (new List<double>(), new List<double>());
        for (var i = 0; i < Runs; i++)
        {
            await using (var panel = new BenchPanel()) program.Add((await panel.StartAsync(cancellation)).TotalMilliseconds);
            await using (var panel = new BenchPanel()) run.Add((await panel.StartAsync(cancellation, "dotnet", "run", "--no-build", "--project", project, "--")).TotalMilliseconds);
        }
        var began = Stopwatch.StartNew();
        using (var bare = Process.Start(new ProcessStartInfo("dotnet", ["--version"]) { RedirectStandardOutput = true })!) await bare.WaitForExitAsync(cancellation);
        return
        [
            new("`dotnet run --no-build` to the first page, new data directory", "≤ 3 s", run.Percentile(0.5).Ms(),
                $"the program alone, `dotnet Panel.Web.dll`: {program.Percentile(0.5).Ms()}; `dotnet --version`: {began.Elapsed.TotalMilliseconds.Ms()}"),
        ];
    }

    static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Panel.sln"))) return folder;
        }
        throw new InvalidOperationException("Panel.sln is not above the program.");
    }
}
