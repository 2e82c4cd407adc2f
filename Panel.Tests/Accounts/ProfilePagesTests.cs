using Microsoft.Playwright;
using Panel.Core.Accounts;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Xunit;

namespace Panel.Tests.Accounts;

/// <summary>The pages of one's own account, in a browser.</summary>
[Trait("Lane", "browser")]
public sealed class ProfilePagesTests(Browser browser)
{
    const string New = "Another-Horse-8";

    [Fact]
    public async Task Person_protects_the_account_and_signs_in_with_code_and_passkey()
    {
        await using var app = new PanelApp();
        // passkeys belong to a name, never to an IP address
        await using var visit = await browser.OpenAsync(new UriBuilder(new Uri(app.Listen(), "sign-in?returnUrl=%2Faccount%2Fsecurity")) { Host = "localhost" }.Uri);
        var page = visit.Page;
        await AuthenticatorAsync(page);
        await SignInAsync(page, PanelApp.AdminPassword);

        // the second step
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        var secret = (await page.GetByTestId("secret").TextContentAsync())!.Trim();
        await visit.ScreenshotAsync("account-security-setup", fullPage: true);
        await page.Locator("#code").FillAsync(Authenticator.First(secret));
        await page.Locator("#step-password").FillAsync(PanelApp.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        var codes = await page.GetByTestId("codes").Locator("li").AllTextContentsAsync();
        if (codes.Count == 0)
        {
            await page.GetByTestId("codes").WaitForAsync();
            codes = await page.GetByTestId("codes").Locator("li").AllTextContentsAsync();
        }
        Assert.Equal(10, codes.Count);

        // a passkey
        await page.Locator("#passkey-name").FillAsync("This computer");
        await page.Locator("#passkey-password").FillAsync(PanelApp.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await page.GetByTestId("passkey").GetByText("This computer").WaitForAsync();
        await visit.ScreenshotAsync("account-security", fullPage: true);

        // out, and in with both
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await SignInAsync(page, PanelApp.AdminPassword);
        await page.Locator("#code").FillAsync(codes[0]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await page.WaitForURLAsync(IsIn);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await page.WaitForURLAsync(IsIn);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Session_that_is_ended_leaves_its_page()
    {
        await using var app = new PanelApp();
        var root = app.Listen();
        await using var here = await browser.OpenAsync(new(root, "sign-in?returnUrl=%2Faccount%2Fsessions"), dark: true);
        await SignInAsync(here.Page, PanelApp.AdminPassword);
        await using var there = await browser.OpenAsync(new(root, "sign-in"), phone: true);
        await SignInAsync(there.Page, PanelApp.AdminPassword);
        await there.Page.GetByText("No servers yet").WaitForAsync();
        await UntilLiveAsync(there.Page);
        await here.Page.ReloadAsync();
        await UntilLiveAsync(here.Page);
        Assert.Equal(2, await here.Page.GetByTestId("session").CountAsync());
        await here.ScreenshotAsync("account-sessions-dark");
        await here.Page.GetByTestId("session").GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await there.Page.WaitForURLAsync("**/sign-in?returnUrl=%2Fservers&ended=elsewhere");
        await there.ScreenshotAsync("sign-in-phone");
        Assert.Empty(here.ScriptErrors);
    }

    [Fact]
    public async Task Password_and_account_are_changed_on_their_pages()
    {
        await using var app = new PanelApp();
        await using var visit = await browser.OpenAsync(new(app.Listen(), "sign-in?returnUrl=%2Faccount%2Fsecurity"));
        var page = visit.Page;
        await SignInAsync(page, PanelApp.AdminPassword);
        await UntilLiveAsync(page);
        await page.Locator("#current").FillAsync("wrong");
        await page.Locator("#new-password").FillAsync(New);
        await page.Locator("#again").FillAsync(New);
        await page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await page.GetByText("This is not your password.").WaitForAsync();
        await page.Locator("#current").FillAsync(PanelApp.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await page.GetByText("The password is changed.").WaitForAsync();
        await page.GotoAsync(new Uri(new(page.Url), "/account").ToString());
        await UntilLiveAsync(page);
        await visit.ScreenshotAsync("account-profile", fullPage: true);
        await page.Locator("#confirmation").FillAsync(PanelApp.AdminEmail);
        await page.Locator("#delete-password").FillAsync(New);
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete the account" }).ClickAsync();
        await page.GetByText("the last administrator").WaitForAsync();
        Assert.Empty(visit.ScriptErrors);
    }

    // on the list, or where one was: the page that was left may say where before the sign-out does
    static bool IsIn(string url) => !new Uri(url).AbsolutePath.StartsWith("/sign-", StringComparison.Ordinal);

    static async Task SignInAsync(IPage page, string password)
    {
        await page.Locator("#email").FillAsync(PanelApp.AdminEmail);
        await page.Locator("#password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    static Task UntilLiveAsync(IPage page) => page.Locator("fieldset.live:not([disabled])").WaitForAsync(new() { State = WaitForSelectorState.Attached });

    // a device that asks for a finger, as Chromium plays it
    static async Task AuthenticatorAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }
}
