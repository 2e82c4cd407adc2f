using Microsoft.Playwright;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Servers;
using Panel.Tests.Faults;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web;

/// <summary>What a server's page asks before it does what cannot be taken back, and what it says to what a quota forbids.</summary>
[Trait("Lane", "browser")]
public sealed class ServerDialogsTests(Browser browser)
{
    static readonly LocatorAssertionsToHaveTextOptions Soon = new() { Timeout = 60_000 };

    [Fact]
    public async Task Kill_asks_first_and_then_ends_the_server_at_once()
    {
        await using var panel = await FaultyPanel.StartAsync(browser);
        var id = await panel.CreateAsync("demo");
        await using var visit = await panel.OpenAsync($"servers/{id}");
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Running", Soon);

        await FaultyPanel.PowerAsync(visit.Page, "Kill");
        await Expect(dialog).ToContainTextAsync("What it has not saved is lost.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Equal(ServerPhase.Running, (await panel.RowAsync(id)).Phase);

        await FaultyPanel.PowerAsync(visit.Page, "Kill");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Kill" }).ClickAsync();
        await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Offline", Soon);
        await Expect(visit.Page.GetByRole(AriaRole.Log, new() { Name = "Console output" })).Not.ToContainTextAsync("Stopping the server");
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Reinstall_asks_first_and_wants_the_name_where_files_are_deleted()
    {
        await using var panel = await FaultyPanel.StartAsync(browser, app => FaultyTemplates.Add(app.DataDirectory, "installed", "sleep 600", install: "echo once >> installs.txt"));
        var id = await panel.CreateAsync("installed", "World <1>", start: false);
        await panel.UntilAsync(id, ServerPhase.Offline);
        await using var visit = await panel.OpenAsync($"servers/{id}/settings");
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        var reinstall = visit.Page.GetByRole(AriaRole.Button, new() { Name = "Reinstall", Exact = true });

        await reinstall.ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Reinstall" }).ClickAsync();
        await Deadline.UntilAsync("the second install", () => Lines(panel) == 2);
        await panel.UntilAsync(id, ServerPhase.Offline);

        await visit.Page.GetByLabel("Delete all files first").CheckAsync();
        await reinstall.ClickAsync();
        var agree = dialog.GetByRole(AriaRole.Button, new() { Name = "Delete files and reinstall" });
        await Expect(agree).ToBeDisabledAsync();
        await dialog.GetByLabel("to confirm").FillAsync("World <1>");
        await agree.ClickAsync();
        await Deadline.UntilAsync("the install on an empty volume", () => Lines(panel) == 1);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Delete_does_nothing_until_the_very_name_is_typed()
    {
        await using var panel = await FaultyPanel.StartAsync(browser);
        var id = await panel.CreateAsync("demo", "World of \"Ada\" 🏰", start: false);
        await using var visit = await panel.OpenAsync($"servers/{id}/settings");
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Delete server" }).ClickAsync();
        var agree = dialog.GetByRole(AriaRole.Button, new() { Name = "Delete server" });
        var word = dialog.GetByLabel("to confirm");
        foreach (var wrong in new[] { "", "World of Ada", "world of \"ada\" 🏰", "World of \"Ada\"" })
        {
            await word.FillAsync(wrong);
            await Expect(agree).ToBeDisabledAsync();
            await word.PressAsync("Enter");
        }
        await Expect(dialog).ToBeVisibleAsync();
        Assert.NotEqual(ServerPhase.Deleting, (await panel.RowAsync(id)).Phase);

        await word.FillAsync("World of \"Ada\" 🏰");
        await agree.ClickAsync();
        await Expect(visit.Page.GetByText("No servers yet")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.Empty(visit.ScriptErrors);
    }

    /// <summary>It must not be led elsewhere: that is a call into the browser, and one that is gone for good (a lid that was shut) fails it a minute later, with the circuit.</summary>
    [Fact]
    public async Task Page_of_somebody_else_tells_that_the_server_was_deleted_and_stays()
    {
        await using var panel = await FaultyPanel.StartAsync(browser);
        var id = await panel.CreateAsync("demo", start: false);
        await panel.UntilAsync(id, ServerPhase.Offline);
        await using var visit = await panel.OpenAsync($"servers/{id}");
        await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Offline", Soon);
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true })).ToBeEnabledAsync();

        await panel.Get<DeleteServer>().RunAsync(panel.Admin, id, "A server", TestContext.Current.CancellationToken);
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "There is no such server" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.EndsWith($"servers/{id}", visit.Page.Url, StringComparison.Ordinal);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Plan_is_changed_and_what_the_quota_does_not_leave_is_said_by_the_field()
    {
        const string Email = "member@example.org", Password = "Correct-Horse-9-Battery";
        await using var panel = await FaultyPanel.StartAsync(browser, app => app.With("Panel:Quota:MemoryMiB", "4600"));
        var member = (await panel.Get<Actors>().FindAsync(await panel.Get<CreateAccount>().RunAsync(panel.Admin, new() { Email = Email, Password = Password }, CancellationToken.None), address: null, CancellationToken.None))!;
        await panel.SignInAsync(Email, Password);
        var id = await panel.CreateAsync("demo", start: false, owner: member);
        await using var visit = await panel.OpenAsync($"servers/{id}/settings");
        var plans = visit.Page.GetByRole(AriaRole.Radiogroup, new() { Name = "Plan" });
        var change = visit.Page.GetByRole(AriaRole.Button, new() { Name = "Change plan" });
        var large = plans.Locator("label", new() { HasText = "Large" });
        await Expect(large.GetByRole(AriaRole.Radio)).ToBeDisabledAsync();
        await Expect(large).ToContainTextAsync("of memory is missing");
        await Expect(change).ToBeDisabledAsync();

        await plans.GetByRole(AriaRole.Radio, new() { Name = "Small" }).CheckAsync();
        await change.ClickAsync();
        await Expect(visit.Page.GetByText("The plan is changed.")).ToBeVisibleAsync();
        await Expect(plans.Locator("label", new() { HasText = "Small" })).ToContainTextAsync("Current");
        Assert.Equal(2048, (await panel.RowAsync(id)).MemoryLimitMiB);

        // what the page offers is taken by another server meanwhile
        await plans.GetByRole(AriaRole.Radio, new() { Name = "Medium" }).CheckAsync();
        await panel.CreateAsync("demo", "Another", start: false, owner: member);
        await change.ClickAsync();
        await Expect(visit.Page.Locator("form", new() { Has = plans }).GetByRole(AriaRole.Alert)).ToHaveTextAsync("That takes 4 GiB of memory. Of the owner's quota of 4.49 GiB, 3.99 GiB is left. Somebody with the permission users.manage, such as an administrator, can raise the quota.");
        Assert.Equal(2048, (await panel.RowAsync(id)).MemoryLimitMiB);
        Assert.Empty(visit.ScriptErrors);
    }

    static int Lines(FaultyPanel panel) =>
        Directory.EnumerateFiles(panel.DataDirectory, "installs.txt", SearchOption.AllDirectories).FirstOrDefault() is { } file ? File.ReadAllLines(file).Length : 0;
}
