using System.Diagnostics;
using Microsoft.Playwright;

namespace Panel.Bench;

/// <summary>From the Enter key to the game's answer in the page.</summary>
static class CommandEcho
{
    const int Commands = 300;

    // the time is taken in the page, from the key to the first change of the document that shows the answer
    const string Ask = """
        ([text, input]) => new Promise(done => {
          const began = performance.now();
          const screen = document.querySelector('[data-part=screen]');
          const answered = (node) => node.textContent.includes(`[Server] ${text}`);
          const observer = new MutationObserver((changes) => {
            if (!changes.some((change) => [...change.addedNodes].some(answered))) return;
            observer.disconnect();
            done(performance.now() - began);
          });
          observer.observe(screen, { childList: true, subtree: true });
          input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true }));
          input.form?.requestSubmit();
        })
        """;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var panel = new BenchPanel();
        await panel.StartAsync(cancellation);
        var page = await panel.OpenAsync();
        await panel.CreateAsync(page, "Echo");
        var samples = new List<double>();
        var input = page.GetByRole(AriaRole.Textbox, new() { Name = "Command" });
        for (var i = 0; i < Commands; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            await input.FillAsync($"say number {i}.");
            var handle = await input.ElementHandleAsync();
            samples.Add(await page.EvaluateAsync<double>(Ask, new object[] { $"number {i}.", handle }));
        }
        var alone = await AloneAsync(cancellation);
        return
        [
            new("Command to the game's answer on the page", "p50 ≤ 50 ms, p99 ≤ 250 ms", $"p50 {samples.Percentile(0.5).Ms()}, p99 {samples.Percentile(0.99).Ms()}, worst {samples.Max().Ms()} of {Commands}",
                $"the game on two pipes: p50 {alone.Percentile(0.5).Ms()}, p99 {alone.Percentile(0.99).Ms()}"),
        ];
    }

    static async Task<List<double>> AloneAsync(CancellationToken cancellation)
    {
        await using var game = new LoneGame();
        await game.StartAsync(cancellation);
        var samples = new List<double>();
        for (var i = 0; i < Commands; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await game.TypeAsync($"say number {i}.", cancellation);
            await game.UntilAsync($"[Server] number {i}.", cancellation);
            samples.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        return samples;
    }
}
