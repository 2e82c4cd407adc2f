using Microsoft.Playwright;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Tests.Accounts;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web.Admin;

/// <summary>What an administrator sees of the whole panel and of its cluster, in a browser.</summary>
[Trait("Lane", "browser")]
public sealed class OverviewAndClusterTests(Browser browser)
{
    static readonly string[] pages = ["/admin", "/admin/cluster", "/admin/users", "/admin/users/new", "/admin/invitations", "/admin/roles", "/admin/servers", "/admin/plans", "/admin/announcements", "/admin/settings", "/admin/audit"];

    [Fact]
    public async Task Overview_shows_servers_capacity_users_and_sign_ins_and_leads_to_each()
    {
        await using var panel = await PanelWithServer.StartAsync();
        var root = panel.Http.BaseAddress!;
        using (var stranger = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = root })
        {
            await new Visitor(stranger).SignInAsync(PanelApp.AdminEmail, "Some-Wrong-Horse-1");
        }
        await using var visit = await browser.SignedInAsync(root, "/admin");
        var page = visit.Page;
        await Expect(Card(page, "Servers").Locator(".big")).ToHaveTextAsync("1");
        await Expect(Card(page, "Users").Locator(".big")).ToHaveTextAsync("1");
        await Expect(Card(page, "Capacity")).ToContainTextAsync("CPU: 0.5 CPU promised of");
        await Expect(Card(page, "Capacity")).ToContainTextAsync("Memory: 512 MiB promised of");
        await Expect(Card(page, "Sign-ins").GetByText("Refused")).ToBeVisibleAsync();
        await Expect(Card(page, "Sign-ins").GetByText("Signed in").First).ToBeVisibleAsync();
        await visit.ScreenshotAsync("admin-overview", fullPage: true);

        // another server is seen without loading the page again
        await panel.Get<Core.Servers.CreateServer>().RunAsync(panel.Admin, new() { Name = "Other", Template = "demo", Plan = "tiny", Start = false }, CancellationToken.None);
        await Expect(Card(page, "Servers").Locator(".big")).ToHaveTextAsync("2");

        await page.GetByRole(AriaRole.Link, new() { Name = "Capacity" }).ClickAsync();
        await page.WaitForURLAsync("**/admin/cluster");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Cluster", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.GetByText("Connected")).ToBeVisibleAsync();
        await Expect(Card(page, "Nodes").Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(Card(page, "Nodes").GetByText("Ready", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByText("Panel demo")).ToBeVisibleAsync();
        await Expect(page.GetByText("SQLite")).ToBeVisibleAsync();
        await visit.ScreenshotAsync("admin-cluster", fullPage: true);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Pages_of_the_administration_fit_a_phone_in_the_dark_and_none_opens_to_a_person()
    {
        await using var app = new PanelApp();
        var root = app.Listen();
        await using var visit = await browser.SignedInAsync(root, "/admin", dark: true, phone: true);
        await visit.Page.SetViewportSizeAsync(360, 800);
        foreach (var path in pages)
        {
            await visit.Page.GotoAsync(new Uri(root, path).ToString());
            await AccountPages.LiveAsync(visit.Page);
            await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await AccountPages.FitsAsync(visit.Page);
        }
        await app.Get<CreateAccount>().RunAsync(Actor.Panel, new() { Email = "ann@example.org", Password = AccountHost.Password }, CancellationToken.None);
        using var ann = new Visitor(new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = root });
        await ann.SignInAsync("ann@example.org", AccountHost.Password);
        foreach (var path in pages) Assert.NotEqual(System.Net.HttpStatusCode.OK, (await ann.GetAsync(path)).StatusCode);
        Assert.Empty(visit.ScriptErrors);
    }

    static ILocator Card(IPage page, string name) => page.GetByRole(AriaRole.Region, new() { Name = name, Exact = true });
}
