using System.Net;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Xunit;

namespace Panel.Tests.Accounts;

/// <summary>Invitations that a real mail server carries.</summary>
[Trait("Lane", "mail")]
public sealed class InvitationMailTests
{
    const string New = "Another-Horse-8";

    [Fact]
    public async Task Invitation_reaches_its_mailbox_and_its_link_makes_the_account_and_the_member()
    {
        await using var people = await PeopleApp.StartAsync();
        var ann = await people.PersonAsync();
        var server = await people.Get<CreateServer>().RunAsync(ann, new() { Name = "Sky \"Land\"", Template = "demo", Plan = "tiny", Start = false }, CancellationToken.None);
        var made = await people.Get<InviteMember>().RunAsync(ann, server, new() { Email = "New@Example.org", Permissions = [.. PermissionPresets.Moderator.Permissions] }, CancellationToken.None);
        Assert.Null(made.Token);   // whoever invites does not get what only the mailbox may have

        var mail = await people.Mail.MailAsync();
        Assert.Equal(("You are invited", "panel@example.org"), (mail.Subject, mail.From));
        Assert.StartsWith("new@example.org", mail.To, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("ann@example.org invites you to the server \"Sky \"Land\"\"", mail.Text, StringComparison.Ordinal);

        using var guest = new Visitor(people.App);
        Assert.Equal("/invitation", (await guest.GetAsync(mail.Path(MailServer.PublicUrl))).Headers.Location!.OriginalString);
        Assert.Contains("New@example.org", await MailedLinkTests.TextAsync(await guest.GetAsync("/invitation")), StringComparison.Ordinal);
        var answer = await guest.SubmitAsync("/invitation", ("Input.Password", New), ("Input.Again", New));
        Assert.EndsWith($"servers/{server}", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await guest.GetAsync($"/servers/{server}")).StatusCode);
        var member = Assert.Single((await people.Get<MemberQueries>().ListAsync(ann, server, CancellationToken.None)).Members);
        Assert.Equal("New@example.org", member.Email);
    }
}
