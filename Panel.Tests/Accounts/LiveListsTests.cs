using System.Diagnostics;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Accounts;

/// <summary>Lists of people and invitations on open pages, while somebody else changes what they show: within two seconds.</summary>
[Trait("Lane", "browser")]
public sealed class LiveListsTests(Browser browser)
{
    const string Password = AccountHost.Password;
    const float Soon = 2000;   // milliseconds

    [Fact]
    public async Task Invitation_appears_where_it_waits_and_its_answer_where_it_was_sent()
    {
        await using var app = new PanelApp();
        var root = app.Listen();
        var (ann, bob) = (await PersonAsync(app, "ann"), await PersonAsync(app, "bob"));
        var server = await app.Get<CreateServer>().RunAsync(ann, new() { Name = "Sky", Template = "demo", Plan = "tiny", Start = false }, CancellationToken.None);
        await using var owner = await browser.SignedInAsync(root, $"/servers/{server}/people", ann.Name, Password);
        await using var guest = await browser.SignedInAsync(root, "/servers", bob.Name, Password);
        await Expect(owner.Page.GetByText("Nobody else is let in")).ToBeVisibleAsync();
        await Expect(guest.Page.GetByText("No servers yet")).ToBeVisibleAsync();
        var invited = guest.Page.GetByTestId("invited");

        async Task<MadeInvitation> InviteAsync() => await app.Get<InviteMember>().RunAsync(ann, server, new() { Email = bob.Name, Permissions = [.. PermissionPresets.Moderator.Permissions] }, CancellationToken.None);
        var made = await InviteAsync();
        await SoonAsync(() => Expect(invited).ToContainTextAsync("Sky", new() { Timeout = Soon }));
        await SoonAsync(() => Expect(owner.Page.GetByText(bob.Name)).ToBeVisibleAsync(new() { Timeout = Soon }));
        await app.Get<WithdrawInvitation>().RunAsync(ann, server, made.Id, CancellationToken.None);
        await SoonAsync(() => Expect(invited).ToHaveCountAsync(0, new() { Timeout = Soon }));
        await SoonAsync(() => Expect(owner.Page.GetByText("Nobody else is let in")).ToBeVisibleAsync(new() { Timeout = Soon }));

        await InviteAsync();
        await invited.GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();
        await guest.Page.WaitForURLAsync($"**/servers/{server}");
        await Expect(owner.Page.GetByText("Invited", new() { Exact = false })).ToHaveCountAsync(0);
        await Expect(owner.Page.GetByText(bob.Name)).ToBeVisibleAsync();
        Assert.Empty(owner.ScriptErrors.Concat(guest.ScriptErrors));
    }

    [Fact]
    public async Task User_who_is_made_elsewhere_appears_and_a_name_that_changes_follows_in_the_sidebar()
    {
        await using var app = new PanelApp();
        var root = app.Listen();
        var ann = await PersonAsync(app, "ann");
        await using var boss = await browser.SignedInAsync(root, "/admin/users");
        await using var person = await browser.SignedInAsync(root, "/servers", ann.Name, Password);
        await Expect(boss.Page.GetByText(ann.Name)).ToBeVisibleAsync();
        await PersonAsync(app, "zoe");
        await SoonAsync(() => Expect(boss.Page.GetByText("zoe@example.org")).ToBeVisibleAsync(new() { Timeout = Soon }));

        await Expect(person.Page.GetByTestId("own-name")).ToHaveTextAsync(ann.Name);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
            var token = await users.GenerateChangeEmailTokenAsync((await users.FindByIdAsync(ann.UserId))!, "anna@example.org");
            Assert.True(await app.Get<ChangeEmail>().ConfirmAsync(ann.UserId, "anna@example.org", token, null, CancellationToken.None));
        }
        await SoonAsync(() => Expect(person.Page.GetByTestId("own-name")).ToHaveTextAsync("anna@example.org", new() { Timeout = Soon }));
        await SoonAsync(() => Expect(boss.Page.GetByText("anna@example.org")).ToBeVisibleAsync(new() { Timeout = Soon }));
        await AccountPages.AgainAsync(person.Page);
        await Expect(person.Page.GetByTestId("own-name")).ToHaveTextAsync("anna@example.org");
        Assert.Empty(boss.ScriptErrors.Concat(person.ScriptErrors));
    }

    [Fact]
    public async Task Times_are_written_in_the_zone_that_was_chosen_and_in_the_browsers_before()
    {
        await using var app = new PanelApp();
        var root = app.Listen();
        await using var visit = await browser.SignedInAsync(root, "/account");
        var page = visit.Page;
        await page.Locator("#time-zone").SelectOptionAsync("Asia/Kathmandu");
        await page.Locator("#culture").SelectOptionAsync("de-DE");
        await page.GetByRole(AriaRole.Form, new() { Name = "Preferences" }).GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.Locator("#time-zone-note")).ToContainTextAsync("in Asia/Kathmandu");
        await AccountPages.LiveAsync(page);
        await page.GotoAsync(new Uri(root, "/account/sessions").ToString());
        var title = (await page.GetByTestId("session").First.Locator("time").First.GetAttributeAsync("title"))!;
        var (local, utc) = (title.Split(" · ")[0], title.Split(" · ")[1]);
        var at = DateTime.ParseExact(utc, "yyyy-MM-dd HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(at.AddMinutes(345).ToString("dd.MM.yyyy, HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture), local);
        await page.GotoAsync(new Uri(root, "/account/usage").ToString());
        await Expect(page.GetByRole(AriaRole.Meter, new() { Name = "Servers" })).ToBeAttachedAsync();
        Assert.Empty(visit.ScriptErrors);
    }

    static async Task<Actor> PersonAsync(PanelApp app, string name) => (await app.Get<Actors>().FindAsync(
        await app.Get<CreateAccount>().RunAsync(Actor.Panel, new() { Email = $"{name}@example.org", Password = Password }, CancellationToken.None), null, CancellationToken.None))!;

    // what the other page shows is looked at from the moment the change is done
    static async Task SoonAsync(Func<Task> see)
    {
        var began = Stopwatch.GetTimestamp();
        await see();
        TestContext.Current.TestOutputHelper?.WriteLine($"seen after {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms");
    }
}
