using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Panel.Core.Servers;
using Panel.Tests.Support;

namespace Panel.Bench;

/// <summary>The list of 2,000 servers, from the address to the rows, and what the cluster is asked for it.</summary>
static class ServersPage
{
    const int Servers = 2_000, Runs = 10;

    // usage is measured every ten seconds, whoever looks
    const int Pulse = 2;
    static readonly TimeSpan Stretch = TimeSpan.FromSeconds(10);

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var panel = new BenchPanel().With("Panel:Ports:First", "20000").With("Panel:Ports:Last", "24999");
        await panel.SeedAsync(async (services, actor) =>
        {
            for (var i = 0; i < Servers; i++) await services.GetRequiredService<CreateServer>().RunAsync(actor, new() { Name = $"Bench {i:0000}", Template = "demo", Plan = "tiny", Start = false }, cancellation);
        }, cancellation);
        await panel.StartAsync(cancellation);
        await QuietAsync(panel, cancellation);      // the first passes make what belongs to 2,000 servers; that is not what is measured
        var (memory, heap) = (panel.MemoryMiB, (await PanelMetrics.ReadAsync(panel, cancellation)).HeapMiB);
        var page = await panel.OpenAsync();
        var samples = new List<double>();
        var (began, before) = (Stopwatch.GetTimestamp(), (await PanelMetrics.ReadAsync(panel, cancellation)).Requests);
        for (var i = 0; i < Runs; i++)
        {
            await page.GotoAsync(new Uri(panel.Process.Address, "access-denied").ToString());
            samples.Add(await OpenAsync(page, new(panel.Process.Address, "servers")));
        }
        var (lasted, asked) = (Stopwatch.GetElapsedTime(began), (await PanelMetrics.ReadAsync(panel, cancellation)).Requests - before);
        var floor = await FloorAsync(page, panel, cancellation);     // ends on another page: from here on nobody looks
        before = (await PanelMetrics.ReadAsync(panel, cancellation)).Requests;
        await Task.Delay(lasted, cancellation);
        var pulse = (await PanelMetrics.ReadAsync(panel, cancellation)).Requests - before;
        return
        [
            new("Servers page with 2,000 servers, to its rows in the browser", "≤ 500 ms", $"p50 {samples.Percentile(0.5).Ms()}, worst {samples.Max().Ms()} of {Runs}", $"one SQLite query written as a plain HTML list: p50 {floor.Ms()}"),
            new("Requests to the cluster's API while it was opened", "none but the panel's pulse (usage every 10 s)", $"{asked} in {lasted.TotalSeconds:0} s, for {Runs} times", $"as long with nobody looking: {pulse}"),
            new("Memory of the panel with 2,000 stopped servers", "–", Memory.Text(memory), $"of it managed heap: {Memory.Text(heap)}; before anybody looked"),
        ];
    }

    static async Task<double> OpenAsync(IPage page, Uri address)
    {
        var began = Stopwatch.StartNew();
        await page.GotoAsync(address.ToString(), new() { WaitUntil = WaitUntilState.Commit });
        await page.GetByText("Bench ").First.WaitForAsync();
        return began.Elapsed.TotalMilliseconds;
    }

    static async Task QuietAsync(BenchPanel panel, CancellationToken cancellation)
    {
        await ClusterProbe.UntilAsync(panel, "apis/apps/v1/statefulsets", Servers, _ => true, cancellation);
        for (var quiet = false; !quiet;)
        {
            var before = (await PanelMetrics.ReadAsync(panel, cancellation)).Requests;
            await Task.Delay(Stretch, cancellation);
            quiet = (await PanelMetrics.ReadAsync(panel, cancellation)).Requests - before <= Pulse;
        }
    }

    static async Task<double> FloorAsync(IPage page, BenchPanel panel, CancellationToken cancellation)
    {
        var database = Path.Combine(panel.Process.DataDirectory, "panel.db");
        await using var app = BareWeb.Serve($"http://127.0.0.1:{FreePort.Next()}", _ => "text/html", () => List(database));
        var samples = new List<double>();
        for (var i = 0; i < Runs; i++)
        {
            await page.GotoAsync("about:blank");
            samples.Add(await OpenAsync(page, new(app.Urls.First())));
        }
        await app.StopAsync(cancellation);
        return samples.Percentile(0.5);
    }

    static string List(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly");
        connection.Open();
        using var query = connection.CreateCommand();
        query.CommandText = """SELECT "Name" FROM "Servers" ORDER BY "Name" """;
        using var rows = query.ExecuteReader();
        var html = new StringBuilder("<!doctype html><title>Servers</title><ul>");
        while (rows.Read()) html.Append("<li>").Append(rows.GetString(0));
        return html.ToString();
    }
}
