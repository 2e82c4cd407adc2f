using Microsoft.Playwright;
using Panel.Contracts.Servers;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Faults;

/// <summary>A cluster that is a process of its own is killed and comes back, while people look at pages and press buttons.</summary>
[Trait("Lane", "browser")]
public sealed class ClusterAwayTests(Browser browser)
{
    const string Mark = "window.sameDocument = true";

    static readonly LocatorAssertionsToBeVisibleOptions Seen = new() { Timeout = 60_000 };
    static readonly LocatorAssertionsToBeHiddenOptions Gone = new() { Timeout = 90_000 };
    static readonly LocatorAssertionsToHaveTextOptions Soon = new() { Timeout = 90_000 };
    static readonly LocatorAssertionsToContainTextOptions Printed = new() { Timeout = 60_000 };

    [Fact]
    public async Task Pages_say_so_and_recover_and_what_was_asked_meanwhile_is_done()
    {
        await using var cluster = new ClusterProcess();
        await cluster.StartAsync();
        await using var panel = await FaultyPanel.StartAsync(browser, app =>
            app.With("Panel:Cluster:Mode", "Kubernetes").With("Panel:Cluster:Kubeconfig", cluster.Kubeconfig).With("Panel:Cluster:ToolsImage", "panel/tools:1"));
        var id = await panel.CreateAsync("demo");
        await using var server = await panel.OpenAsync($"servers/{id}");
        await using var list = await panel.OpenAsync("servers");
        await server.Page.EvaluateAsync(Mark);
        await list.Page.EvaluateAsync(Mark);
        var console = server.Page.GetByRole(AriaRole.Log, new() { Name = "Console output" });
        await Expect(FaultyPanel.Phase(server.Page)).ToHaveTextAsync("Running", Soon);
        await Expect(console).ToContainTextAsync("For help, type", Printed);

        await cluster.KillAsync();
        await Expect(Banner(server.Page)).ToBeVisibleAsync(Seen);
        await Expect(Banner(list.Page)).ToBeVisibleAsync(Seen);
        await Expect(console).ToContainTextAsync("The console's connection was lost", Printed);
        var command = server.Page.GetByLabel("Command", new() { Exact = true });
        await command.FillAsync("say nobody hears this");
        await command.PressAsync("Enter");
        await Expect(server.Page.GetByText("The cluster cannot be reached")).Not.ToHaveCountAsync(0);
        await FaultyPanel.PowerAsync(server.Page, "Stop");
        await Expect(FaultyPanel.Phase(server.Page)).ToHaveTextAsync("Stopping", Soon);

        await cluster.StartAsync();
        await Expect(Banner(server.Page)).ToBeHiddenAsync(Gone);
        await Expect(Banner(list.Page)).ToBeHiddenAsync(Gone);
        await Expect(FaultyPanel.Phase(server.Page)).ToHaveTextAsync("Offline", Soon);

        await cluster.KillAsync();
        await Expect(Banner(server.Page)).ToBeVisibleAsync(Seen);
        await FaultyPanel.PowerAsync(server.Page, "Start");
        await Expect(FaultyPanel.Phase(server.Page)).ToHaveTextAsync("Starting", Soon);
        await cluster.StartAsync();
        await Expect(FaultyPanel.Phase(server.Page)).ToHaveTextAsync("Running", Soon);
        await Expect(Banner(server.Page)).ToBeHiddenAsync(Gone);
        await Expect(console.GetByText("For help, type")).ToHaveCountAsync(2);
        await command.FillAsync("say somebody hears this");
        await command.PressAsync("Enter");
        await Expect(console).ToContainTextAsync("[Server] somebody hears this", Printed);
        await Expect(list.Page.GetByRole(AriaRole.Cell, new() { Name = "Running", Exact = true })).ToBeVisibleAsync(Seen);

        Assert.True(await IsMarkedAsync(server.Page), "the server's page was loaded anew");
        Assert.True(await IsMarkedAsync(list.Page), "the list was loaded anew");
        Assert.Empty(server.ScriptErrors);
        Assert.Empty(list.ScriptErrors);
    }

    static ILocator Banner(IPage page) => page.GetByText("The cluster does not answer.");

    static Task<bool> IsMarkedAsync(IPage page) => page.EvaluateAsync<bool>("window.sameDocument === true");
}
