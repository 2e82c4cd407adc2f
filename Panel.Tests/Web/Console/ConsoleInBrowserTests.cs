using Microsoft.Playwright;
using Panel.Contracts.Console;
using Panel.Core.Console;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web.Console;

/// <summary>What the browser makes of a console's lines.</summary>
[Trait("Lane", "browser")]
public sealed class ConsoleInBrowserTests(Browser browser) : IAsyncLifetime
{
    PanelWithServer panel = default!;
    Visit visit = default!;

    IPage Page => visit.Page;

    ILocator Output => Page.GetByRole(AriaRole.Log, new() { Name = "Console output" });

    public async ValueTask InitializeAsync()
    {
        panel = await PanelWithServer.StartAsync();
        Say("the history");
        visit = await panel.OpenAsync(browser);
        await Expect(Output).ToContainTextAsync("the history", new() { Timeout = 30_000 });
    }

    public async ValueTask DisposeAsync()
    {
        await visit.DisposeAsync();
        await panel.DisposeAsync();
    }

    [Fact]
    public async Task No_line_becomes_markup()
    {
        Say("<img src=x onerror=\"document.title='owned'\"> <b>bold</b> \x1b]0;title\a\x1b[31mred\x1b[0m\u202eevil");
        await Expect(Output).ToContainTextAsync("<b>bold</b>");
        Assert.Equal(0, await Output.Locator("img, b, script, a").CountAsync());
        Assert.Equal("red", await Output.Locator(".c1").Last.TextContentAsync());
        Assert.DoesNotContain("owned", await Page.TitleAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", await Output.TextContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrolling_up_stands_still_and_the_end_follows_again()
    {
        Say([.. Enumerable.Range(0, 500).Select(i => $"old {i}")]);
        await Expect(Output).ToContainTextAsync("old 499");
        await Output.HoverAsync();
        await Page.Mouse.WheelAsync(0, -1500);
        var jump = Page.GetByRole(AriaRole.Button, new() { Name = "Jump to latest" });
        await Expect(jump).ToBeVisibleAsync();
        var top = await Output.EvaluateAsync<double>("e => e.scrollTop");
        Say([.. Enumerable.Range(0, 42).Select(i => $"new {i}")]);
        await Expect(jump).ToContainTextAsync("42 new");
        Assert.Equal(top, await Output.EvaluateAsync<double>("e => e.scrollTop"));
        await Expect(Output).Not.ToContainTextAsync("new 41");
        await jump.ClickAsync();
        await Expect(Output).ToContainTextAsync("new 41");
        await Expect(jump).ToBeHiddenAsync();
        await Deadline.UntilAsync("the end", async () => await Output.EvaluateAsync<double>("e => e.scrollHeight - e.scrollTop - e.clientHeight") < 2);
    }

    [Fact]
    public async Task A_flood_is_counted_and_the_page_answers()
    {
        using var ended = Deadline.Source(TimeSpan.FromSeconds(6));
        var flood = Task.Run(async () =>
        {
            // 50,000 lines a second
            for (var sent = 0; !ended.IsCancellationRequested; sent += 500)
            {
                Say([.. Enumerable.Range(sent, 500).Select(i => $"flood {i} with a text of the usual length, more or less")]);
                await Task.Delay(10, CancellationToken.None);
            }
        });
        await Expect(Output).ToContainTextAsync("lines skipped");
        for (var i = 0; i < 4; i++)
        {
            await Page.GetByRole(AriaRole.Button, new() { Name = i % 2 == 0 ? "Pause" : "Follow" }).ClickAsync(new() { Timeout = 5_000 });
        }
        await flood;
        Say("after the flood");
        await Expect(Output).ToContainTextAsync("after the flood", new() { Timeout = 10_000 });
        Assert.InRange(await Output.Locator(".line").CountAsync(), 1, 10_000);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Search_finds_what_is_held()
    {
        Say([.. Enumerable.Range(0, 300).Select(i => i % 100 == 7 ? $"a \x1b[32mneed\x1b[0mle {i}" : $"hay {i}")]);
        await Expect(Output).ToContainTextAsync("hay 299");
        await Output.FocusAsync();
        await Page.Keyboard.PressAsync("Control+f");
        await Page.Keyboard.TypeAsync("NEEDLE");
        var found = Page.Locator("[data-part=found]");
        await Expect(found).ToHaveTextAsync("3");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(found).ToHaveTextAsync("3 of 3");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(found).ToHaveTextAsync("2 of 3");
        await Expect(Output.GetByText("needle 107")).ToBeInViewportAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(found).ToHaveTextAsync("");
    }

    [Fact]
    public async Task What_is_held_can_be_downloaded_and_cleared()
    {
        Say("\x1b[31mred\x1b[0m line");
        await Expect(Output).ToContainTextAsync("red line");
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = "Download what is shown" }).ClickAsync());
        var text = await File.ReadAllTextAsync(await download.PathAsync());
        Assert.Matches("""\d{4}-\d\d-\d\dT[\d:.]+Z red line\n$""", text);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Clear the view" }).ClickAsync();
        await Expect(Output).Not.ToContainTextAsync("red line");
    }

    void Say(params string[] lines) => panel.Console.Publish([.. lines.Select(line => new SourceLine(DateTimeOffset.UtcNow, line))], ConsoleSource.Program);
}
