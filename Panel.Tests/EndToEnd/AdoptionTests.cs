using Microsoft.Playwright;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.EndToEnd;

/// <summary>A panel that has lost its database, and an administrator who has a browser and no shell.</summary>
[Trait("Lane", "browser")]
public sealed class AdoptionTests(Cluster cluster, Browser browser)
{
    static readonly LocatorAssertionsToHaveTextOptions Running = new() { Timeout = 45_000 };

    [Fact]
    public async Task Servers_come_back_by_the_button_and_run_on()
    {
        await using var space = await cluster.OpenAsync(watching: false);
        var (first, last) = FreePort.NextRange();
        await using (var before = Over(space, first, last))
        {
            await before.StartAsync();
            await using var was = await browser.OpenAsync(before.Address);
            await SignInAsync(was.Page);
            await Expect(was.Page.GetByText("No servers yet")).ToBeVisibleAsync();
            await CreateAsync(was.Page, before);
            await Expect(was.Page.GetByTestId("phase")).ToHaveTextAsync("Running", Running);
            await before.StopAsync();
        }
        var pod = await PodAsync(space);

        // the same cluster, and a database in which nothing is
        await using var panel = Over(space, first, last);
        await panel.StartAsync();
        await using var visit = await browser.OpenAsync(panel.Address);
        var page = visit.Page;
        await SignInAsync(page);
        await Expect(page.GetByText("No servers yet")).ToBeVisibleAsync();
        await page.GotoAsync(new Uri(panel.Address, "admin/cluster").ToString());
        await AdoptAsync(page, "Adopted: Survivor.");
        await Expect(page.GetByText("had no account")).ToHaveCountAsync(0);    // its owner is known by the mail address

        await page.GotoAsync(new Uri(panel.Address, "servers").ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = "Survivor" }).ClickAsync();
        await Expect(page.GetByTestId("phase")).ToHaveTextAsync("Running", Running);
        await Expect(page.GetByRole(AriaRole.Log, new() { Name = "Console output" })).ToContainTextAsync("For help, type");
        Assert.Equal(pod, await PodAsync(space));

        await page.GotoAsync(new Uri(panel.Address, "admin/cluster").ToString());
        await AdoptAsync(page, "There was nothing to adopt.");
        Assert.Empty(visit.ScriptErrors);
    }

    static PanelProcess Over(ClusterSpace space, int first, int last) => new PanelProcess()
        .With("Panel:Cluster:Mode", "Kubernetes").With("Panel:Cluster:Kubeconfig", space.Kubeconfig).With("Panel:Cluster:Namespace", space.Space).With("Panel:Cluster:ToolsImage", Cluster.Image)
        .With("Panel:Ports:First", $"{first}").With("Panel:Ports:Last", $"{last}")
        .With("Panel:Admin:Email", PanelApp.AdminEmail).With("Panel:Admin:Password", PanelApp.AdminPassword);

    static async Task AdoptAsync(IPage page, string says)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Adopt servers found in the cluster" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Adopt", Exact = true }).ClickAsync();
        await Expect(page.Locator("[data-adoption]")).ToContainTextAsync(says);
    }

    static async Task<(string?, int)> PodAsync(ClusterSpace space)
    {
        await foreach (var page in space.Client.PagesAsync(Kinds.Pods, space.Space, new($"{ServerObjects.ComponentLabel}={ServerObjects.Server}"), TestContext.Current.CancellationToken))
        {
            var pod = Assert.Single(page.Items);
            return (pod.Metadata.Uid, pod.Status!.ContainerStatuses![0].RestartCount);
        }
        throw new InvalidOperationException("There is no page of pods.");
    }

    static async Task SignInAsync(IPage page)
    {
        await page.GetByLabel("Email address").FillAsync(PanelApp.AdminEmail);
        await page.GetByLabel("Password").FillAsync(PanelApp.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    static async Task CreateAsync(IPage page, PanelProcess panel)
    {
        await page.GotoAsync(new Uri(panel.Address, "servers/new").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Panel demo" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.GetByRole(AriaRole.Radiogroup, new() { Name = "Plan" }).Locator("label:not(.off)").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Survivor");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create server" }).ClickAsync();
    }
}
