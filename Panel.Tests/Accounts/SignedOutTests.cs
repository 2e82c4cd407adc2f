using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Panel.Contracts.Access;
using Panel.Core.Accounts;
using Panel.Core.Users;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Accounts;

/// <summary>What somebody reads whose session ended elsewhere, in a browser.</summary>
[Trait("Lane", "browser")]
public sealed class SignedOutTests(Browser browser)
{
    const string Notice = "[data-signed-out]";

    [Fact]
    public async Task Page_that_is_signed_out_elsewhere_says_why_and_comes_back()
    {
        await using var app = new PanelApp();
        var root = app.Listen();
        await using var one = await browser.SignedInAsync(root, "/account/sessions");
        await using var two = await browser.SignedInAsync(root, "/servers/new?step=plan&game=demo");
        await AccountPages.AgainAsync(one.Page);
        await one.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out everywhere else" }).ClickAsync();
        await Expect(two.Page.Locator(Notice)).ToContainTextAsync("You were signed out here: on another device");
        await Expect(two.Page.Locator(Notice)).ToContainTextAsync("Sign in to go on with the page you were on.");
        await two.ScreenshotAsync("signed-out-elsewhere");
        await two.Page.Locator("#email").FillAsync(PanelApp.AdminEmail);
        await two.Page.Locator("#password").FillAsync(PanelApp.AdminPassword);
        await two.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await two.Page.WaitForURLAsync("**/servers/new?step=plan&game=demo");

        // a page that no circuit told is told by the next request
        await app.Services.GetRequiredService<EndSessions>().RunAsync(CoreHost.Admin, await IdAsync(app), default);
        await Expect(one.Page.Locator(Notice)).ToBeVisibleAsync();
        await one.Page.GotoAsync(new Uri(root, "sign-in?ended=no-such-reason").ToString());
        await Expect(one.Page.Locator(Notice)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Who_signs_out_themselves_is_told_nothing()
    {
        await using var app = new PanelApp();
        var root = app.Listen();
        await using var visit = await browser.SignedInAsync(root, "/servers");
        var other = await visit.Page.Context.NewPageAsync();
        await other.GotoAsync(new Uri(root, "account").ToString());
        await AccountPages.LiveAsync(other);
        await visit.Page.EvaluateAsync("document.querySelector('form[action=sign-out]').requestSubmit()");
        foreach (var page in new[] { visit.Page, other })
        {
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync();
            await Expect(page.Locator(Notice)).ToHaveCountAsync(0);
        }
    }

    [Fact]
    public async Task Suspended_person_is_told_that()
    {
        await using var app = new PanelApp();
        var root = app.Listen();
        var id = await app.Services.GetRequiredService<CreateAccount>().RunAsync(CoreHost.Admin, new() { Email = "ann@example.org", Password = AccountHost.Password }, default);
        await using var visit = await browser.SignedInAsync(root, "/servers", "ann@example.org", AccountHost.Password);
        await app.Services.GetRequiredService<SuspendAccount>().RunAsync(CoreHost.Admin, id, new SuspendRequest { Reason = "Unpaid" }, default);
        await Expect(visit.Page.Locator(Notice)).ToContainTextAsync("Your account was suspended");
        Assert.DoesNotContain("Unpaid", await visit.Page.ContentAsync(), StringComparison.Ordinal);   // for who has the password
    }

    static async Task<string> IdAsync(PanelApp app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<Microsoft.AspNetCore.Identity.UserManager<Account>>().FindByEmailAsync(PanelApp.AdminEmail))!.Id;
    }
}
