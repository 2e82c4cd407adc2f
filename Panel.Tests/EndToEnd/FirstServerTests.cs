using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.EndToEnd;

/// <summary>What a newcomer does, in a browser, against the built panel as a process of its own.</summary>
[Trait("Lane", "browser")]
public sealed class FirstServerTests(Browser browser)
{
    const string Email = "owner@example.org", Password = "Correct-Horse-9-Battery", Name = "My first server";

    static readonly LocatorAssertionsToHaveTextOptions Soon = new() { Timeout = 30_000 };

    [Fact]
    public async Task From_set_up_to_a_running_server_and_back()
    {
        await using var panel = new PanelProcess();
        await panel.StartAsync();

        await using (var first = await browser.OpenAsync(await panel.SetupLinkAsync()))
        {
            await first.ScreenshotAsync("01-set-up");
            await first.Page.GetByLabel("Email address").FillAsync(Email);
            await first.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
            await first.Page.GetByLabel("Password again").FillAsync(Password);
            await first.Page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
            await Expect(first.Page.GetByText("No servers yet")).ToBeVisibleAsync();
        }

        await using var visit = await browser.OpenAsync(panel.Address);
        var page = visit.Page;
        await SignInAsync(visit);
        await visit.ScreenshotAsync("03-no-servers");

        await CreateAsync(visit);
        await Expect(Phase(page)).ToHaveTextAsync("Running", Soon);
        var console = page.GetByRole(AriaRole.Log, new() { Name = "Console output" });
        await Expect(console).ToContainTextAsync("For help, type");

        await CommandAsync(page, "help");
        await Expect(console).ToContainTextAsync("say <text>: tells everybody");
        await visit.ScreenshotAsync("06-console");
        var address = page.Url;
        await PicturesAsync(visit, address);

        await EditAsync(visit, address);
        await page.GotoAsync(address);
        await Expect(console).ToContainTextAsync("For help, type");
        await PowerAsync(page, "Restart");
        await Expect(console).ToContainTextAsync("Default game type: SURVIVAL", new() { Timeout = 30_000 });
        await Expect(Phase(page)).ToHaveTextAsync("Running", Soon);

        await PowerAsync(page, "Stop");
        await Expect(Phase(page)).ToHaveTextAsync("Offline", Soon);
        await visit.ScreenshotAsync("09-stopped");

        await page.GetByRole(AriaRole.Navigation, new() { Name = "Server", Exact = true }).GetByRole(AriaRole.Link, new() { Name = "Settings" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete server" }).ClickAsync();
        await dialog.GetByLabel("to confirm").FillAsync(Name);
        await visit.ScreenshotAsync("10-delete");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete server" }).ClickAsync();
        await Expect(page.GetByText("No servers yet")).ToBeVisibleAsync(new() { Timeout = 30_000 });

        Assert.Empty(visit.ScriptErrors);
        await Deadline.UntilAsync("its files are gone", () => Directory.GetFiles(panel.DataDirectory, "server.properties", SearchOption.AllDirectories).Length == 0);
    }

    static ILocator Phase(IPage page) => page.GetByTestId("phase");

    static async Task SignInAsync(Visit visit)
    {
        var page = visit.Page;
        await Expect(page).ToHaveTitleAsync(new Regex("Sign in"));
        await page.GetByLabel("Email address").FillAsync(Email);
        await page.GetByLabel("Password").FillAsync("not my password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.Locator("#message")).ToBeVisibleAsync();
        await visit.ScreenshotAsync("02-sign-in");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.GetByText("No servers yet")).ToBeVisibleAsync();
    }

    static async Task CreateAsync(Visit visit)
    {
        var page = visit.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Create your first server" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New server" })).ToBeVisibleAsync();
        await visit.ScreenshotAsync("04-games");
        await page.GetByRole(AriaRole.Button, new() { Name = "Panel demo" }).ClickAsync();
        await page.GetByLabel("Message of the day").FillAsync("Welcome, everybody");
        await visit.ScreenshotAsync("05-settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Radiogroup, new() { Name = "Plan" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Radiogroup, new() { Name = "Plan" }).Locator("label:not(.off)").First.ClickAsync();
        await visit.ScreenshotAsync("05-plan");
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(Name);
        await visit.ScreenshotAsync("05-review");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create server" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = Name })).ToBeVisibleAsync();
    }

    static async Task CommandAsync(IPage page, string command)
    {
        var entry = page.GetByLabel("Command", new() { Exact = true });
        await Expect(entry).ToBeEnabledAsync();
        await entry.FillAsync(command);
        await entry.PressAsync("Enter");
    }

    static Task PowerAsync(IPage page, string action) =>
        page.GetByRole(AriaRole.Group, new() { Name = "Power" }).GetByRole(AriaRole.Button, new() { Name = action, Exact = true }).ClickAsync();

    static async Task EditAsync(Visit visit, string address)
    {
        var page = visit.Page;
        await page.GotoAsync($"{address}/files");
        await page.GetByRole(AriaRole.Link, new() { Name = "server.properties", Exact = true }).ClickAsync();
        await Expect(page.Locator(".monaco-editor .view-lines")).ToContainTextAsync("gamemode=creative", new() { Timeout = 30_000 });
        await page.Locator(".monaco-editor .view-lines").ClickAsync();
        var text = await page.EvaluateAsync<string>("() => monaco.editor.getModels()[0].getValue()");
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.InsertTextAsync(text.Replace("gamemode=creative", "gamemode=survival"));
        await visit.ScreenshotAsync("07-editor");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = 15_000 });
        await page.GetByRole(AriaRole.Link, new() { Name = "Close the file" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Grid, new() { Name = "Files" })).ToContainTextAsync("world");
        await visit.ScreenshotAsync("08-files");
    }

    // the same pages as somebody who prefers dark, and on a phone
    async Task PicturesAsync(Visit signedIn, string address)
    {
        foreach (var (name, dark, phone) in new[] { ("dark", true, false), ("phone", false, true), ("phone-dark", true, true) })
        {
            await using var visit = await browser.OpenAsync(new("about:blank"), dark, phone);
            await visit.Page.Context.AddCookiesAsync((await signedIn.Page.Context.CookiesAsync()).Select(cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path, HttpOnly = cookie.HttpOnly }));
            foreach (var (page, path) in new[] { ("console", address), ("servers", new Uri(new(address), "/servers").ToString()), ("files", $"{address}/files"), ("settings", $"{address}/settings"), ("new", new Uri(new(address), "/servers/new").ToString()) })
            {
                await visit.Page.GotoAsync(path);
                if (page == "console") await Expect(visit.Page.GetByRole(AriaRole.Log)).ToContainTextAsync("For help, type");
                else if (page == "files") await Expect(visit.Page.GetByRole(AriaRole.Grid, new() { Name = "Files" })).ToContainTextAsync("server.properties");
                else await Expect(visit.Page.GetByRole(AriaRole.Heading).First).ToBeVisibleAsync();
                await visit.ScreenshotAsync($"{page}-{name}");
                var overflow = await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
                Assert.True(overflow <= 0, $"{page} on {name} is {overflow} pixels too wide");
            }
        }
    }
}
