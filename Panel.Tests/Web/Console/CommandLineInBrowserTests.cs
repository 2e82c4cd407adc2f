using Microsoft.Playwright;
using Panel.Contracts.Servers;
using Panel.Core.Console;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web.Console;

/// <summary>The command line of a game that runs, as a person uses it.</summary>
[Trait("Lane", "browser")]
public sealed class CommandLineInBrowserTests(Browser browser) : IAsyncLifetime
{
    PanelWithServer panel = default!;
    Visit visit = default!;

    IPage Page => visit.Page;

    ILocator Output => Page.GetByRole(AriaRole.Log, new() { Name = "Console output" });

    ILocator Entry => Page.GetByLabel("Command", new() { Exact = true });

    public async ValueTask InitializeAsync()
    {
        panel = await PanelWithServer.StartAsync();
        await panel.Get<ChangePower>().RunAsync(panel.Admin, panel.Server, PowerAction.Start, CancellationToken.None);
        await panel.Get<Snippets>().SaveAsync(panel.Admin, panel.Server, new() { Name = "Who is here", Command = "list" }, CancellationToken.None);
        visit = await panel.OpenAsync(browser);
        await Expect(Output).ToContainTextAsync("Done (", new() { Timeout = 60_000 });
        await Expect(Entry).ToBeEnabledAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await visit.DisposeAsync();
        await panel.DisposeAsync();
    }

    [Fact]
    public async Task More_lines_are_sent_one_by_one_when_the_person_says_so_and_come_back_with_the_history()
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Page.EvaluateAsync("navigator.clipboard.writeText('say one\\nsay two\\r\\n\\nsay three')");
        await Entry.FocusAsync();
        await Page.Keyboard.PressAsync("Control+v");
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("Send 3 commands?");
        await Expect(dialog).ToContainTextAsync("2  say two");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        await Expect(Output).Not.ToContainTextAsync("[Server] one");
        await Entry.FocusAsync();
        await Page.Keyboard.PressAsync("Control+v");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send all" }).ClickAsync();
        await Expect(Output).ToContainTextAsync("[Server] three");
        var said = await Output.Locator(".line.sent").AllTextContentsAsync();
        // the line under the pointer shows the sign of its link
        Assert.Equal(["say one", "say two", "say three"], said.Select(line => line.Split("> ")[1].TrimEnd('#')));

        await Page.ReloadAsync();
        await Expect(Entry).ToBeEnabledAsync();
        await Deadline.UntilAsync("the history", async () =>
        {
            await Entry.FillAsync("");
            await Page.Keyboard.PressAsync("ArrowUp");
            await Page.Keyboard.PressAsync("ArrowUp");
            return await Entry.InputValueAsync() == "say two";
        });
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Tab_completes_behind_a_slash_too_and_stays_where_nothing_matches()
    {
        await Entry.FillAsync("/lis");
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Entry).ToHaveValueAsync("/list");
        await Entry.FillAsync("nothing like it");
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Entry).ToBeFocusedAsync();
        await Expect(Entry).ToHaveValueAsync("nothing like it");
        await Page.Keyboard.PressAsync("Shift+Tab");
        await Expect(Entry).Not.ToBeFocusedAsync();
        await Entry.FillAsync("");
        await Entry.FocusAsync();
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.GetByTitle("Saved commands")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Paste_goes_on_while_the_page_is_left_and_can_be_stopped_after_coming_back()
    {
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Page.EvaluateAsync("navigator.clipboard.writeText([...Array(60)].map((_, i) => `say ${i + 1}.`).join('\\n'))");
        await Entry.FocusAsync();
        await Page.Keyboard.PressAsync("Control+v");
        await Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Send all" }).ClickAsync();
        var progress = Page.GetByText("Sending what you pasted");
        await Expect(progress).ToContainTextAsync("of 60");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Files", Exact = true }).First.ClickAsync();
        await Expect(Output).ToBeHiddenAsync();
        await Deadline.UntilAsync("more are sent meanwhile", () => panel.Console.Tail(200).Any(line => line.EndsWith("[Server] 15.", StringComparison.Ordinal)), TimeSpan.FromSeconds(30));
        await Page.GoBackAsync();
        await Expect(progress).ToContainTextAsync("of 60");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).Last.ClickAsync();
        await Expect(progress).ToBeHiddenAsync();
        await Expect(Output).ToContainTextAsync("Of the 60 commands that");
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Saved_command_is_put_into_the_line_and_edited_in_a_dialog()
    {
        await Page.GetByTitle("Saved commands").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Who is here" }).ClickAsync();
        await Expect(Entry).ToHaveValueAsync("list");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Output).ToContainTextAsync("players online");
        await Page.GetByTitle("Saved commands").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Edit saved commands" }).ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name").FillAsync("Greet");
        await dialog.GetByLabel("Command").FillAsync("say hello");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(dialog.GetByText("Greet")).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Page.GetByTitle("Saved commands").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Greet" })).ToBeVisibleAsync();
        Assert.Empty(visit.ScriptErrors);
    }
}
