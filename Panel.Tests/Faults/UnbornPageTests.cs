using Microsoft.Playwright;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Faults;

/// <summary>Pages that have no circuit: because the panel ended before it was there, or because they get none.</summary>
[Trait("Lane", "browser")]
public sealed class UnbornPageTests(Browser browser)
{
    [Fact]
    public async Task Page_whose_panel_died_before_its_circuit_was_there_comes_back_by_itself()
    {
        await using var panel = new PanelProcess().With("Panel:Admin:Email", PanelApp.AdminEmail).With("Panel:Admin:Password", PanelApp.AdminPassword);
        await panel.StartAsync();
        await using var visit = await browser.OpenAsync(panel.Address);
        var page = visit.Page;
        await SignInAsync(page);
        await Expect(page.Locator("fieldset.live:enabled")).ToHaveCountAsync(1);

        var died = new TaskCompletionSource();
        await page.RouteAsync("**/_blazor/negotiate*", async route =>
        {
            if (!died.Task.IsCompleted) await panel.KillAsync();
            died.TrySetResult();
            await route.AbortAsync();
        }, new() { Times = 1 });
        await page.GotoAsync(new Uri(panel.Address, "servers").ToString(), new() { WaitUntil = WaitUntilState.Commit });
        await died.Task.Within("the death of the panel");
        await Expect(page.Locator("fieldset.live:disabled")).ToHaveCountAsync(1);
        await panel.StartAsync();
        await Expect(page.Locator("fieldset.live:enabled")).ToHaveCountAsync(1, new() { Timeout = 40_000 });
        await Expect(page.GetByText("No servers yet")).ToBeVisibleAsync();
        await Deadline.UntilAsync("the tries are forgotten", async () => await page.EvaluateAsync<string?>("sessionStorage.getItem('panel-tries')") is null);
    }

    [Theory]
    [InlineData("/nothing/of/that/name", "There is nothing here")]
    [InlineData("/servers/x/y/z", "There is nothing here")]
    [InlineData("/status/403", "This is not for your account")]
    [InlineData("/error", "Something went wrong")]
    public async Task Page_of_an_error_has_nothing_that_waits_for_a_circuit(string path, string says)
    {
        await using var app = new PanelApp();
        await using var visit = await browser.OpenAsync(app.Listen(), phone: true);
        var page = visit.Page;
        await SignInAsync(page);
        await Expect(page.GetByText("No servers yet")).ToBeVisibleAsync();
        await page.GotoAsync(new Uri(new Uri(page.Url), path).ToString());
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = says })).ToBeVisibleAsync();
        await Expect(page.Locator(":disabled")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "To the servers" }).ClickAsync();
        await Expect(page.GetByText("No servers yet")).ToBeVisibleAsync();
        Assert.Empty(visit.ScriptErrors);
    }

    static async Task SignInAsync(IPage page)
    {
        await page.GetByLabel("Email address").FillAsync(PanelApp.AdminEmail);
        await page.GetByLabel("Password").FillAsync(PanelApp.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }
}
