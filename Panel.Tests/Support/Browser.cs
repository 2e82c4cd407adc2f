using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Panel.Tests.Support.Browser))]

namespace Panel.Tests.Support;

/// <summary>One Chromium for the whole run, started with the first test that asks for a page. Each visit has a context of its own.</summary>
public sealed class Browser : IAsyncDisposable
{
    static readonly string? Executable = new[]
    {
        Environment.GetEnvironmentVariable("PANEL_TEST_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
    }.FirstOrDefault(File.Exists);

    // a wait ends with its condition; how long a busy machine takes for it says nothing of the panel
    const int Patience = 20_000;

    readonly SemaphoreSlim gate = new(1);
    IPlaywright? playwright;
    IBrowser? browser;

    /// <summary>Opens a page as a person of their own would; skips the test where there is no Chromium.</summary>
    /// <param name="url">Where to go first.</param>
    /// <param name="dark">Whether the person prefers dark.</param>
    /// <param name="phone">Whether the window is a phone's.</param>
    /// <param name="delay">How long each message takes; as long as <see cref="SlowLine.OfThisRun"/> where nothing is said.</param>
    public async Task<Visit> OpenAsync(Uri url, bool dark = false, bool phone = false, TimeSpan? delay = null)
    {
        var context = await (await LaunchAsync()).NewContextAsync(new()
        {
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = phone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 800 },
            HasTouch = phone,
            ReducedMotion = ReducedMotion.Reduce,
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(Patience);
        await context.AddInitScriptAsync(Visit.TellOfFailure);
        if ((delay ?? SlowLine.OfThisRun) is var line && line > TimeSpan.Zero) await SlowLine.DelayAsync(context, line);
        var page = await context.NewPageAsync();
        var visit = new Visit(context, page);
        await page.GotoAsync(url.ToString());
        return visit;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        gate.Dispose();
    }

    async Task<IBrowser> LaunchAsync()
    {
        Assert.SkipWhen(Executable is null, "No Chromium here; PANEL_TEST_CHROMIUM may name one.");
        await gate.WaitAsync();
        try
        {
            Assertions.SetDefaultExpectTimeout(Patience);
            playwright ??= await Playwright.CreateAsync();
            return browser ??= await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = Executable,
                Args =
                [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                ],
            });
        }
        finally
        {
            gate.Release();
        }
    }
}

/// <summary>A page in a context of its own: own cookies, own storage.</summary>
public sealed class Visit : IAsyncDisposable
{
    // Blazor's script shows this element when a circuit has failed; no script error tells of it
    internal const string TellOfFailure = """
        new MutationObserver(() => {
          const notice = document.getElementById('blazor-error-ui');
          if (notice && getComputedStyle(notice).display !== 'none') reportError(new Error('The circuit failed on ' + location.href));
        }).observe(document, { subtree: true, childList: true, attributeFilter: ['style'] });
        """;

    readonly IBrowserContext context;
    readonly List<string> scriptErrors = [];

    internal Visit(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
        page.PageError += (_, error) =>
        {
            lock (scriptErrors) scriptErrors.Add(error);
        };
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Errors that scripts of the page did not catch, and circuits that failed.</summary>
    public IReadOnlyList<string> ScriptErrors
    {
        get { lock (scriptErrors) return [.. scriptErrors]; }
    }

    /// <summary>Keeps a picture as <c>artifacts/screenshots/{name}.png</c>.</summary>
    public async Task ScreenshotAsync(string name, bool fullPage = false) => await Page.ScreenshotAsync(new()
    {
        Path = Path.Combine(SourceTree.Artifacts, "screenshots", $"{name}.png"),
        FullPage = fullPage,
        Animations = ScreenshotAnimations.Disabled,
    });

    public async ValueTask DisposeAsync() => await context.CloseAsync();
}
