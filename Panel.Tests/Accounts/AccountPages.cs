using Microsoft.Playwright;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Accounts;

/// <summary>What tests of pages in a browser begin with.</summary>
static class AccountPages
{
    const int Patience = 30_000;

    /// <summary>Signs somebody in, who lands on a page that is alive.</summary>
    /// <param name="browser">The browser.</param>
    /// <param name="root">The panel.</param>
    /// <param name="path">The page.</param>
    /// <param name="email">Who.</param>
    /// <param name="password">Their password.</param>
    /// <param name="dark">Whether they prefer dark.</param>
    /// <param name="phone">Whether they are at a phone.</param>
    public static async Task<Visit> SignedInAsync(this Browser browser, Uri root, string path, string email = PanelApp.AdminEmail, string password = PanelApp.AdminPassword, bool dark = false, bool phone = false)
    {
        var visit = await browser.OpenAsync(new(root, $"sign-in?returnUrl={Uri.EscapeDataString(path)}"), dark, phone);
        await visit.Page.Locator("#email").FillAsync(email);
        await visit.Page.Locator("#password").FillAsync(password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await visit.Page.WaitForURLAsync($"**{path}");
        await LiveAsync(visit.Page);
        return visit;
    }

    /// <summary>Waits until what is pressed on the page does something.</summary>
    public static Task LiveAsync(IPage page) => Expect(page.Locator("fieldset.live:not([disabled])")).ToBeAttachedAsync(new() { Timeout = Patience });

    /// <summary>Loads the page again.</summary>
    public static async Task AgainAsync(IPage page)
    {
        await page.ReloadAsync();
        await LiveAsync(page);
    }

    /// <summary>Nothing on the page reaches beyond the window's edge.</summary>
    public static async Task FitsAsync(IPage page) =>
        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
}
