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
        await LiveAsync(page);
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
        foreach (var path in new[] { "servers", "servers/new", "servers/new?game=demo&step=plan", "admin", "admin/cluster", "admin/audit" })
        {
            await page.GotoAsync(new Uri(app.ClientOptions.BaseAddress, path).ToString());
            await Expect(page.Locator("h1")).ToBeVisibleAsync();
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{path} is wider than the phone: " + await page.EvaluateAsync<string>("[...document.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 8).map(e => e.outerHTML.slice(0, 140)).join(' | ')"));
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
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Panel demo" })).ToBeEnabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Panel demo" }).PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Radio).First).ToBeCheckedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).PressAsync("Enter");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Typed once");
        await page.GoBackAsync();
        await Expect(page.GetByRole(AriaRole.Radio).First).ToBeCheckedAsync();
        await page.GoForwardAsync();
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Typed once");
        await page.GetByLabel("Name", new() { Exact = true }).PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Typed once" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Settings" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Renamed <b>once</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Renamed <b>once</b>" })).ToBeVisibleAsync();
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Nothing_that_needs_the_circuit_can_be_pressed_before_it_is_up_and_no_click_is_lost()
    {
        await using var panel = await PanelWithServer.StartAsync();
        await using var visit = await panel.OpenAsync(browser);
        var page = visit.Page;
        var mayConnect = new TaskCompletionSource();
        await page.RouteAsync("**/_blazor/negotiate*", async route =>
        {
            await mayConnect.Task;
            await route.ContinueAsync();
        });
        await page.ReloadAsync(new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Server", Exact = true }).GetByRole(AriaRole.Link, new() { Name = "Settings" }).ClickAsync();
        var delete = page.GetByRole(AriaRole.Button, new() { Name = "Delete server" });
        await Expect(delete).ToBeDisabledAsync();
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToBeDisabledAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeEnabledAsync();

        var click = delete.ClickAsync();
        mayConnect.SetResult();
        await click;
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Error_notice_stays_hidden_without_stylesheets_and_when_a_live_page_is_left()
    {
        await using var panel = await PanelWithServer.StartAsync();
        await using var visit = await panel.OpenAsync(browser);
        var page = visit.Page;
        for (var round = 0; round < 3; round++)
        {
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true })).ToBeEnabledAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
            await Expect(page.GetByLabel("Email address")).ToBeVisibleAsync();
            await Expect(page.Locator("#blazor-error-ui")).ToBeHiddenAsync();
            await page.GotoAsync(panel.Page().ToString());
            await FillInAsync(page);
        }
        // a page that is left while it comes to life has a script error of its own
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true })).ToBeEnabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.RouteAsync("**/*.css", route => route.AbortAsync());
        await page.ReloadAsync();
        await Expect(page.GetByLabel("Email address")).ToBeVisibleAsync();
        await Expect(page.Locator("#blazor-error-ui")).ToBeHiddenAsync();
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
        await LiveAsync(visit.Page);
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
        await LiveAsync(visit.Page);
        return visit;
    }

    // a quiet network is no circuit: on a busy machine it comes later, and a page without one does not notice that the panel is gone
    static Task LiveAsync(IPage page) => Expect(page.Locator("fieldset.live:not([disabled])")).ToBeAttachedAsync(new() { Timeout = Patience });

    static async Task FillInAsync(IPage page)
    {
        await page.GetByLabel("Email address").FillAsync(PanelApp.AdminEmail);
        await page.GetByLabel("Password").FillAsync(PanelApp.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }
}
