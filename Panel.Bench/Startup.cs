using System.Diagnostics;
using Panel.Tests.Support;

namespace Panel.Bench;

/// <summary>From the command to the first page, on a tree that is built.</summary>
static class Startup
{
    const int Runs = 5;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        string[] run = ["dotnet", "run", "--project", Path.Combine(SourceTree.Root, "Panel.Web"), "-c", SourceTree.Configuration];
        var (checkedRun, plainRun, program, again, bare) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        await StartByAsync([.. run, "--"], cancellation);     // the build tool's own caches
        for (var i = 0; i < Runs; i++)
        {
            checkedRun.Add(await StartByAsync([.. run, "--"], cancellation));
            plainRun.Add(await StartByAsync([.. run, "--no-build", "--"], cancellation));
            await using (var panel = new PanelProcess())
            {
                program.Add(await StartAsync(panel, cancellation));
                await panel.StopAsync();
                again.Add(await StartAsync(panel, cancellation));
            }
            bare.Add(await BareAsync(cancellation));
        }
        var floor = $"a bare web app: {bare.Percentile(0.5).Ms()}";
        return
        [
            new("`dotnet run --no-build` to the first page, new data directory", "≤ 3 s", Text(plainRun), floor),
            new("`dotnet run`, which looks first whether anything is to be built", "≤ 3 s", Text(checkedRun), floor),
            new("The program alone to the first page", "–", $"new data directory {Text(program)}; one of before {Text(again)}", floor),
        ];
    }

    static string Text(List<double> samples) => $"p50 {samples.Percentile(0.5).Ms()}, worst {samples.Max().Ms()}";

    static async Task<double> StartByAsync(string[] command, CancellationToken cancellation)
    {
        await using var panel = new PanelProcess();
        try
        {
            return await StartAsync(panel, cancellation, command);
        }
        finally
        {
            await LeftProcesses.EndAsync(panel.DataDirectory);     // the panel itself: `dotnet run` is its parent, and hands no signal on
        }
    }

    static async Task<double> StartAsync(PanelProcess panel, CancellationToken cancellation, params string[] command)
    {
        var began = Stopwatch.StartNew();
        panel.Launch(command);
        await FirstPage.AwaitAsync(new(panel.Address, "sign-in"), cancellation);
        return began.Elapsed.TotalMilliseconds;
    }

    static async Task<double> BareAsync(CancellationToken cancellation)
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}/";
        var began = Stopwatch.StartNew();
        using var app = Process.Start(new ProcessStartInfo("dotnet", [typeof(Startup).Assembly.Location, BareWeb.Argument, address]) { RedirectStandardOutput = true })!;
        try
        {
            await FirstPage.AwaitAsync(new(address), cancellation);
            return began.Elapsed.TotalMilliseconds;
        }
        finally
        {
            app.Kill();
            await app.WaitForExitAsync(CancellationToken.None);
        }
    }
}
