using Microsoft.Playwright;
using Panel.Kube.Client;
using Panel.Kube.Replicas;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Replicas;

/// <summary>Two panels as processes of their own on one PostgreSQL and one cluster, each with a page open.</summary>
[Trait("Lane", "browser")]
public sealed class TwoReplicasTests(Cluster cluster, Browser browser)
{
    static readonly LocatorAssertionsToHaveTextOptions Soon = new() { Timeout = 45_000 };

    [Fact]
    public async Task Both_show_every_change_and_one_goes_on_alone()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var space = await cluster.OpenAsync(watching: false);
        await using var one = Replica(database, space);
        await using var two = Replica(database, space);
        await StartAsync(one, two);
        await using var visit = await browser.OpenAsync(one.Address);
        var left = visit.Page;
        var right = await ShowAsync(one, two, left);

        await CommandAsync(right, "say from the other one");
        foreach (var page in (IPage[])[left, right])
        {
            await Expect(Console(page)).ToContainTextAsync("[Server] from the other one");
            await Expect(Console(page)).ToContainTextAsync("> say from the other one");   // and who typed it
        }

        var leader = await LeaderAsync(space, one, two);
        var (rest, its) = leader == one ? (two, right) : (one, left);
        await leader.KillAsync();
        await PowerAsync(its, "Stop");
        await Expect(Phase(its)).ToHaveTextAsync("Offline", Soon);
        Assert.Same(rest, await LeaderAsync(space, one, two));

        // the one that comes back finds what happened without it, and its page comes back by itself
        await leader.StartAsync();
        var back = leader == one ? left : right;
        await Expect(Phase(back)).ToHaveTextAsync("Offline", Soon);
        await PowerAsync(back, "Start");
        foreach (var page in (IPage[])[left, right]) await Expect(Phase(page)).ToHaveTextAsync("Running", Soon);
    }

    [Fact]
    public async Task Announced_stop_is_called_off_from_the_other_one_and_carried_out_by_it_when_its_own_is_killed()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var space = await cluster.OpenAsync(watching: false);
        await using var one = Replica(database, space);
        await using var two = Replica(database, space);
        await StartAsync(one, two);
        await using var visit = await browser.OpenAsync(one.Address);
        var left = visit.Page;
        var right = await ShowAsync(one, two, left);

        await AnnounceAsync(left, "Stop in 60 s");
        await right.GetByRole(AriaRole.Button, new() { Name = "Call it off" }).ClickAsync();
        foreach (var page in (IPage[])[left, right])
        {
            await Expect(Console(page)).ToContainTextAsync("[Server] The stop was called off.");
            await Expect(Countdown(page)).ToHaveCountAsync(0);
        }

        await AnnounceAsync(left, "Stop in 30 s");
        await Expect(Countdown(right)).ToBeVisibleAsync();
        await Expect(Console(right)).ToContainTextAsync("[Server] The server stops in 30 seconds.");
        await one.KillAsync();
        await Expect(Phase(right)).ToHaveTextAsync("Offline", new() { Timeout = 75_000 });
        foreach (var seconds in (int[])[10, 5, 3, 2]) await Expect(Line(right, $"[Server] The server stops in {seconds} seconds.")).ToHaveCountAsync(1);
        await Expect(Line(right, "[Server] The server stops in 30 seconds.")).ToHaveCountAsync(1);
        await Expect(Countdown(right)).ToHaveCountAsync(0);
    }

    static async Task AnnounceAsync(IPage page, string what)
    {
        await page.GetByTitle("Announce a stop to who plays").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = what, Exact = true }).ClickAsync();
    }

    static async Task StartAsync(PanelProcess one, PanelProcess two)
    {
        var (first, last) = FreePort.NextRange();
        foreach (var panel in (PanelProcess[])[one, two]) panel.With("Panel:Ports:First", $"{first}").With("Panel:Ports:Last", $"{last}");
        await Task.WhenAll(one.StartAsync(), two.StartAsync());    // both find an empty database
    }

    /// <summary>Signs in, and has a page of a running server open on each.</summary>
    /// <returns>The page of the second.</returns>
    static async Task<IPage> ShowAsync(PanelProcess one, PanelProcess two, IPage left)
    {
        // cookies know no ports: who signed in at one is signed in at the other, if they share their keys
        await left.GetByLabel("Email address").FillAsync(PanelApp.AdminEmail);
        await left.GetByLabel("Password").FillAsync(PanelApp.AdminPassword);
        await left.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(left.GetByText("No servers yet")).ToBeVisibleAsync();
        var right = await left.Context.NewPageAsync();
        await right.GotoAsync(two.Address.ToString());
        await Expect(right.GetByText("No servers yet")).ToBeVisibleAsync();

        await CreateAsync(left, one);
        await Expect(right.GetByRole(AriaRole.Link, new() { Name = "Shared" })).ToBeVisibleAsync();
        await right.GetByRole(AriaRole.Link, new() { Name = "Shared" }).ClickAsync();
        foreach (var page in (IPage[])[left, right]) await Expect(Phase(page)).ToHaveTextAsync("Running", Soon);
        return right;
    }

    static PanelProcess Replica(PostgresDatabase database, ClusterSpace space) => new PanelProcess()
        .With("Panel:Database:Provider", "Postgres").With("ConnectionStrings:Panel", database.ConnectionString)
        .With("Panel:Cluster:Mode", "Kubernetes").With("Panel:Cluster:Kubeconfig", space.Kubeconfig).With("Panel:Cluster:Namespace", space.Space).With("Panel:Cluster:ToolsImage", "panel/tools:1")
        .With("Panel:Admin:Email", PanelApp.AdminEmail).With("Panel:Admin:Password", PanelApp.AdminPassword);

    static async Task<PanelProcess> LeaderAsync(ClusterSpace space, PanelProcess one, PanelProcess two)
    {
        var lease = await space.Client.FindAsync(Kinds.Leases, space.Space, LeaseElection.LeaseName, TestContext.Current.CancellationToken);
        var names = new[] { one, two }.ToDictionary(panel => ReplicaName.Of(panel.DataDirectory).Value);
        return names[lease!.Spec!.HolderIdentity!];
    }

    static async Task CreateAsync(IPage page, PanelProcess panel)
    {
        await page.GotoAsync(new Uri(panel.Address, "servers/new").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Panel demo" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.GetByRole(AriaRole.Radiogroup, new() { Name = "Plan" }).Locator("label:not(.off)").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Shared");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create server" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Shared" })).ToBeVisibleAsync();
    }

    static async Task CommandAsync(IPage page, string command)
    {
        var entry = page.GetByLabel("Command", new() { Exact = true });
        await Expect(entry).ToBeEnabledAsync();
        await entry.FillAsync(command);
        await entry.PressAsync("Enter");
    }

    static Task PowerAsync(IPage page, string action) =>
        page.GetByRole(AriaRole.Group, new() { Name = "Power" }).GetByRole(AriaRole.Button, new() { Name = action, Exact = true }).ClickAsync();

    static ILocator Phase(IPage page) => page.GetByTestId("phase");

    static ILocator Countdown(IPage page) => page.GetByTestId("countdown");

    static ILocator Line(IPage page, string text) => Console(page).Locator(".line").Filter(new() { HasText = text });

    static ILocator Console(IPage page) => page.GetByRole(AriaRole.Log, new() { Name = "Console output" });
}
