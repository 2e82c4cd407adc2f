using Microsoft.Playwright;
using Panel.Core.Templates;
using Panel.Tests.Support;
using Panel.Tests.Templates.Eggs;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web.Admin;

/// <summary>The games' pages in a real browser: what is large, and what the text editor holds.</summary>
[Trait("Lane", "browser")]
public sealed class TemplatesInBrowserTests(Browser browser)
{
    const int Patience = 60_000;

    [Fact]
    public async Task Large_egg_is_pasted_imported_and_its_script_changed_without_losing_it_on_the_way()
    {
        await using var panel = await PanelWithServer.StartAsync();
        await using var visit = await panel.OpenAsync(browser);
        var page = visit.Page;
        await GoAsync(panel, page, "admin/templates/import");
        // a message from the browser may hold 32 KB only
        var egg = SampleEgg.With(egg => egg["scripts"]!["installation"]!["script"] = string.Concat(Enumerable.Repeat("echo 🎮 install\n", 20_000)));
        await page.GetByLabel("Or paste an egg").FillAsync(egg);
        await page.GetByRole(AriaRole.Button, new() { Name = "Read it" }).ClickAsync();
        await Expect(page.GetByTestId("preview")).ToContainTextAsync("<script>alert(1)</script>", new() { Timeout = Patience });
        await page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "New server with it" })).ToBeVisibleAsync();

        await GoAsync(panel, page, "admin/templates/sample-game");
        await page.GetByRole(AriaRole.Tab, new() { Name = "Install script" }).ClickAsync();
        await Expect(page.Locator(".view-lines")).ToContainTextAsync("install", new() { Timeout = Patience });   // it has the keyboard then
        await page.Keyboard.PressAsync("Control+Home");
        await page.Keyboard.TypeAsync("# changed here ");
        await Expect(page.GetByText("Unsaved changes")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "General" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Changed <b>game</b>");
        await page.GetByRole(AriaRole.Link, new() { Name = "Games" }).First.ClickAsync();
        await Expect(page.GetByText("What you changed in this game is lost then.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Saved. Servers follow at their next start.")).ToBeVisibleAsync();
        var saved = panel.Get<TemplateCatalogue>().Find("sample-game")!;
        Assert.Equal(("Changed <b>game</b>", true), (saved.Name, saved.Install!.Script.StartsWith("# changed here echo 🎮", StringComparison.Ordinal)));
        Assert.Equal(0, await page.Locator("h1 b").CountAsync());
        Assert.Empty(visit.ScriptErrors);
    }

    static async Task GoAsync(PanelWithServer panel, IPage page, string path)
    {
        await page.GotoAsync(new Uri(panel.Http.BaseAddress!, path).ToString());
        await Expect(page.Locator("fieldset.live:not([disabled])").First).ToBeAttachedAsync(new() { Timeout = Patience });
    }
}
