using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Tests.Faults;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web.Access;

/// <summary>Sharing a server as people see it: an owner in one browser, whom they share with in another.</summary>
[Trait("Lane", "browser")]
public sealed partial class SharingTests(Browser browser)
{
    const string Password = "Correct-Horse-9-Battery";
    static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 20_000 };

    static async Task<Actor> AccountAsync(FaultyPanel panel, string name) => (await panel.Get<Actors>().FindAsync(
        await panel.Get<CreateAccount>().RunAsync(panel.Admin, new() { Email = $"{name}@example.org", Password = Password }, CancellationToken.None), address: null, CancellationToken.None))!;

    static async Task<ServerId> SharedAsync(FaultyPanel panel, Actor owner, Actor with, IEnumerable<string> permissions, bool start = false)
    {
        var id = await panel.CreateAsync("demo", "Sky", start, owner);
        var made = await panel.Get<InviteMember>().RunAsync(owner, id, new() { Email = with.Name, Permissions = [.. permissions] }, CancellationToken.None);
        await panel.Get<AcceptInvitation>().RunAsync(with, made.Token!, CancellationToken.None);
        return id;
    }

    static async Task<Visit> VisitAsync(FaultyPanel panel, Actor who, string path)
    {
        await panel.SignInAsync(who.Name, Password);
        return await panel.OpenAsync(path);
    }

    static ILocator Button(ILocator within, string name) => within.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    static Task NarrowAsync(FaultyPanel panel, Actor owner, ServerId id, Actor member, params string[] permissions) =>
        panel.Get<ChangeMember>().RunAsync(owner, id, member.UserId, new() { Permissions = [.. permissions] }, CancellationToken.None);

    [Fact]
    public async Task Owner_invites_by_a_link_and_somebody_without_an_account_comes_in_by_it()
    {
        await using var panel = await FaultyPanel.StartAsync(browser);
        var ann = await AccountAsync(panel, "ann");
        var id = await panel.CreateAsync("demo", "Sky", start: false, owner: ann);
        await using var owner = await VisitAsync(panel, ann, $"servers/{id}/people");
        await Button(owner.Page.Locator("main"), "Invite").ClickAsync();
        var dialog = owner.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Email address").FillAsync("new@example.org");
        await Button(dialog, "Moderator").ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Switch, new() { Name = "Control" })).ToBeCheckedAsync();
        await Expect(dialog.GetByRole(AriaRole.Switch, new() { Name = "Files" })).Not.ToBeCheckedAsync();
        await owner.ScreenshotAsync("share-invite");
        await Button(dialog, "Invite").ClickAsync();
        var link = await owner.Page.GetByTestId("link").GetByRole(AriaRole.Button, new() { NameRegex = CopyLink() }).InnerTextAsync();
        await Expect(owner.Page.GetByText("new@example.org")).ToBeVisibleAsync();
        await owner.ScreenshotAsync("share-people");
        await owner.Page.SetViewportSizeAsync(390, 844);
        await owner.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await owner.ScreenshotAsync("share-people-phone");
        Assert.True(await owner.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), "The page is wider than a phone.");

        var referers = new List<string>();
        await using var guest = await browser.OpenAsync(new("about:blank"));
        guest.Page.Request += (_, request) => { lock (referers) referers.Add($"{request.Headers.GetValueOrDefault("referer")}"); };
        await guest.Page.GotoAsync(link);
        Assert.EndsWith("/invitation", guest.Page.Url, StringComparison.Ordinal);
        await Expect(guest.Page.GetByRole(AriaRole.Heading, new() { Name = "You are invited" })).ToBeVisibleAsync();
        await Expect(guest.Page.GetByText("type into the console")).ToBeVisibleAsync();
        await guest.ScreenshotAsync("share-invitation");
        await guest.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await guest.Page.GetByLabel("Password again").FillAsync(Password);
        await Button(guest.Page.Locator("main"), "Create account and accept").ClickAsync();
        await Expect(guest.Page.GetByRole(AriaRole.Heading, new() { Name = "Sky" })).ToBeVisibleAsync(Soon);
        await Expect(guest.Page.GetByRole(AriaRole.Navigation, new() { Name = "Server" }).GetByRole(AriaRole.Link)).ToHaveTextAsync(["Console", "People", "Activity"]);
        Assert.DoesNotContain(referers, referer => referer.Contains(link.Split('/')[^1], StringComparison.Ordinal));
        await Expect(owner.Page.GetByText("Moderator")).ToBeVisibleAsync(Soon);
        Assert.Empty(guest.ScriptErrors);
        Assert.Empty(owner.ScriptErrors);

        await guest.Page.GotoAsync(link);
        await Expect(guest.Page.GetByText("This invitation is not valid")).ToBeVisibleAsync();
    }

    [GeneratedRegex("^Copy http")]
    private static partial Regex CopyLink();

    [Fact]
    public async Task Invitation_says_to_the_wrong_person_whom_it_is_for_and_waits_for_the_right_one_among_the_servers()
    {
        await using var panel = await FaultyPanel.StartAsync(browser);
        var (ann, bob, eve) = (await AccountAsync(panel, "ann"), await AccountAsync(panel, "bob"), await AccountAsync(panel, "eve"));
        var id = await panel.CreateAsync("demo", "Sky", start: false, owner: ann);
        var made = await panel.Get<InviteMember>().RunAsync(ann, id, new() { Email = "bob@example.org", Permissions = [ServerPermissions.ReadConsole] }, CancellationToken.None);
        await using (var wrong = await VisitAsync(panel, eve, InvitationMail.PathOf(made.Token!)))
        {
            await Expect(wrong.Page.GetByText("You are signed in as eve@example.org")).ToBeVisibleAsync();
            await Expect(wrong.Page.GetByRole(AriaRole.Button, new() { Name = "Accept" })).ToHaveCountAsync(0);
        }
        await using var right = await VisitAsync(panel, bob, "servers");
        await Button(right.Page.GetByTestId("invited"), "Accept").ClickAsync();
        await Expect(right.Page.GetByRole(AriaRole.Heading, new() { Name = "Sky" })).ToBeVisibleAsync(Soon);
        await right.Page.GetByRole(AriaRole.Link, new() { Name = "People" }).ClickAsync();
        await Button(right.Page.Locator("main"), "Leave this server").ClickAsync();
        await Button(right.Page.GetByRole(AriaRole.Dialog), "Leave").ClickAsync();
        await Expect(right.Page.GetByText("No servers yet")).ToBeVisibleAsync(Soon);
        Assert.Empty(right.ScriptErrors);
    }

    [Fact]
    public async Task Narrowing_and_removing_close_what_the_member_looks_at_within_two_seconds()
    {
        await using var panel = await FaultyPanel.StartAsync(browser);
        var (ann, bob) = (await AccountAsync(panel, "ann"), await AccountAsync(panel, "bob"));
        var id = await SharedAsync(panel, ann, bob, PermissionPresets.Builder.Permissions, start: true);
        await panel.UntilAsync(id, ServerPhase.Running);
        await using var member = await VisitAsync(panel, bob, $"servers/{id}");
        var console = member.Page.GetByRole(AriaRole.Log, new() { Name = "Console output" });
        await Expect(console).ToContainTextAsync("Done", new() { Timeout = 30_000 });
        var stop = FaultyPanel.Phase(member.Page).Page.GetByRole(AriaRole.Group, new() { Name = "Power" }).GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true });
        await Expect(stop).ToBeEnabledAsync();

        await NarrowAsync(panel, ann, id, bob, ServerPermissions.ReadConsole);
        await Expect(stop).ToBeDisabledAsync(new() { Timeout = 2_000 });
        await Expect(stop).ToHaveAttributeAsync("title", "You may not stop it. The server's owner can allow it.");
        await Expect(member.Page.GetByPlaceholder("You may read along and not type")).ToBeVisibleAsync(new() { Timeout = 2_000 });
        await Expect(console).ToBeVisibleAsync();

        await NarrowAsync(panel, ann, id, bob, ServerPermissions.Start);
        await Expect(console).ToHaveCountAsync(0, new() { Timeout = 2_000 });

        await NarrowAsync(panel, ann, id, bob, ServerPermissions.ReadConsole);
        await Expect(console).ToBeVisibleAsync(new() { Timeout = 2_000 });
        await using var owner = await VisitAsync(panel, ann, $"servers/{id}/people");
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Take bob@example.org out" }).ClickAsync();
        await Button(owner.Page.GetByRole(AriaRole.Dialog), "Take out").ClickAsync();
        await Expect(member.Page.GetByText("You are not let into Sky any more")).ToBeVisibleAsync(new() { Timeout = 2_000 });
        await Expect(console).ToHaveCountAsync(0);
        await member.ScreenshotAsync("share-removed");
        Assert.Empty(member.ScriptErrors);
    }

    [Fact]
    public async Task Removing_ends_a_download_and_an_upload_that_run_within_two_seconds()
    {
        await using var panel = await FaultyPanel.StartAsync(browser);
        var (ann, bob) = (await AccountAsync(panel, "ann"), await AccountAsync(panel, "bob"));
        var id = await SharedAsync(panel, ann, bob, PermissionPresets.Builder.Permissions);
        await panel.UntilAsync(id, ServerPhase.Offline);
        var body = new byte[64 << 20];
        await Deadline.UntilAsync("the file", async () =>
        {
            try
            {
                await panel.Get<UploadFile>().RunAsync(ann, id, "/large.bin", new MemoryStream(body), body.Length, CancellationToken.None);
                return true;
            }
            catch (Core.Errors.PanelException) { return false; }
        }, TimeSpan.FromSeconds(60));
        using var deadline = Deadline.Source();
        var (slow, endless) = (new SlowStream(), new SlowStream());
        var download = panel.Get<DownloadFile>().RunAsync(bob, id, "/large.bin", _ => { }, slow, deadline.Token);
        var upload = panel.Get<UploadFile>().RunAsync(bob, id, "/other.bin", endless, body.Length, deadline.Token);
        await Deadline.UntilAsync("both to run", () => slow.Used && endless.Used);

        await panel.Get<RemoveMember>().RunAsync(ann, id, bob.UserId, CancellationToken.None);
        await Assert.ThrowsAsync<Core.Errors.NotFoundException>(() => download.WaitAsync(TimeSpan.FromSeconds(2), deadline.Token));
        await Assert.ThrowsAsync<Core.Errors.NotFoundException>(() => upload.WaitAsync(TimeSpan.FromSeconds(2), deadline.Token));
        Assert.DoesNotContain("other.bin", (await panel.Get<ListFiles>().RunAsync(ann, id, "/", CancellationToken.None)).Entries.Select(entry => entry.Name));
    }

    [Fact]
    public async Task Suspended_server_and_account_say_why()
    {
        await using var panel = await FaultyPanel.StartAsync(browser);
        var ann = await AccountAsync(panel, "ann");
        var id = await panel.CreateAsync("demo", "Sky", owner: ann);
        await panel.UntilAsync(id, ServerPhase.Running);
        await using var visit = await VisitAsync(panel, ann, $"servers/{id}");
        await panel.Get<SuspendServer>().RunAsync(panel.Admin, id, new() { Reason = "It mines coins." }, CancellationToken.None);
        await Expect(visit.Page.GetByTestId("suspended")).ToContainTextAsync("It mines coins.", new() { Timeout = 5_000 });
        await Expect(visit.Page.GetByPlaceholder("The server is suspended: It mines coins.")).ToBeDisabledAsync();
        foreach (var action in new[] { "Start", "Stop", "Restart", "Kill" })
            await Expect(visit.Page.GetByRole(AriaRole.Group, new() { Name = "Power" }).GetByRole(AriaRole.Button, new() { Name = action, Exact = true })).ToBeDisabledAsync();
        await visit.ScreenshotAsync("suspended");

        await panel.Get<SuspendAccount>().RunAsync(panel.Admin, ann.UserId, new() { Reason = "The bill is not paid." }, CancellationToken.None);
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync(new() { Timeout = 10_000 });
        await visit.Page.GetByLabel("Email address").FillAsync(ann.Name);
        await visit.Page.GetByLabel("Password").FillAsync("Wrong-Horse-9-Battery");
        await Button(visit.Page.Locator("main"), "Sign in").ClickAsync();
        await Expect(visit.Page.Locator("#message")).ToHaveTextAsync("The email address or the password is wrong.");
        await visit.Page.GetByLabel("Password").FillAsync(Password);
        await Button(visit.Page.Locator("main"), "Sign in").ClickAsync();
        await Expect(visit.Page.Locator("#message")).ToHaveTextAsync("This account is suspended: The bill is not paid.");
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Server_is_handed_on_support_is_let_in_and_the_activity_tells_of_both()
    {
        await using var panel = await FaultyPanel.StartAsync(browser);
        var (ann, bob) = (await AccountAsync(panel, "ann"), await AccountAsync(panel, "bob"));
        var id = await SharedAsync(panel, ann, bob, PermissionPresets.Viewer.Permissions);
        await using var owner = await VisitAsync(panel, ann, $"servers/{id}/settings");
        await Button(owner.Page.Locator("main"), "Let support look in for 24 hours").ClickAsync();
        await Expect(Button(owner.Page.Locator("main"), "End now")).ToBeVisibleAsync(Soon);
        await owner.ScreenshotAsync("share-settings", fullPage: true);
        await owner.Page.GetByLabel("Email address").FillAsync("bob@example.org");
        await Button(owner.Page.Locator("main"), "Hand over").ClickAsync();
        await owner.Page.GetByRole(AriaRole.Dialog).GetByLabel("to confirm").FillAsync("Sky");
        await Button(owner.Page.GetByRole(AriaRole.Dialog), "Hand over").ClickAsync();
        await Expect(owner.Page.GetByText("belongs to bob@example.org now")).ToBeVisibleAsync(Soon);
        await owner.Page.GetByRole(AriaRole.Link, new() { Name = "Activity" }).ClickAsync();
        await Expect(owner.Page.GetByText("server.transfer")).ToBeVisibleAsync(Soon);
        await Expect(owner.Page.GetByText("support.allow")).ToBeVisibleAsync();
        await owner.ScreenshotAsync("share-activity");
        Assert.Equal("bob@example.org", (await panel.RowAsync(id)).Owner);
        Assert.Empty(owner.ScriptErrors);
    }

    /// <summary>Takes a part, then nothing for as long as it is asked to.</summary>
    sealed class SlowStream : MemoryStream
    {
        public bool Used { get; private set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Used) await Task.Delay(Timeout.Infinite, cancellationToken);
            Used = true;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Used) await Task.Delay(Timeout.Infinite, cancellationToken);
            Used = true;
            return buffer.Length;
        }
    }
}
