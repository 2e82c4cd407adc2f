using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace Panel.Bench;

/// <summary>
/// A server that writes 50,000 lines a second: from its process through the kubelet's log, the API, the panel and its feed into the page. The page
/// answers clicks, lost lines are counted, memory stays.
/// </summary>
static class ConsoleFlood
{
    const int Rate = 50_000, Seconds = 90, Clicks = 20, AloneSeconds = 3;

    // of what stands on the screen, from its first line of the flood to its last: the numbers of both, the lines between, and those told to be skipped
    const string Count = """
        () => {
          let first = 0, last = 0, shown = 0, skipped = 0, since = 0;
          for (const line of document.querySelectorAll('[data-part=screen] .line')) {
            const number = Number(/flood (\d+) of /.exec(line.textContent)?.[1]);
            if (number) { first ||= number; last = number; shown++; skipped += since; since = 0; }
            else if (line.classList.contains('skipped') && first) since += Number(/[\d,]+/.exec(line.textContent)[0].replaceAll(',', ''));
          }
          return { first, last, shown, skipped };
        }
        """;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var panel = new BenchPanel();
        await panel.StartAsync(cancellation);
        var page = await panel.OpenAsync();
        await panel.CreateAsync(page, "Flood");
        var before = panel.MemoryMiB;
        var input = page.GetByRole(AriaRole.Textbox, new() { Name = "Command" });
        var calm = await ClickAsync(page, input, Clicks / 4, () => { }, cancellation);
        await input.FillAsync($"flood {Rate} {Seconds}");
        var began = Stopwatch.StartNew();
        await input.PressAsync("Enter");
        await Task.Delay(TimeSpan.FromSeconds(10), cancellation);
        var early = panel.MemoryMiB;
        var (came, counted) = await CountAsync(page);
        var rate = came / began.Elapsed.TotalSeconds;
        var most = early;
        var clicks = await ClickAsync(page, input, Clicks, () => most = Math.Max(most, panel.MemoryMiB), cancellation);
        var late = panel.MemoryMiB;
        var after = began.Elapsed.TotalSeconds;
        var alone = await AloneAsync(cancellation);
        return
        [
            new("A click (tab to tab) while the server writes 50,000 lines/s", "≤ 300 ms", $"p50 {clicks.Percentile(0.5).Ms()}, worst {clicks.Max().Ms()} of {clicks.Count}", $"before the flood: p50 {calm.Percentile(0.5).Ms()}, worst {calm.Max().Ms()}"),
            new("Lines of that flood, shown or counted as skipped on the page", "all", $"{counted}; {rate:N0} lines/s from end to end", $"the game alone into a pipe: {alone:N0} lines/s"),
            new("Memory of the panel in that flood", "does not grow", $"{Memory.Text(early)} after 10 s, {Memory.Text(late)} after {after:0} s, {Memory.Text(most)} at most", $"before the flood: {Memory.Text(before)}"),
        ];
    }

    static async Task<(long Came, string Counted)> CountAsync(IPage page)
    {
        var seen = await page.EvaluateAsync<JsonElement>(Count);
        long Number(string name) => seen.GetProperty(name).GetInt64();
        var (written, told) = (Number("last") - Number("first") + 1, Number("shown") + Number("skipped"));
        return (Number("last"), written == told ? $"all of {written:N0}: {Number("shown"):N0} shown, {Number("skipped"):N0} skipped" : $"{told:N0} of {written:N0}: **not met**");
    }

    static async Task<List<double>> ClickAsync(IPage page, ILocator input, int times, Action each, CancellationToken cancellation)
    {
        var clicks = new List<double>();
        for (var i = 0; i < times; i++)
        {
            clicks.Add(await ClickAsync(page, "Settings", page.GetByText("Danger zone")));
            clicks.Add(await ClickAsync(page, "Console", input));
            await Task.Delay(500, cancellation);
            each();
        }
        return clicks;
    }

    /// <summary>Goes to a tab of a server's page.</summary>
    /// <returns>The time until it shows, in milliseconds.</returns>
    public static async Task<double> ClickAsync(IPage page, string tab, ILocator shown)
    {
        var began = Stopwatch.StartNew();
        await page.GetByRole(AriaRole.Link, new() { Name = tab }).First.ClickAsync();
        await shown.First.WaitForAsync();
        return began.Elapsed.TotalMilliseconds;
    }

    static async Task<double> AloneAsync(CancellationToken cancellation)
    {
        await using var game = new LoneGame();
        await game.StartAsync(cancellation);
        var began = Stopwatch.StartNew();
        await game.TypeAsync($"flood {Rate} {AloneSeconds}", cancellation);
        return await game.UntilAsync("flood: ", cancellation) / began.Elapsed.TotalSeconds;
    }
}
