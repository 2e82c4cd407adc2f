using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.EndToEnd;

/// <summary>An administrator, somebody who owns a server and somebody whom they let into it, each in a browser of their own, against the built panel as a process.</summary>
[Trait("Lane", "browser")]
public sealed partial class ThreePeopleTests(Browser browser) : IAsyncLifetime
{
    const string Ann = "ann@example.org", Bob = "bob@example.org", Password = "Correct-Horse-9-Battery", Server = "Sky";
    const float Prompt = 2_000;   // what a change of permissions may take until it is seen

    static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 30_000 };

    readonly PanelProcess panel = new();
    Visit admin = default!, owner = default!, guest = default!;
    string server = "";

    public async ValueTask InitializeAsync() => await this.StartOrEndAsync(async () =>
    {
        panel.With("Panel:Admin:Email", PanelApp.AdminEmail).With("Panel:Admin:Password", PanelApp.AdminPassword);
        await panel.StartAsync();
        admin = await browser.OpenAsync(panel.Address);
        owner = await browser.OpenAsync(panel.Address);
        guest = await browser.OpenAsync(panel.Address);
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var visit in new[] { admin, owner, guest })
        {
            if (visit is not null) await visit.DisposeAsync();
        }
        await panel.DisposeAsync();
    }

    [Fact]
    public async Task Sharing_suspension_quota_and_acting_for_another_play_through_and_stand_in_the_audit()
    {
        await SignInAsync(admin.Page, PanelApp.AdminEmail, PanelApp.AdminPassword);
        await MakeOwnerAsync();
        await SignInAsync(owner.Page, Ann, Password);
        await CreateServerAsync();
        await InviteAsync();
        await NarrowWidenAndRevokeAsync();
        await SuspendAsync();
        await RefuseAndRaiseAsync();
        await ActForOwnerAsync();
        await ReadAuditAsync();
        foreach (var visit in (Visit[])[admin, owner, guest]) Assert.Empty(visit.ScriptErrors);
    }

    async Task MakeOwnerAsync()
    {
        var page = admin.Page;
        await GoAsync(page, "admin/users");
        await page.GetByRole(AriaRole.Link, new() { Name = "New user" }).ClickAsync();
        await page.GetByLabel("Email address").FillAsync(Ann);
        await page.GetByLabel("Password").FillAsync(Password);
        await Button(page, "Create user").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = Ann })).ToBeVisibleAsync();
    }

    async Task CreateServerAsync()
    {
        await ReviewAsync(owner.Page, Server);
        await Button(owner.Page, "Create server").ClickAsync();
        await Expect(owner.Page.GetByRole(AriaRole.Heading, new() { Name = Server })).ToBeVisibleAsync(Soon);
        server = new Uri(owner.Page.Url).AbsolutePath[1..];
        await Expect(Phase(owner.Page)).ToHaveTextAsync("Running", new() { Timeout = 60_000 });
    }

    async Task InviteAsync()
    {
        await GoAsync(owner.Page, $"{server}/people");
        await Button(owner.Page, "Invite").ClickAsync();
        var dialog = owner.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Email address").FillAsync(Bob);
        await Button(dialog, "Moderator").ClickAsync();
        await Button(dialog, "Invite").ClickAsync();
        var link = (await owner.Page.GetByTestId("link").GetByRole(AriaRole.Button, new() { NameRegex = CopyLink() }).InnerTextAsync()).Trim();

        await guest.Page.GotoAsync(link);
        await guest.ScreenshotAsync("people-01-invitation");
        await guest.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await guest.Page.GetByLabel("Password again").FillAsync(Password);
        await Button(guest.Page, "Create account and accept").ClickAsync();
        await Expect(Console(guest.Page)).ToContainTextAsync("For help, type", new() { Timeout = 30_000 });
        await Expect(Power(guest.Page, "Stop")).ToBeEnabledAsync();
        await Expect(Tabs(guest.Page)).ToHaveTextAsync(["Console", "People", "Activity"]);
        await Expect(owner.Page.GetByText(Bob)).ToBeVisibleAsync(Soon);
        await owner.ScreenshotAsync("people-02-people");
    }

    async Task NarrowWidenAndRevokeAsync()
    {
        await ChangeAsync("Viewer");
        await Expect(Power(guest.Page, "Stop")).ToBeDisabledAsync(new() { Timeout = Prompt });
        await Expect(guest.Page.GetByPlaceholder("You may read along and not type")).ToBeVisibleAsync(new() { Timeout = Prompt });
        await guest.ScreenshotAsync("people-03-narrowed");

        await ChangeAsync("Builder");
        await Expect(Tabs(guest.Page)).ToContainTextAsync(["Console", "Files"], new() { Timeout = Prompt });
        await Expect(Power(guest.Page, "Stop")).ToBeEnabledAsync(new() { Timeout = Prompt });
        await guest.ScreenshotAsync("people-04-widened");

        await Button(owner.Page, $"Take {Bob} out").ClickAsync();
        var watch = Stopwatch.StartNew();
        await Button(owner.Page.GetByRole(AriaRole.Dialog), "Take out").ClickAsync();
        await Expect(Console(guest.Page)).ToHaveCountAsync(0, new() { Timeout = Prompt });
        TestContext.Current.SendDiagnosticMessage("The console closed {0:0} ms after the click that revoked it.", watch.Elapsed.TotalMilliseconds);
        Assert.InRange(watch.ElapsedMilliseconds, 0, Prompt);
        await Expect(guest.Page.GetByText($"You are not let into {Server} any more")).ToBeVisibleAsync();
        await guest.ScreenshotAsync("people-05-revoked");
    }

    async Task ChangeAsync(string preset)
    {
        await Button(owner.Page, $"Change what {Bob} may").ClickAsync();
        var dialog = owner.Page.GetByRole(AriaRole.Dialog);
        await Button(dialog, preset).ClickAsync();
        await Button(dialog, "Save").ClickAsync();
        await Expect(owner.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    async Task SuspendAsync()
    {
        await GoAsync(owner.Page, server);
        await GoAsync(admin.Page, "admin/servers");
        await admin.Page.GetByLabel($"Choose {Server}").CheckAsync();
        await Button(admin.Page, "Suspend").ClickAsync();
        await admin.Page.GetByLabel("Reason").FillAsync("It mines coins.");
        await Button(admin.Page.Locator("form.row"), "Suspend").ClickAsync();
        await Expect(owner.Page.GetByTestId("suspended")).ToContainTextAsync("It mines coins.", new() { Timeout = 10_000 });
        await Expect(Power(owner.Page, "Start")).ToBeDisabledAsync();
        await Expect(owner.Page.GetByPlaceholder("The server is suspended: It mines coins.")).ToBeDisabledAsync();
        await owner.ScreenshotAsync("people-06-server-suspended");
        await admin.Page.GetByLabel($"Choose {Server}").CheckAsync();
        await Button(admin.Page, "Resume").ClickAsync();
        await Expect(Phase(owner.Page)).ToHaveTextAsync("Running", new() { Timeout = 60_000 });

        await OpenOwnerAsync();
        await admin.Page.GetByLabel("Reason").FillAsync("The bill is not paid.");
        await Button(admin.Page, "Suspend user").ClickAsync();
        await Expect(admin.Page.Locator(".notice", new() { HasText = "Suspended: The bill is not paid." })).ToBeVisibleAsync();
        await Expect(admin.Page.Locator("section", new() { HasText = "Panel demo" }).GetByText("Suspended", new() { Exact = true })).ToBeVisibleAsync();
        await admin.ScreenshotAsync("people-07-user-suspended");
        await Expect(owner.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync(Soon);
        await SubmitAsync(owner.Page, Ann, Password);
        await Expect(owner.Page.Locator("#message")).ToHaveTextAsync("This account is suspended: The bill is not paid.");
        await owner.ScreenshotAsync("people-08-suspended-sign-in");
        await GoAsync(admin.Page, server);
        await Expect(admin.Page.GetByTestId("suspended")).ToContainTextAsync("The bill is not paid.");
        await OpenOwnerAsync();
        await Button(admin.Page, "Resume user").ClickAsync();
        await Expect(admin.Page.Locator(".notice", new() { HasText = "Suspended: The bill is not paid." })).ToHaveCountAsync(0);
    }

    async Task RefuseAndRaiseAsync()
    {
        await SignInAsync(owner.Page, Ann, Password);
        await ReviewAsync(owner.Page, "Sea");   // a plan fits when it is chosen, and none does when it is asked for
        await LimitAsync("1");
        await Button(owner.Page, "Create server").ClickAsync();
        await Expect(owner.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("That takes 1 server. Of the owner's quota of 1 server, nothing is left.");
        await Expect(owner.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("an administrator, can raise the quota");
        await owner.ScreenshotAsync("people-09-quota");
        await LimitAsync("2");
        await Button(owner.Page, "Create server").ClickAsync();
        await Expect(owner.Page.GetByRole(AriaRole.Heading, new() { Name = "Sea" })).ToBeVisibleAsync(Soon);
        await GoAsync(owner.Page, "servers/new?game=demo&step=plan");
        await Expect(owner.Page.GetByText("No plan fits")).ToBeVisibleAsync();
        await owner.ScreenshotAsync("people-10-no-plan-fits");
    }

    async Task LimitAsync(string servers)
    {
        await OpenOwnerAsync();
        await admin.Page.Locator("#quota-servers").FillAsync(servers);
        await admin.Page.Locator("#quota-servers").PressAsync("Tab");
        await Button(admin.Page.GetByRole(AriaRole.Form, new() { Name = "Quota" }), "Save").ClickAsync();
        await Expect(admin.Page.GetByText($"1 of {servers}", new() { Exact = true })).ToBeVisibleAsync();
    }

    async Task ActForOwnerAsync()
    {
        await OpenOwnerAsync();
        await admin.ScreenshotAsync("people-11-user", fullPage: true);
        await Button(admin.Page, "Act as this user").ClickAsync();
        await Expect(admin.Page.Locator("[data-acting]")).ToContainTextAsync(Ann);
        await GoAsync(admin.Page, server);
        await Expect(Power(admin.Page, "Stop")).ToBeEnabledAsync(new() { Timeout = 60_000 });
        await Power(admin.Page, "Stop").ClickAsync();
        await Expect(Phase(admin.Page)).ToHaveTextAsync("Offline", new() { Timeout = 60_000 });
        await admin.ScreenshotAsync("people-12-acting");
        await Button(admin.Page, "Stop acting").ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = Ann })).ToBeVisibleAsync(Soon);
        await Expect(admin.Page.Locator("[data-acting]")).ToHaveCountAsync(0);
    }

    async Task ReadAuditAsync()
    {
        var page = admin.Page;
        await GoAsync(page, "admin/audit");
        string[] actions =
        [
            "account.create", "server.create", "member.invite", "member.join", "member.change", "member.remove", "server.suspend", "server.resume", "account.suspend",
            "account.resume", "account.sign-in-failed", "account.quota", "account.impersonate", "server.power.stop", "account.impersonate-stop",
        ];
        await Expect(page.Locator("tbody code").First).ToBeVisibleAsync();
        Assert.Empty(actions.Except(await page.Locator("tbody code").AllInnerTextsAsync()));
        await Expect(page.Locator("tr", new() { HasTextString = "server.power.stop" }).First).ToContainTextAsync($"{Ann} by {PanelApp.AdminEmail}");
        await page.ScreenshotAsync(new() { Path = Path.Combine(SourceTree.Artifacts, "screenshots", "people-13-audit.png"), FullPage = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "Details of member.change" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Before and after" })).ToContainTextAsync("permissions");
        await GoAsync(owner.Page, $"{server}/activity");
        await Expect(owner.Page.GetByText("member.remove")).ToBeVisibleAsync(Soon);
        await owner.ScreenshotAsync("people-14-activity");
    }

    async Task OpenOwnerAsync()
    {
        await GoAsync(admin.Page, "admin/users");
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = Ann }).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = Ann })).ToBeVisibleAsync();
        await LiveAsync(admin.Page);
    }

    async Task ReviewAsync(IPage page, string name)
    {
        await GoAsync(page, "servers/new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Panel demo" }).ClickAsync();
        await Button(page, "Continue").ClickAsync();
        await page.GetByRole(AriaRole.Radiogroup, new() { Name = "Plan" }).Locator("label:not(.off)").First.ClickAsync();
        await Button(page, "Continue").ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
    }

    static async Task SignInAsync(IPage page, string email, string password)
    {
        await SubmitAsync(page, email, password);
        await LiveAsync(page);
    }

    static async Task SubmitAsync(IPage page, string email, string password)
    {
        await page.GetByLabel("Email address").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(password);
        await Button(page, "Sign in").ClickAsync();
    }

    async Task GoAsync(IPage page, string path)
    {
        await page.GotoAsync(new Uri(panel.Address, path).ToString());
        await LiveAsync(page);
    }

    static Task LiveAsync(IPage page) => Expect(page.Locator("fieldset.live:not([disabled])").First).ToBeAttachedAsync(new() { Timeout = 60_000 });

    static ILocator Button(IPage page, string name) => Button(page.Locator("main"), name);

    static ILocator Button(ILocator within, string name) => within.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    static ILocator Power(IPage page, string action) => Button(page.GetByRole(AriaRole.Group, new() { Name = "Power" }), action);

    static ILocator Console(IPage page) => page.GetByRole(AriaRole.Log, new() { Name = "Console output" });

    static ILocator Tabs(IPage page) => page.GetByRole(AriaRole.Navigation, new() { Name = "Server", Exact = true }).GetByRole(AriaRole.Link);

    static ILocator Phase(IPage page) => page.GetByTestId("phase");

    [GeneratedRegex("^Copy http")]
    private static partial Regex CopyLink();
}
