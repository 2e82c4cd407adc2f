using Microsoft.Playwright;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web;

/// <summary>The pages in a real browser: themes, phones, keyboards, and a panel that goes away.</summary>
[Trait("Lane", "browser")]
public sealed class PagesTests(Browser browser)
{
    const int Patience = 60_000;

    [Fact]
    public async Task Theme_is_kept_and_comes_without_a_flash()
    {
        await using var app = new PanelApp();
        await using var visit = await SignInAsync(app.Listen());
        var page = visit.Page;
        var light = await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(page.Locator("body")).Not.ToHaveCSSAsync("background-color", light);
        var dark = await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        await page.ReloadAsync(new() { WaitUntil = WaitUntilState.Commit });
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        Assert.Equal(dark, await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.GetByRole(AriaRole.Button, new() { Name = "Light" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", light);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Phone_has_everything_within_its_width_and_the_menu_behind_a_button()
    {
        await using var app = new PanelApp();
        await using var visit = await SignInAsync(app.Listen(), phone: true);
        var page = visit.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Administration" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Administration" })).ToBeVisibleAsync();
        foreach (var path in new[] { "servers", "servers/new", "servers/new?game=demo&step=plan", "admin" })
        {
            await page.GotoAsync(new Uri(app.ClientOptions.BaseAddress, path).ToString());
            await Expect(page.Locator("h1")).ToBeVisibleAsync();
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{path} is wider than the phone");
        }
    }

    [Fact]
    public async Task Keyboard_reaches_the_first_server_and_its_name_survives_back_and_forward()
    {
        await using var app = new PanelApp();
        await using var visit = await SignInAsync(app.Listen());
        var page = visit.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Create your first server" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New server" })).ToBeVisibleAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);    // what is pressed before the circuit is up is nobody's
        await page.GetByRole(AriaRole.Button, new() { Name = "Panel demo" }).PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Radio).First).ToBeCheckedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).PressAsync("Enter");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Typed once");
        await page.GoBackAsync();
        await page.GoForwardAsync();
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Typed once");
        await page.GetByLabel("Name", new() { Exact = true }).PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Typed once" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Settings" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Renamed <b>once</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Renamed <b>once</b>" })).ToBeVisibleAsync();
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Page_comes_back_by_itself_after_the_panel_was_killed()
    {
        await using var panel = new PanelProcess().With("Panel:Admin:Email", PanelApp.AdminEmail).With("Panel:Admin:Password", PanelApp.AdminPassword);
        await panel.StartAsync();
        await using var visit = await browser.OpenAsync(new Uri(panel.Address, "servers"));
        await FillInAsync(visit.Page);
        await Expect(visit.Page.GetByText("No servers yet")).ToBeVisibleAsync();
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await panel.KillAsync();
        await Expect(visit.Page.GetByText("Connection lost")).ToBeVisibleAsync(new() { Timeout = Patience });
        await panel.StartAsync();
        await Expect(visit.Page.GetByText("Connection lost")).ToBeHiddenAsync(new() { Timeout = Patience });
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Administration" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Administration" })).ToBeVisibleAsync(new() { Timeout = Patience });
    }

    async Task<Visit> SignInAsync(Uri address, bool phone = false)
    {
        var visit = await browser.OpenAsync(new Uri(address, "servers"), phone: phone);
        await FillInAsync(visit.Page);
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Servers", Exact = true })).ToBeVisibleAsync(new() { Timeout = Patience });
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        return visit;
    }

    static async Task FillInAsync(IPage page)
    {
        await page.GetByLabel("Email address").FillAsync(PanelApp.AdminEmail);
        await page.GetByLabel("Password").FillAsync(PanelApp.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
