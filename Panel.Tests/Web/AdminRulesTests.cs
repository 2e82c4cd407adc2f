using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web;

/// <summary>Plans, settings, announcements and the audit in a real browser.</summary>
[Trait("Lane", "browser")]
public sealed class AdminRulesTests(Browser browser)
{
    static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    static async Task GoAsync(PanelApp app, IPage page, string path)
    {
        await page.GotoAsync(new Uri(app.ClientOptions.BaseAddress, path).ToString());
        await Expect(page.Locator("fieldset.live")).ToBeEnabledAsync();
    }

    static async Task<Visit> SignInAsync(Browser browser, PanelApp app, Uri address)
    {
        var visit = await browser.OpenAsync(new(address, "sign-in"));
        await visit.Page.Locator("#email").FillAsync(PanelApp.AdminEmail);
        await visit.Page.Locator("#password").FillAsync(PanelApp.AdminPassword);
        await visit.Page.Locator("button[type=submit]").ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Servers", Exact = true })).ToBeVisibleAsync();
        return visit;
    }

    [Fact]
    public async Task Plan_is_made_moved_by_keyboard_retired_and_noted_in_the_audit()
    {
        await using var app = new PanelApp();
        await using var visit = await SignInAsync(browser, app, app.Listen());
        var page = visit.Page;
        await GoAsync(app, page, "admin/plans");
        await Button(page, "New plan").ClickAsync();
        await page.GetByLabel("Memory", new() { Exact = true }).FillAsync("many");
        await Button(page, "Create plan").ClickAsync();
        await Expect(page.GetByText("Give the plan a name.")).ToBeVisibleAsync();
        await Expect(page.GetByText("A size with its unit, such as 512 MiB or 16 GiB.")).ToBeVisibleAsync();
        await page.GetByLabel("Name").FillAsync("<img src=x onerror=alert(1)>");
        await page.GetByLabel("Memory", new() { Exact = true }).FillAsync("3 GiB");
        await page.GetByLabel("CPU in cores").FillAsync("1,5");
        await page.GetByLabel("Minecraft: Java Edition").CheckAsync();
        await Button(page, "Create plan").ClickAsync();
        var made = page.Locator("[data-plan='img-src-x-onerror-alert-1']");
        await Expect(made).ToContainTextAsync("<img src=x onerror=alert(1)>");
        await Expect(made).ToContainTextAsync("1.5 CPU");
        await made.GetByRole(AriaRole.Button, new() { Name = "up" }).FocusAsync();
        await page.Keyboard.PressAsync("Alt+ArrowUp");
        await Expect(page.Locator("[data-plan]").Nth(3)).ToContainTextAsync("<img");
        await Button(page, "Edit Medium").ClickAsync();
        await page.GetByLabel("Only people of these roles and groups").CheckAsync();
        await page.GetByLabel("Support").CheckAsync();
        await Button(page, "Save").ClickAsync();
        await Expect(page.Locator("[data-plan='medium']")).ToContainTextAsync("Support");
        await Button(page, "Retire Large").ClickAsync();
        await Expect(page.Locator("[data-plan='large']")).ToContainTextAsync("Retired");

        await GoAsync(app, page, "servers/new?game=demo&step=plan");
        await Expect(page.GetByRole(AriaRole.Radio)).ToHaveCountAsync(3);   // neither the retired one nor that of another game

        await GoAsync(app, page, "admin/audit?action=plan.retire");
        await Button(page, "Details of plan.retire").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Before and after" })).ToContainTextAsync("retired");
        await page.GetByLabel("Search").FillAsync("nothing has this");
        await Button(page, "Show").ClickAsync();
        await Expect(page.GetByText("Nothing matches")).ToBeVisibleAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).ClickAsync());
        Assert.EndsWith(".csv", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Setting_says_where_it_comes_from_is_refused_by_its_field_and_goes_back()
    {
        await using var app = new PanelApp().With("Panel:Quota:Servers", "9").With("Panel:Mail:Password", "s3cret-of-mail");
        await using var visit = await SignInAsync(browser, app, app.Listen());
        var page = visit.Page;
        await GoAsync(app, page, "admin/settings");
        var setting = page.Locator("[data-setting='Panel:Quota:Servers']");
        var save = page.GetByRole(AriaRole.Form, new() { Name = "Default quota" }).GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true });
        await Expect(setting.Locator("input")).ToHaveValueAsync("9");
        await Expect(save).ToBeDisabledAsync();
        await setting.Locator("input").FillAsync("-7");
        await save.ClickAsync();
        await Expect(setting.GetByRole(AriaRole.Alert)).ToContainTextAsync("between -1 and 1000000");
        await setting.Locator("input").FillAsync("3");
        await save.ClickAsync();
        await Expect(setting).ToContainTextAsync("Set here");
        await Button(page, "Reset Servers").ClickAsync();
        await Expect(setting.Locator("input")).ToHaveValueAsync("9");
        var memory = page.Locator("[data-setting='Panel:Quota:MemoryMiB']");
        await Expect(memory.Locator("input")).ToHaveValueAsync("16 GiB");
        await memory.Locator("input").FillAsync("16384");
        await save.ClickAsync();
        await Expect(memory.GetByRole(AriaRole.Alert)).ToContainTextAsync("such as 512 MiB or 16 GiB");
        await memory.Locator("input").FillAsync("1.5 GiB");
        await save.ClickAsync();
        await Expect(memory).ToContainTextAsync("Set here");
        Assert.Equal("1536", app.Services.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>()["Panel:Quota:MemoryMiB"]);
        await Expect(Button(page, "Send a test mail")).ToBeDisabledAsync();
        Assert.DoesNotContain("s3cret-of-mail", await page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Toast_does_not_cover_what_was_just_pressed()
    {
        await using var app = new PanelApp();
        await using var visit = await SignInAsync(browser, app, app.Listen());
        var page = visit.Page;
        await GoAsync(app, page, "admin/settings");
        var form = page.GetByRole(AriaRole.Form, new() { Name = "Audit" });
        await form.Locator("input").FillAsync("200");
        await page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");
        var save = form.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true });
        await save.EvaluateAsync("button => { button.style.position = 'fixed'; button.style.inset = 'auto 30px 30px auto'; }");   // where toasts are else
        await save.ClickAsync();
        await Expect(page.Locator(".rz-notification-item")).ToBeVisibleAsync();
        var (toast, button) = (await page.Locator(".rz-notification").BoundingBoxAsync(), await save.BoundingBoxAsync());
        Assert.True(toast!.Y + toast.Height <= button!.Y, $"The toast ends at {toast.Y + toast.Height}, and the button begins at {button.Y}.");
    }

    [Fact]
    public async Task Announcement_reaches_open_pages_is_dismissed_for_oneself_and_stays_so()
    {
        await using var app = new PanelApp();
        var address = app.Listen();
        await using var admin = await SignInAsync(browser, app, address);
        await using var other = await SignInAsync(browser, app, address);
        await GoAsync(app, other.Page, "servers");
        await GoAsync(app, admin.Page, "admin/announcements");
        await Button(admin.Page, "New announcement").ClickAsync();
        await Button(admin.Page, "Announce").ClickAsync();
        await Expect(admin.Page.GetByText("Say something.")).ToBeVisibleAsync();
        await admin.Page.GetByLabel("Text").FillAsync("Tonight <b>we</b> update, see https://status.example.org/x.");
        await Button(admin.Page, "Announce").ClickAsync();
        var told = other.Page.Locator("[data-announcement]");
        await Expect(told).ToContainTextAsync("Tonight <b>we</b> update", new() { Timeout = 2_000 });
        Assert.Equal(("https://status.example.org/x", "noopener noreferrer"), (await told.Locator("a").GetAttributeAsync("href"), await told.Locator("a").GetAttributeAsync("rel")));
        await other.Page.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await Expect(told).ToBeHiddenAsync();
        await GoAsync(app, other.Page, "servers/new");
        await Expect(told).ToHaveCountAsync(1);
        await Expect(told).ToBeHiddenAsync();
        await using var stranger = await browser.OpenAsync(new(address, "sign-in"));
        await Expect(stranger.Page.Locator("[data-announcement]")).ToBeVisibleAsync();
        await Button(admin.Page, "Remove").ClickAsync();
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(told).ToHaveCountAsync(0, new() { Timeout = 2_000 });
        Assert.Empty(admin.ScriptErrors.Concat(other.ScriptErrors));
    }
}
