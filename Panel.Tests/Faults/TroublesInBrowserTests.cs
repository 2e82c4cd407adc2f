using System.Text;
using Microsoft.Playwright;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Faults;

/// <summary>What a console told of, on the page of its server, and the dialogs that mend it: with real programs on the cluster of this machine.</summary>
[Trait("Lane", "browser")]
public sealed class TroublesInBrowserTests(Browser browser)
{
    const string Rest = "while read line; do if [ \"$line\" = stop ]; then exit 0; fi; echo you said $line; done";
    const string Terms = "You need to agree to the EULA in order to run the server. Go to eula.txt for more info.";
    const string Java = "Minecraft 1.21 requires running the server with Java 21 or above.";

    static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 90_000 };
    static readonly LocatorAssertionsToHaveCountOptions Gone = new() { Timeout = 60_000 };
    static readonly LocatorAssertionsToHaveTextOptions Phase = new() { Timeout = 90_000 };

    static void Templates(PanelApp app)
    {
        Add("terms", $"if grep -q eula=true eula.txt; then echo Done; else echo \"{Terms}\"; fi; {Rest}", ["eula", "lava_lamp"]);
        Add("java", $"if [ -e been ]; then echo Done; else touch been; echo \"{Java}\"; fi; {Rest}", ["java_version"], template =>
            template["images"] = new Dictionary<string, string> { ["Java 17"] = "panel/tools:1", ["Java 21"] = "panel/tools:1" });
        Add("token", $"if [ -n \"$STEAM_ACC\" ]; then echo Done; else echo No GSLT token, server will not be listed; fi; {Rest}", ["gsl_token"], template =>
            template["variables"] = new object[] { new { name = "Login token", env = "STEAM_ACC", @default = "", rules = "nullable|string|alpha_num|size:32" } });
        Add("threads", $"echo Done; echo pthread_create failed; {Rest}", ["pid_limit"]);

        void Add(string key, string script, string[] features, Action<Dictionary<string, object>>? change = null) => FaultyTemplates.Add(app.DataDirectory, key, script, change: template =>
        {
            (template["features"], template["ready"], template["stop"], template["stopSeconds"]) = (features, (string[])["Done"], "stop", 10);
            change?.Invoke(template);
        });
    }

    static ILocator Trouble(IPage page) => page.GetByTestId("trouble");

    static ILocator Dialog(IPage page) => page.GetByRole(AriaRole.Dialog);

    static ILocator Button(ILocator place, string name) => place.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    static async Task MendedAsync(IPage page)
    {
        await Expect(Trouble(page)).ToHaveCountAsync(0, Gone);
        await Expect(Dialog(page)).ToHaveCountAsync(0);
        await Expect(FaultyPanel.Phase(page)).ToHaveTextAsync("Running", Phase);
    }

    [Fact]
    public async Task Terms_are_accepted_in_a_dialog_and_the_server_runs()
    {
        await using var panel = await FaultyPanel.StartAsync(browser, Templates);
        var id = await panel.CreateAsync("terms");
        await using var visit = await panel.OpenAsync($"servers/{id}");
        await Expect(Trouble(visit.Page)).ToBeVisibleAsync(Soon);
        await Expect(Trouble(visit.Page)).ToContainTextAsync("The game wants its terms accepted");
        await Expect(Trouble(visit.Page)).ToContainTextAsync(Terms);
        await visit.Page.ReloadAsync();
        await Expect(Trouble(visit.Page)).ToBeVisibleAsync(Soon);
        await using var later = await panel.OpenAsync($"servers/{id}");
        await Expect(Trouble(later.Page)).ToBeVisibleAsync(Soon);

        await OpenAsync(visit.Page, "Accept…");
        await Expect(Dialog(visit.Page)).ToContainTextAsync("Your agreement is written to eula.txt");
        await Button(Dialog(visit.Page), "Accept and restart").ClickAsync();
        await MendedAsync(visit.Page);
        await Expect(Trouble(later.Page)).ToHaveCountAsync(0, Gone);
        Assert.Equal("eula=true\n", Encoding.UTF8.GetString((await panel.Get<ReadFile>().RunAsync(panel.Admin, id, "/eula.txt", CancellationToken.None)).Content));
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Image_that_the_line_asks_for_is_proposed_and_the_server_restarted_with_it()
    {
        await using var panel = await FaultyPanel.StartAsync(browser, Templates);
        var id = await panel.CreateAsync("java");
        await using var visit = await panel.OpenAsync($"servers/{id}");
        await OpenAsync(visit.Page, "Choose an image…");
        var image = Dialog(visit.Page).GetByLabel("Image", new() { Exact = true });
        await Expect(image).ToHaveValueAsync("Java 21");
        await image.SelectOptionAsync("Java 17");
        await Expect(Button(Dialog(visit.Page), "Change and restart")).ToBeDisabledAsync(); // it has that one
        await image.SelectOptionAsync("Java 21");
        await Button(Dialog(visit.Page), "Change and restart").ClickAsync();
        await MendedAsync(visit.Page);
        Assert.Equal("Java 21", (await panel.Get<ServerQueries>().FindAsync(panel.Admin, id, CancellationToken.None)).Image);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Token_is_filled_in_by_its_rules_and_the_server_restarted_with_it()
    {
        await using var panel = await FaultyPanel.StartAsync(browser, Templates);
        var id = await panel.CreateAsync("token");
        await using var visit = await panel.OpenAsync($"servers/{id}");
        await Expect(Trouble(visit.Page).GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", "https://steamcommunity.com/dev/managegameservers", new() { Timeout = 90_000 });
        await OpenAsync(visit.Page, "Fill it in…");
        var field = Dialog(visit.Page).GetByLabel("Login token");
        await field.FillAsync("short");
        await Button(Dialog(visit.Page), "Save and restart").ClickAsync();
        await Expect(field).ToHaveAttributeAsync("aria-invalid", "true", new() { Timeout = 30_000 });
        await field.FillAsync(new string('A', 32));
        await Button(Dialog(visit.Page), "Save and restart").ClickAsync();
        await MendedAsync(visit.Page);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Trouble_that_was_dismissed_stays_away_until_the_next_start()
    {
        await using var panel = await FaultyPanel.StartAsync(browser, Templates);
        var id = await panel.CreateAsync("threads");
        await using var visit = await panel.OpenAsync($"servers/{id}");
        await Expect(Trouble(visit.Page)).ToBeVisibleAsync(Soon);
        await Expect(Trouble(visit.Page).GetByRole(AriaRole.Button)).ToHaveCountAsync(1); // there is nothing else to do about it here
        await Button(Trouble(visit.Page), "Dismiss").ClickAsync();
        await Expect(Trouble(visit.Page)).ToBeHiddenAsync();
        await visit.Page.ReloadAsync();
        await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Running", Phase);
        await Expect(Trouble(visit.Page)).ToHaveCountAsync(1, Gone);
        await Expect(Trouble(visit.Page)).ToBeHiddenAsync();
        await panel.Get<ChangePower>().RunAsync(panel.Admin, id, PowerAction.Restart, CancellationToken.None);
        await Expect(Trouble(visit.Page)).ToBeVisibleAsync(Soon);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Who_may_read_the_console_alone_reads_the_reason_and_has_no_button()
    {
        await using var panel = await FaultyPanel.StartAsync(browser, Templates);
        var id = await panel.CreateAsync("terms");
        await panel.Get<CreateAccount>().RunAsync(panel.Admin, new() { Email = "bob@example.org", Password = "Correct-Horse-9" }, CancellationToken.None);
        var invitation = (await panel.Get<InviteMember>().RunAsync(panel.Admin, id, new() { Email = "bob@example.org", Permissions = [ServerPermissions.ReadConsole, ServerPermissions.Restart] }, CancellationToken.None)).Token!;
        var account = (await panel.Get<AccountQueries>().ListAsync(panel.Admin, CancellationToken.None)).Single(account => account.Email == "bob@example.org");
        await panel.Get<AcceptInvitation>().RunAsync((await panel.Get<Actors>().FindAsync(account.Id, "192.0.2.7", CancellationToken.None))!, invitation, CancellationToken.None);
        await panel.SignInAsync("bob@example.org", "Correct-Horse-9");
        await using var visit = await panel.OpenAsync($"servers/{id}");
        await Expect(Trouble(visit.Page)).ToBeVisibleAsync(Soon);
        await Expect(Trouble(visit.Page)).ToContainTextAsync("You may not change, rename and move files. The server's owner can allow it.");
        await Expect(Button(Trouble(visit.Page), "Accept…")).ToHaveCountAsync(0);
        await Expect(Button(Trouble(visit.Page), "Dismiss")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Server_that_crashes_again_and_again_is_stopped_on_its_page_and_can_be_started()
    {
        await using var panel = await FaultyPanel.StartAsync(browser, app => app.With("Panel:Crashes:Most", "3"));
        var id = await panel.CreateAsync("demo");
        await using var visit = await panel.OpenAsync($"servers/{id}");
        var command = visit.Page.GetByLabel("Command", new() { Exact = true });
        var console = visit.Page.GetByRole(AriaRole.Log, new() { Name = "Console output" });
        for (var crash = 1; crash <= 3; crash++)
        {
            await Expect(console.GetByText("For help, type")).ToHaveCountAsync(crash, new() { Timeout = 90_000 });
            await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Running", Phase);
            await command.FillAsync("crash");
            await command.PressAsync("Enter");
            await Expect(console.GetByText("The server stopped: code 1.")).ToHaveCountAsync(crash, new() { Timeout = 60_000 });
        }
        await Expect(console).ToContainTextAsync("The panel stopped the server. Its program ended 3 times within 10 minutes, last with code 1.", new() { Timeout = 60_000 });
        var reason = visit.Page.Locator(".notice.bad[role=status]");
        await Expect(reason).ToContainTextAsync("The panel stopped it. Its program ended 3 times within 10 minutes, last with code 1.", new() { Timeout = 60_000 });
        await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Failing", Phase);
        Assert.Null(panel.Get<ObservedServers>().Find(id)?.Pod); // nothing of it is left to be started again
        await FaultyPanel.PowerAsync(visit.Page, "Start");
        await Expect(FaultyPanel.Phase(visit.Page)).ToHaveTextAsync("Running", Phase);
        await Expect(reason).ToHaveCountAsync(0);
        Assert.Empty(visit.ScriptErrors);
    }

    /// <summary>Opens the dialog of the trouble: a page that was just loaded may not hear the first clicks, and however many it hears open one.</summary>
    static async Task OpenAsync(IPage page, string button)
    {
        await Expect(Trouble(page)).ToBeVisibleAsync(Soon);
        await Deadline.UntilAsync("the dialog", async () =>
        {
            await Button(Trouble(page), button).DispatchEventAsync("click");
            return await Dialog(page).IsVisibleAsync();
        }, TimeSpan.FromSeconds(60));
    }
}
