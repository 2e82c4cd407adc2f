using System.Net;
using System.Net.Http.Headers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Panel.Core;
using Panel.Core.Accounts;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Accounts;

/// <summary>The page of API keys, in a browser.</summary>
[Trait("Lane", "browser")]
public sealed class KeysPageTests(Browser browser)
{
    [Fact]
    public async Task Key_is_shown_once_copied_used_renamed_and_revoked()
    {
        await using var app = new PanelApp();
        var root = app.Listen();
        await using var visit = await browser.SignedInAsync(root, "/account/keys");
        var page = visit.Page;
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Expect(page.GetByText("No keys")).ToBeVisibleAsync();

        // what is wrong is said by its field
        await page.Locator("#key-name").FillAsync("Night backup");
        await page.Locator("#key-networks").FillAsync("300.1.1.1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make key" }).ClickAsync();
        await Expect(page.Locator("#key-networks-note")).ToContainTextAsync("300.1.1.1");
        await page.Locator("#key-networks").FillAsync("127.0.0.0/8, ::1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Viewer", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make key" }).ClickAsync();

        // once, to be copied
        var copy = page.Locator("[data-new-key] .copy");
        var key = (await copy.TextContentAsync())!.Trim();
        Assert.StartsWith("pnl_", key, StringComparison.Ordinal);
        await visit.ScreenshotAsync("account-keys-made", fullPage: true);
        await copy.ClickAsync();
        await Expect(page.Locator("#announce")).ToHaveTextAsync("Copied");
        Assert.Equal(key, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(page.Locator("[data-new-key]")).ToHaveCountAsync(0);
        await AccountPages.AgainAsync(page);
        Assert.DoesNotContain(key, await page.ContentAsync(), StringComparison.Ordinal);
        var row = page.Locator("[data-key='Night backup']");
        await Expect(row).ToContainTextAsync("127.0.0.0/8");
        await Expect(row).ToContainTextAsync("never");   // not used yet

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(root, key));
        await Deadline.UntilAsync("the use", async () =>
        {
            await AccountPages.AgainAsync(page);
            return (await row.TextContentAsync())!.Contains("just now", StringComparison.Ordinal);
        });

        await row.GetByRole(AriaRole.Button, new() { Name = "Rename Night backup" }).ClickAsync();
        await page.GetByLabel("Name of the key").FillAsync("Day backup");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the name" }).ClickAsync();
        await Expect(page.Locator("[data-key='Day backup']")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke Day backup" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke", Exact = true }).ClickAsync();
        await Expect(page.GetByText("No keys")).ToBeVisibleAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(root, key));
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Key_that_ended_says_so_and_everything_fits_a_phone()
    {
        await using var app = new PanelApp();
        var root = app.Listen();
        await using var visit = await browser.SignedInAsync(root, "/account/keys", dark: true, phone: true);
        var page = visit.Page;
        await page.SetViewportSizeAsync(360, 800);
        await page.Locator("#key-name").FillAsync("A script with a name that is longer than most are");
        await page.Locator("#key-ends").SelectOptionAsync("7");
        await page.GetByLabel("It may do all that I may").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make key" }).ClickAsync();
        var key = (await page.Locator("[data-new-key] .copy").TextContentAsync())!.Trim();
        await AccountPages.FitsAsync(page);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(root, key));

        await using (var db = await app.Get<IDbContextFactory<PanelDb>>().CreateDbContextAsync())
        {
            var before = DateTimeOffset.UtcNow.AddMinutes(-1);
            await db.ApiKeys.ExecuteUpdateAsync(set => set.SetProperty(one => one.ExpiresAt, before));
        }
        app.Get<AccountChanges>().Changed(AccountChanges.All);
        await AccountPages.AgainAsync(page);
        await Expect(page.Locator("[data-key]")).ToContainTextAsync("Ended");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(root, key));
        await AccountPages.FitsAsync(page);
        await visit.ScreenshotAsync("account-keys-phone-dark", fullPage: true);
        Assert.Empty(visit.ScriptErrors);
    }

    static async Task<HttpStatusCode> StatusAsync(Uri root, string key)
    {
        using var http = new HttpClient { BaseAddress = root };
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/servers");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }
}
