using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Panel.Contracts.Servers;
using Panel.Core.Console;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Faults;

/// <summary>An open console while the panel is killed, and while a program prints faster than anybody reads.</summary>
[Trait("Lane", "browser")]
public sealed partial class ConsoleFaultTests(Browser browser)
{
    const int Flood = 200_000;

    // counts what the page is given, as it throws old lines away
    const string Count = """
        () => {
          const seen = window.seen = { shown: 0, skipped: 0, marks: 0 };
          new MutationObserver((changes) => {
            for (const node of changes.flatMap((change) => [...change.addedNodes])) {
              for (const line of node.classList?.contains('line') ? [node] : node.querySelectorAll?.('.line') ?? []) {
                if (line.counted) continue;
                line.counted = true;
                if (!line.classList.contains('skipped')) seen.shown++;
                else { seen.marks++; seen.skipped += Number(line.textContent.replace(/[^0-9]/g, '')); }
              }
            }
          }).observe(document.querySelector('[data-part=screen]'), { subtree: true, childList: true });
        }
        """;

    static readonly LocatorAssertionsToContainTextOptions Printed = new() { Timeout = 60_000 };

    [Fact]
    public async Task Console_comes_back_after_the_panel_was_killed_with_every_line_once()
    {
        var ports = FreePort.Next();
        await using var panel = new PanelProcess().With("Panel:Admin:Email", PanelApp.AdminEmail).With("Panel:Admin:Password", PanelApp.AdminPassword);
        FaultyTemplates.Add(panel.DataDirectory, "ticking", "(while :; do n=$((n+1)); echo tick $n; sleep 0.2; done) & while read line; do echo you said $line; done");
        ServerId id;
        await using (var services = await OutsideView.PrepareAsync(panel.DataDirectory, ports))
        {
            id = await services.GetRequiredService<CreateServer>().RunAsync(await OutsideView.AdministratorAsync(services), new() { Name = "Ticking", Template = "ticking", Plan = "tiny" }, CancellationToken.None);
        }
        await panel.StartAsync();
        await using var visit = await browser.OpenAsync(new(panel.Address, $"servers/{id}"));
        await FaultyPanel.SignInAsync(visit.Page);
        var console = visit.Page.GetByRole(AriaRole.Log, new() { Name = "Console output" });
        await Expect(console).ToContainTextAsync("tick 3", Printed);
        await SayAsync(visit.Page, "before");
        await Expect(console).ToContainTextAsync("you said before", Printed);

        await panel.KillAsync();
        await Expect(visit.Page.GetByText("Connection lost")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        var last = Ticks(await console.InnerTextAsync())[^1];
        await panel.StartAsync();
        await Expect(console).ToContainTextAsync($"tick {last + 15}", Printed);
        await Expect(visit.Page.GetByText("Connection lost")).ToBeHiddenAsync();
        await SayAsync(visit.Page, "after");
        await Expect(console).ToContainTextAsync("you said after", Printed);

        var text = await console.InnerTextAsync();
        var ticks = Ticks(text);
        Assert.Equal(Enumerable.Range(1, ticks[^1]), ticks);
        Assert.Single(Regex.Matches(text, "you said before"));
        Assert.Single(Regex.Matches(text, "you said after"));
        Assert.Empty(visit.ScriptErrors);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task History_with_its_runs_and_commands_is_as_before_after_the_panel_was_ended(bool killed)
    {
        var ports = FreePort.Next();
        await using var panel = new PanelProcess().With("Panel:Admin:Email", PanelApp.AdminEmail).With("Panel:Admin:Password", PanelApp.AdminPassword);
        FaultyTemplates.Add(panel.DataDirectory, "crashing", "echo hello; while read line; do echo you said $line; if [ $line = crash ]; then exit 3; fi; done");
        await using var services = await OutsideView.PrepareAsync(panel.DataDirectory, ports);
        var id = await services.GetRequiredService<CreateServer>().RunAsync(await OutsideView.AdministratorAsync(services), new() { Name = "Crashing", Template = "crashing", Plan = "tiny" }, CancellationToken.None);
        await panel.StartAsync();
        await using var visit = await browser.OpenAsync(new(panel.Address, $"servers/{id}"));
        await FaultyPanel.SignInAsync(visit.Page);
        var console = visit.Page.GetByRole(AriaRole.Log, new() { Name = "Console output" });
        await Expect(console).ToContainTextAsync("hello", Printed);
        await SayAsync(visit.Page, "one");
        await Expect(console).ToContainTextAsync("you said one", Printed);
        await SayAsync(visit.Page, "crash");
        await Expect(console).ToContainTextAsync("The server stopped: code 3.", Printed);
        await Expect(console.GetByText("hello")).ToHaveCountAsync(2, new() { Timeout = 60_000 });
        await SayAsync(visit.Page, "two");
        await Expect(console).ToContainTextAsync("you said two", Printed);
        await Deadline.UntilAsync("the last command is kept", async () => (await services.GetRequiredService<KeptConsoles>().ReadAsync(id, CancellationToken.None)).Recent.Any(line => line.Text.EndsWith("> two", StringComparison.Ordinal)));
        var before = await TextAsync();

        await (killed ? panel.KillAsync() : panel.StopAsync());
        await panel.StartAsync();
        await Deadline.UntilAsync("the history as before", async () => (await TextAsync()).StartsWith(before, StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        await visit.Page.ReloadAsync();
        await SayAsync(visit.Page, "three");
        await Expect(console).ToContainTextAsync("you said three", Printed);
        var after = await TextAsync();
        Assert.StartsWith(before, after, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(after, "you said two"));
        Assert.Equal(2, Regex.Count(before, "The server starts"));

        async Task<string> TextAsync()
        {
            var answer = await visit.Page.Context.APIRequest.GetAsync(new Uri(panel.Address, $"servers/{id}/console.txt").ToString());
            return answer.Ok ? await answer.TextAsync() : "";
        }
    }

    [Fact]
    public async Task Flood_of_a_program_is_shown_or_counted_to_the_last_line_and_the_page_answers()
    {
        await using var panel = await FaultyPanel.StartAsync(browser);
        var id = await panel.CreateAsync("demo");
        await using var visit = await panel.OpenAsync($"servers/{id}");
        var page = visit.Page;
        var console = page.GetByRole(AriaRole.Log, new() { Name = "Console output" });
        await Expect(console).ToContainTextAsync("For help, type", Printed);
        var feed = panel.Get<ConsoleHub>().Feed(id);
        // the page has all that came so far
        await Deadline.UntilAsync("the history on the page", async () => await console.Locator(".line").CountAsync() == feed.Next - 1);
        await page.EvaluateAsync(Count);
        var (begin, memory) = (feed.Next, GC.GetTotalMemory(forceFullCollection: true));

        await SayAsync(page, $"flood {Flood} 1");
        await Expect(console).ToContainTextAsync("lines skipped", Printed);
        // a click that takes a round trip
        await FaultyPanel.PowerAsync(page, "Kill");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync(new() { Timeout = 5_000 });
        await Expect(console).ToContainTextAsync($"flood: {Flood} lines in", new() { Timeout = 120_000 });
        await SayAsync(page, "list");
        await Expect(console).ToContainTextAsync("players online", Printed);

        var seen = new Seen();
        await Deadline.UntilAsync("shown and skipped are all there were", async () =>
        {
            seen = await page.EvaluateAsync<Seen>("() => window.seen");
            return seen.Shown + seen.Skipped == feed.Next - begin;
        });
        // two commands, their answers, the flood, and its last line; a save of the world may come in between
        Assert.InRange(feed.Next - begin, Flood + 4, Flood + 10);
        Assert.True(seen.Marks > 0);
        Assert.InRange(await console.Locator(".line").CountAsync(), 1, 10_200);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, 64 << 20);
        Assert.Empty(visit.ScriptErrors);
    }

    static async Task SayAsync(IPage page, string command)
    {
        var entry = page.GetByLabel("Command", new() { Exact = true });
        await Expect(entry).ToBeEnabledAsync(new() { Timeout = 30_000 });
        await entry.FillAsync(command);
        await entry.PressAsync("Enter");
    }

    static List<int> Ticks(string text) => [.. Tick().Matches(text).Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"^tick (\d+)\r?$", RegexOptions.Multiline)]
    private static partial Regex Tick();

    sealed class Seen
    {
        public long Shown { get; set; }
        public long Skipped { get; set; }
        public long Marks { get; set; }
    }
}
