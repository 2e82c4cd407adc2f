using Microsoft.Playwright;

namespace Panel.Bench;

/// <summary>From the Enter key to the game's answer in the page.</summary>
static class CommandEcho
{
    const int Commands = 200;

    // the time is taken in the page, from the key to the first change of the document that shows the answer
    const string Ask = """
        ([text, input]) => new Promise(done => {
          const began = performance.now();
          const seen = () => document.querySelector('main').innerText.includes(`[Server] ${text}`);
          const observer = new MutationObserver(() => { if (seen()) { observer.disconnect(); done(performance.now() - began); } });
          observer.observe(document.querySelector('main'), { childList: true, subtree: true, characterData: true });
          input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true }));
          input.form?.requestSubmit();
        })
        """;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var panel = new BenchPanel();
        await panel.StartAsync(cancellation);
        var page = await panel.OpenAsync();
        await BenchPanel.CreateAsync(page, panel.Address, "Echo");
        var samples = new List<double>();
        var input = page.GetByRole(AriaRole.Textbox, new() { Name = "Command" });
        for (var i = 0; i < Commands; i++)
        {
            await input.FillAsync($"say number {i}.");
            var handle = await input.ElementHandleAsync();
            samples.Add(await page.EvaluateAsync<double>(Ask, new object[] { $"number {i}.", handle }));
        }
        return [new("Command to the game's answer on the page", "p50 ≤ 50 ms, p99 ≤ 250 ms", $"p50 {samples.Percentile(0.5).Ms()}, p99 {samples.Percentile(0.99).Ms()}", $"best {samples.Min().Ms()} of {Commands}")];
    }
}
