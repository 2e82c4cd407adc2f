using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Tests.Accounts;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Access;

/// <summary>Invitations into the panel itself, which make an account.</summary>
public sealed class InviteUserTests(Browser browser)
{
    const string New = "Another-Horse-8";

    [Theory, InlineData(false), InlineData(true)]
    public async Task Invited_address_becomes_an_account_with_the_role_and_nobody_gives_what_they_do_not_have(bool postgres)
    {
        await using var host = await AccountHost.StartAsync(postgres, ("Panel:Accounts:Registration", "Closed"));
        var boss = CoreHost.Admin with { UserId = (await host.AccountAsync("boss")).UserId };
        var (ann, invite, list) = (await host.AccountAsync(), host.Get<InviteUser>(), host.Get<UserInvitations>());
        Task<MadeInvitation> AskAsync(Actor by, string email, string role = Role.User) => invite.RunAsync(by, new() { Email = email, Role = role }, CancellationToken.None);

        await Assert.ThrowsAsync<ForbiddenException>(() => AskAsync(ann, "new@example.org"));
        await Assert.ThrowsAsync<ForbiddenException>(() => AskAsync(boss with { Permissions = new HashSet<string> { PanelPermissions.ManageUsers } }, "new@example.org", Role.Administrator));
        await Assert.ThrowsAsync<ForbiddenException>(() => list.ListAsync(ann, CancellationToken.None));
        await Assert.ThrowsAsync<InvalidFieldException>(() => AskAsync(boss, "ANN@example.org"));
        await Assert.ThrowsAsync<InvalidFieldException>(() => AskAsync(boss, "new@example.org", "no-role"));

        var before = (await AskAsync(boss, "new@example.org")).Token!;
        var made = await AskAsync(boss, "New@Example.org");
        Assert.Equal(("New@example.org", "User"), (await list.ListAsync(boss, CancellationToken.None)).Select(row => (row.Email, row.Role)).Single());
        await using var db = host.Open();
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<JoinByInvitation>().RunAsync(new() { Token = before, Password = New }, null, CancellationToken.None));   // the one before is of no use

        await list.WithdrawAsync(boss, made.Id, CancellationToken.None);
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<JoinByInvitation>().RunAsync(new() { Token = made.Token!, Password = New }, null, CancellationToken.None));
        Assert.Empty(await list.ListAsync(boss, CancellationToken.None));
        Assert.Equal(["account.invite", "account.invite", "account.withdraw"], await db.Audit.OrderBy(record => record.Id).Where(record => record.Action == "account.invite" || record.Action == "account.withdraw").Select(record => record.Action).ToListAsync());
    }

    [Fact, Trait("Lane", "browser")]
    public async Task Administrator_hands_on_a_link_and_its_account_comes_in_while_the_list_looks_on()
    {
        await using var app = new PanelApp();
        var root = app.Listen();
        await using var boss = await browser.SignedInAsync(root, "/admin/invitations");
        await boss.Page.Locator("#invite-email").FillAsync("new@example.org");
        await boss.Page.Locator("#invite-role").SelectOptionAsync("operator");
        await boss.Page.GetByRole(AriaRole.Button, new() { Name = "Invite", Exact = true }).ClickAsync();
        var link = (await boss.Page.GetByTestId("link").Locator(".copy").TextContentAsync())!.Trim();
        var waiting = boss.Page.GetByRole(AriaRole.Region, new() { Name = "Waiting invitations" });
        await Expect(waiting).ToContainTextAsync("new@example.org");
        await boss.ScreenshotAsync("admin-invitations", fullPage: true);

        await using var guest = await browser.OpenAsync(new(link));
        await guest.Page.Locator("#password").FillAsync(New);
        await guest.Page.Locator("#again").FillAsync(New);
        await guest.Page.GetByRole(AriaRole.Button, new() { Name = "Create account and accept" }).ClickAsync();
        await guest.Page.WaitForURLAsync("**/servers");
        await Expect(waiting).ToContainTextAsync("No invitation waits");
        await Expect(guest.Page.GetByTestId("own-name")).ToHaveTextAsync("new@example.org");
        await Expect(guest.Page.GetByRole(AriaRole.Link, new() { Name = "Administration" })).ToBeVisibleAsync();
        Assert.Empty(boss.ScriptErrors.Concat(guest.ScriptErrors));
    }
}
