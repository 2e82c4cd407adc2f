using Microsoft.Playwright;
using Panel.Tests.Files.Protection;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web.Files;

/// <summary>What people see of files that the game's template keeps from them.</summary>
[Trait("Lane", "browser")]
public sealed class ProtectedFilesInBrowserTests(Browser browser, ProtectedServer server) : IClassFixture<ProtectedServer>
{
    static readonly LocatorAssertionsToBeVisibleOptions soon = new() { Timeout = 60_000 };

    [Theory, InlineData(false, false), InlineData(true, false), InlineData(false, true)]
    public async Task Protected_file_is_listed_with_its_reason_and_cannot_be_opened_or_changed(bool dark, bool phone)
    {
        await using var visit = await browser.OpenAsync(server.Panel.Http.BaseAddress!, dark, phone);
        var page = visit.Page;
        await page.GetByLabel("Email address").FillAsync("bob@example.org");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(ProtectedServer.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.WaitForURLAsync(address => !address.Contains("sign-in", StringComparison.Ordinal), new() { Timeout = 60_000 });
        await page.GotoAsync(server.Panel.Page("/files").ToString());
        var row = page.Locator("[role=row]", new() { Has = page.GetByText("server.key", new() { Exact = true }) });
        await Expect(row).ToBeVisibleAsync(soon);
        await Expect(row.GetByTitle("Protected by the game's template (rule *.key): it can be neither read nor changed", new() { Exact = true })).ToBeVisibleAsync(soon);
        await Expect(row.GetByRole(AriaRole.Link)).ToHaveCountAsync(0);
        await row.ClickAsync();
        await Expect(row).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = 60_000 });
        if (!phone)
        {
            var delete = page.Locator(".foot").GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true });
            await Expect(delete).ToBeDisabledAsync(new() { Timeout = 60_000 });
            await Expect(delete).ToHaveAttributeAsync("title", "server.key is protected by the game's template (rule *.key)");
        }
        await visit.ScreenshotAsync($"protected-file{(dark ? "-dark" : "")}{(phone ? "-phone" : "")}");
        await page.GotoAsync(server.Panel.Page("/files?edit=server.key").ToString());
        await Expect(page.GetByText("/server.key is protected by the game's template (its rule is “*.key”)")).ToBeVisibleAsync(soon);
        if (!phone && !dark) await visit.ScreenshotAsync("protected-file-opened");
        server.RequireUntouched();
    }
}
