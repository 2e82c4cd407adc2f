using Microsoft.Playwright;

namespace Panel.Bench;

/// <summary>Headless Chromium of the system; <c>PANEL_TEST_CHROMIUM</c> may name another.</summary>
sealed class Browser : IAsyncDisposable
{
    IPlaywright? playwright;
    IBrowser? browser;

    /// <summary>A new page.</summary>
    public async Task<IPage> OpenAsync()
    {
        playwright ??= await Playwright.CreateAsync();
        browser ??= await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("PANEL_TEST_CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        page.SetDefaultTimeout(60_000);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
