using Microsoft.Playwright;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web.Admin;

/// <summary>The administration in a real browser.</summary>
[Trait("Lane", "browser")]
public sealed class AdminInBrowserTests(Browser browser)
{
    const int Patience = 60_000;

    [Fact]
    public async Task Many_servers_are_suspended_at_once_with_a_result_for_each()
    {
        await using var panel = await PanelWithServer.StartAsync();
        var doomed = await panel.Get<CreateServer>().RunAsync(panel.Admin, new() { Name = "Other", Template = "demo", Plan = "tiny", Start = false }, default);
        await using var visit = await panel.OpenAsync(browser);
        var page = visit.Page;
        await GoAsync(panel, page, "admin/servers");
        await page.GetByLabel("Choose all on this page").CheckAsync();
        await Expect(page.GetByText("2 servers chosen")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Suspend" }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("Tidy up");
        await page.GetByRole(AriaRole.Form).Or(page.Locator("form.row")).GetByRole(AriaRole.Button, new() { Name = "Suspend" }).ClickAsync();
        await Expect(page.GetByText("2 of 2 done")).ToBeVisibleAsync();
        await Expect(page.Locator("tbody").GetByText("Suspended")).ToHaveCountAsync(2);
        await page.GetByLabel("Choose Other").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await Expect(page.GetByText("0 of 1 done")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Tidy up" })).ToBeVisibleAsync();
        Assert.Equal(RunIntent.Stopped, await IntentAsync(panel, doomed));
        await page.GetByLabel("Search servers").FillAsync("oth");
        await page.GetByLabel("Search servers").PressAsync("Enter");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        Assert.Empty(visit.ScriptErrors);
    }

    static async Task<RunIntent> IntentAsync(PanelWithServer panel, ServerId id)
    {
        await using var db = await panel.Get<Microsoft.EntityFrameworkCore.IDbContextFactory<Core.PanelDb>>().CreateDbContextAsync();
        return (await db.Servers.FindAsync(id))!.Intent;
    }

    static async Task GoAsync(PanelWithServer panel, IPage page, string path)
    {
        await page.GotoAsync(new Uri(panel.Http.BaseAddress!, path).ToString());
        await LiveAsync(page);
    }

    static Task LiveAsync(IPage page) => Expect(page.Locator("fieldset.live:not([disabled])").First).ToBeAttachedAsync(new() { Timeout = Patience });
}
