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
    public async Task Search_finds_also_what_the_page_dropped_and_shows_it()
    {
        Say([.. Enumerable.Range(0, 15_000).Select(i => i is 7 or 8_000 or 14_990 ? $"a \x1b[32mneed\x1b[0mle {i}" : $"hay {i}")]);
        await Expect(Output).ToContainTextAsync("hay 14999");
        Assert.DoesNotContain("needle 7", await Output.TextContentAsync(), StringComparison.Ordinal);
        await Output.FocusAsync();
        await Page.Keyboard.PressAsync("Control+f");
        await Page.Keyboard.TypeAsync("NEEDLE");
        var found = Page.Locator("[data-part=found]");
        await Expect(found).ToHaveTextAsync("3");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(found).ToHaveTextAsync("3 of 3");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(found).ToHaveTextAsync("2 of 3");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(found).ToHaveTextAsync("1 of 3");
        await Expect(Output.GetByText("needle 7")).ToBeInViewportAsync();
        await Expect(Output).ToContainTextAsync("hay 100");
        Say("a new needle");
        await Expect(found).ToHaveTextAsync("1 of 4");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Jump to latest" }).ClickAsync();
        await Expect(Output).ToContainTextAsync("a new needle");
        await Page.GetByLabel("Search the console").FocusAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(found).ToHaveTextAsync("");
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Filter_shows_matching_lines_of_the_whole_history_and_those_that_come()
    {
        Say([.. Enumerable.Range(0, 6_000).Select(i => i % 1000 == 7 ? $"needle {i}" : $"hay {i}")]);
        await Expect(Output).ToContainTextAsync("hay 5999");
        await Page.GetByLabel("Search the console").FillAsync("needle");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show only lines that match" }).ClickAsync();
        await Expect(Output.Locator(".line")).ToHaveCountAsync(6);
        Say("more hay", "a needle that comes");
        await Expect(Output.Locator(".line")).ToHaveCountAsync(7);
        await Expect(Output).Not.ToContainTextAsync("hay");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show only lines that match" }).ClickAsync();
        await Expect(Output).ToContainTextAsync("more hay");
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Scrolling_up_brings_older_lines_and_down_again_the_newest()
    {
        Say([.. Enumerable.Range(0, 8_000).Select(i => $"line {i}.")]);
        await Page.ReloadAsync();
        await Expect(Output).ToContainTextAsync("line 7999.");
        Assert.DoesNotContain("line 5000.", await Output.TextContentAsync(), StringComparison.Ordinal);
        await Output.HoverAsync();
        await Deadline.UntilAsync("an older line", async () =>
        {
            await Output.EvaluateAsync("e => { e.scrollTop = 0; }");
            await Page.Mouse.WheelAsync(0, -200);
            return (await Output.TextContentAsync())!.Contains("line 5000.", StringComparison.Ordinal);
        });
        var numbers = await Output.Locator(".line").EvaluateAllAsync<long[]>("lines => lines.map(line => line.line?.number ?? 0)");
        Assert.Equal(Enumerable.Range(0, numbers.Length).Select(i => numbers[0] + i), numbers);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Jump to latest" }).ClickAsync();
        Say("the newest");
        await Expect(Output.GetByText("the newest")).ToBeInViewportAsync();
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task A_link_to_a_line_opens_with_that_line_marked_although_it_is_old()
    {
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        panel.Console.Publish([.. Enumerable.Range(0, 5_000).Select(i => new SourceLine(at.AddSeconds(i), $"line {i}."))], ConsoleSource.Program);
        await Page.GotoAsync(panel.Page($"?line=9999999-{at.AddSeconds(77).ToUnixTimeMilliseconds()}").ToString());
        await Expect(Output.Locator(".marked")).ToHaveTextAsync("line 77.");
        await Expect(Output.Locator(".marked")).ToBeInViewportAsync();
        await Output.Locator(".marked").HoverAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Copy a link to this line" }).ClickAsync();
        await Expect(Output.Locator(".line-link")).ToContainTextAsync("Copied");
    }

    [Fact]
    public async Task A_link_to_the_newest_line_opens_with_all_of_it_to_be_seen()
    {
        var at = DateTimeOffset.UtcNow.AddMinutes(-5);
        panel.Console.Publish([.. Enumerable.Range(0, 300).Select(i => new SourceLine(at.AddMilliseconds(10 * i), $"line {i}."))], ConsoleSource.Program);
        await Page.GotoAsync(panel.Page($"?line=9999999-{at.AddMilliseconds(2990).ToUnixTimeMilliseconds()}").ToString());
        await Expect(Output.Locator(".marked")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^line 299\\."));
        await SeenAsync();
        await Page.SetViewportSizeAsync(1100, 620); // the lines wrap and the screen is lower
        Say("what comes then");
        await SeenAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Jump to latest" }).ClickAsync();
        await Expect(Output).ToContainTextAsync("what comes then");
        Assert.Equal("", await Output.EvaluateAsync<string>("e => e.firstElementChild.style.paddingBottom"));
    }

    Task SeenAsync() => Deadline.UntilAsync("the whole line on the screen", async () =>
    {
        var (line, screen) = (await Output.Locator(".marked").BoundingBoxAsync(), await Output.BoundingBoxAsync());
        return line is not null && screen is not null && line.Y >= screen.Y && line.Y + line.Height <= screen.Y + screen.Height;
    });

    [Fact]
    public async Task Filter_without_a_match_says_so_and_offers_the_way_back()
    {
        var search = Page.GetByLabel("Search the console");
        await search.FillAsync("no such words");
        await Expect(Page.Locator("[data-part=found]")).ToHaveTextAsync("No match");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show only lines that match" }).ClickAsync();
        await Expect(Page.GetByText("No line contains “no such words”")).ToBeVisibleAsync();
        Say("here are no such words but these");
        await Expect(Output).ToContainTextAsync("but these");
        await Expect(Page.GetByText("No line contains")).ToBeHiddenAsync();
        await search.FillAsync("nor these");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Clear the search" }).ClickAsync();
        await Expect(Output).ToContainTextAsync("the history");
        await Expect(Page.GetByText("No line contains")).ToBeHiddenAsync();
        await Expect(search).ToHaveValueAsync("");
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Addresses_are_links_where_they_are_what_they_seem()
    {
        Say("see https://example.org/a?b=c.", "no http://good.example@evil.example/ and javascript:alert(1) nor https://exаmple.org/", "split https://good.ex\x1b[31mample.org/ by colour", "(http://[::1]:8080/x)");
        await Expect(Output).ToContainTextAsync("by colour");
        var links = await Output.Locator("a").EvaluateAllAsync<string[]>("all => all.map(a => `${a.textContent}|${a.title}|${a.rel}|${a.target}`)");
        Assert.Equal(["https://example.org/a?b=c|https://example.org/a?b=c|noopener noreferrer|_blank", "http://[::1]:8080/x|http://[::1]:8080/x|noopener noreferrer|_blank"], links);
    }

    [Fact]
    public async Task Times_are_those_of_the_zone_that_the_account_chose()
    {
        await panel.Get<Panel.Core.Accounts.ChangePreferences>().RunAsync(panel.Admin with { Session = Guid.NewGuid() }, new() { TimeZone = "Asia/Kolkata", Culture = "" }, CancellationToken.None);
        panel.Console.Publish([new(new(2026, 1, 2, 23, 4, 5, TimeSpan.Zero), "with a time")], ConsoleSource.Program);
        await Page.ReloadAsync();
        await Expect(Output).ToContainTextAsync("with a time");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show times", Exact = true }).ClickAsync();
        await Expect(Output.Locator(".line", new() { HasText = "with a time" })).ToHaveAttributeAsync("data-at", "04:34:05");
    }

    [Fact]
    public async Task Times_size_and_full_screen_are_kept_or_left_again()
    {
        panel.Console.Publish([new(new(2026, 1, 2, 23, 4, 5, TimeSpan.Zero), "with a time")], ConsoleSource.Program);
        var line = Output.Locator(".line", new() { HasText = "with a time" });
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show times", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Show times in UTC" }).ClickAsync();
        await Expect(line).ToHaveAttributeAsync("data-at", "23:04:05");
        await Page.GetByLabel("More of the console").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Larger text" }).ClickAsync();
        await Page.ReloadAsync();
        await Expect(line).ToHaveAttributeAsync("data-at", "23:04:05");
        Assert.Equal("14px", await Output.EvaluateAsync<string>("e => getComputedStyle(e).fontSize"));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Full screen" }).ClickAsync();
        var box = await Page.Locator("section.console").BoundingBoxAsync();
        Assert.Equal((0, Page.ViewportSize!.Width), (box!.X, (int)box.Width));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Leave full screen" }).ClickAsync();
        Assert.NotEqual(0, (await Page.Locator("section.console").BoundingBoxAsync())!.X);
    }

    [Fact]
    public async Task All_lines_can_be_downloaded_and_the_view_cleared()
    {
        Say([.. Enumerable.Range(0, 12_000).Select(i => $"line \x1b[31m{i}\x1b[0m")]);
        await Expect(Output).ToContainTextAsync("line 11999");
        await Page.GetByLabel("More of the console").ClickAsync();
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Link, new() { Name = "Download with times" }).ClickAsync());
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.Equal(Enumerable.Range(0, 12_000).Select(i => $"line {i}"), lines.Select(line => line[25..]).Where(line => line.StartsWith("line", StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.Matches("""^\d{4}-\d\d-\d\dT[\d:.]+Z """, line));
        Assert.Matches("""^Files-[\d-]+\.txt$""", download.SuggestedFilename);
        await Page.GetByLabel("More of the console").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Clear the view" }).ClickAsync();
        await Expect(Output).Not.ToContainTextAsync("line 11999");
    }

    void Say(params string[] lines) => panel.Console.Publish([.. lines.Select(line => new SourceLine(DateTimeOffset.UtcNow, line))], ConsoleSource.Program);
}
