using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Playwright;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Faults;

/// <summary>Servers that cannot run: their page says why in words.</summary>
[Trait("Lane", "browser")]
public sealed class FailingServerTests(Browser browser)
{
    static readonly LocatorAssertionsToHaveTextOptions Soon = new() { Timeout = 60_000 };
    static readonly LocatorAssertionsToContainTextOptions Said = new() { Timeout = 120_000 };

    [Fact]
    public async Task Program_that_crashes_is_started_again_and_its_page_tells_how_it_ends()
    {
        await using var panel = await FaultyPanel.StartAsync(browser);
        await using var visit = await panel.OpenAsync($"servers/{await panel.CreateAsync("demo")}");
        var command = visit.Page.GetByLabel("Command", new() { Exact = true });
        var console = visit.Page.GetByRole(AriaRole.Log, new() { Name = "Console output" });
        for (var crash = 1; crash <= 2; crash++)
        {
            await Expect(console.GetByText("For help, type")).ToHaveCountAsync(crash, new() { Timeout = 60_000 });
            await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Running", Soon);
            await command.FillAsync("crash");
            await command.PressAsync("Enter");
            await TimesAsync(console, "The server stopped: code 1.", crash);
        }
        // the first is started again at once, the second after a pause
        await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Failing", Soon);
        await Expect(Reason(visit.Page)).ToContainTextAsync("The program ended with code 1.");
        await Expect(Reason(visit.Page)).ToContainTextAsync("Its last line:");
        await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Running", Soon);
        await Expect(Reason(visit.Page)).ToHaveCountAsync(0);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Program_that_exits_at_once_is_failing_and_its_last_line_is_shown()
    {
        await using var panel = await FaultyPanel.StartAsync(browser, app => FaultyTemplates.Add(app.DataDirectory, "broken", "echo \"no such world: Überwelt\"; exit 3"));
        await using var visit = await panel.OpenAsync($"servers/{await panel.CreateAsync("broken")}");
        await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Failing", Soon);
        await Expect(Reason(visit.Page)).ToHaveTextAsync("The program ends again and again, last with code 3. Its last line: no such world: Überwelt", new() { Timeout = 120_000 });
        await using var list = await panel.OpenAsync("servers");
        await Expect(list.Page.GetByRole(AriaRole.Cell, new() { Name = "Failing" })).ToBeVisibleAsync();

        await FaultyPanel.PowerAsync(visit.Page, "Stop");
        await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Offline", Soon);
        await Expect(Reason(visit.Page)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Port_in_use_is_named_and_the_server_runs_once_it_is_free()
    {
        await using var panel = await FaultyPanel.StartAsync(browser);
        var id = await panel.CreateAsync("demo", start: false);
        var port = int.Parse((await panel.RowAsync(id)).Address!.Split(':')[^1], CultureInfo.InvariantCulture);
        await using var visit = await panel.OpenAsync($"servers/{id}");
        using (var other = new TcpListener(IPAddress.Any, port))
        {
            other.Start();
            await FaultyPanel.PowerAsync(visit.Page, "Start");
            await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Failing", Soon);
            await Expect(Reason(visit.Page)).ToHaveTextAsync($"Port {port} is in use by another program. Stop that program, or delete this server and make a new one.");
        }
        await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Running", new() { Timeout = 120_000 });
        await Expect(Reason(visit.Page)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Program_that_is_missing_is_said_with_what_to_install()
    {
        const string Advice = "Install the absent game (Debian: apt-get install absent-game).";
        using var images = new TempFolder();
        await File.WriteAllTextAsync(images["absent.json"], $$"""[{ "image": "panel/absent:1", "args": ["/bin/sh"], "needs": [{ "command": "absent-game-server", "advice": "{{Advice}}" }] }]""");
        await using var panel = await FaultyPanel.StartAsync(browser, app =>
        {
            app.With("Panel:LocalCluster:ImagesDirectory", images.Path);
            FaultyTemplates.Add(app.DataDirectory, "absent", "exec absent-game-server", image: "panel/absent:1");
            FaultyTemplates.Add(app.DataDirectory, "nowhere", "true", image: "example.org/nowhere:1");
        });
        await using (var visit = await panel.OpenAsync($"servers/{await panel.CreateAsync("absent")}"))
        {
            await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Failing", Soon);
            await Expect(Reason(visit.Page)).ToContainTextAsync("The program is missing.");
            await Expect(Reason(visit.Page)).ToContainTextAsync(Advice);
        }
        await using (var visit = await panel.OpenAsync($"servers/{await panel.CreateAsync("nowhere")}"))
        {
            await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Failing", Soon);
            await Expect(Reason(visit.Page)).ToContainTextAsync("The program is missing.");
            await Expect(Reason(visit.Page)).ToContainTextAsync("example.org/nowhere:1");
        }
    }

    static async Task TimesAsync(ILocator console, string line, int times)
    {
        try
        {
            await Deadline.UntilAsync($"{times} times \"{line}\"", async () => await console.GetByText(line).CountAsync() == times, TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{await console.InnerTextAsync()}", late);
        }
    }

    static ILocator Reason(IPage page) => page.Locator(".notice.bad[role=status]");
}
