using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;

namespace Panel.Bench;

/// <summary>A server that writes 50,000 lines a second: the page answers clicks, lost lines are counted, memory stays.</summary>
static class ConsoleFlood
{
    const int Seconds = 60, Clicks = 20;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var panel = new BenchPanel();
        await panel.StartAsync(cancellation);
        var page = await panel.OpenAsync();
        await BenchPanel.CreateAsync(page, panel.Address, "Flood");
        var before = panel.MemoryMiB;
        var input = page.GetByRole(AriaRole.Textbox, new() { Name = "Command" });
        await input.FillAsync($"flood 50000 {Seconds}");
        await input.PressAsync("Enter");
        await Task.Delay(TimeSpan.FromSeconds(10), cancellation);
        var early = panel.MemoryMiB;
        var clicks = new List<double>();
        for (var i = 0; i < Clicks; i++)
        {
            clicks.Add(await ClickAsync(page, "Settings", page.GetByText("Danger zone")));
            clicks.Add(await ClickAsync(page, "Console", input));
            await Task.Delay(500, cancellation);
        }
        var late = panel.MemoryMiB;
        var lost = await page.GetByText("skipped").CountAsync();
        return
        [
            new("A click (tab to tab) while the server writes 50,000 lines/s", "≤ 300 ms", $"p50 {clicks.Percentile(0.5).Ms()}, worst {clicks.Max().Ms()}", $"lost lines are counted on the page: {(lost > 0 ? "yes" : "no")}"),
            new("Memory of the panel in that flood", "does not grow", $"{Text(early)} after 10 s, {Text(late)} after 40 s", $"before the flood: {Text(before)}"),
        ];
    }

    static async Task<double> ClickAsync(IPage page, string tab, ILocator shown)
    {
        var began = Stopwatch.StartNew();
        await page.GetByRole(AriaRole.Link, new() { Name = tab }).First.ClickAsync();
        await shown.First.WaitForAsync();
        return began.Elapsed.TotalMilliseconds;
    }

    static string Text(double mebibytes) => mebibytes.ToString("0", CultureInfo.InvariantCulture) + " MiB";
}
