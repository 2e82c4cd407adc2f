using System.Text;
using Microsoft.EntityFrameworkCore;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Mail;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Mail;

/// <summary>Trying the mail settings, by a real server.</summary>
[Trait("Lane", "mail")]
public sealed class TestMailTests
{
    const string User = "panel", Password = "Right-Secret-7";

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static async Task<(CoreHost Host, Actor Admin)> StartAsync(MailServer server, params (string Key, string Value)[] more)
    {
        var host = await CoreHost.OnSqliteAsync([.. server.Settings.Where(setting => more.All(other => other.Key != setting.Key)), .. more]);
        return (host, await host.AccountAsync("root", isAdmin: true));
    }

    [Fact]
    public async Task Test_mail_arrives_at_the_address_of_who_asked_and_is_noted()
    {
        await using var server = await MailServer.StartAsync();
        var (host, admin) = await StartAsync(server);
        await using var own = host;
        Assert.Equal("root@example.org", await host.Get<TestMail>().SendAsync(admin, Stop));
        Assert.Equal(("root@example.org", "A test mail"), ((await server.MailAsync()).To, (await server.MailAsync()).Subject));
        await using var db = host.Open();
        Assert.Equal("sent to root@example.org", (await db.Audit.SingleAsync(record => record.Action == "mail.test", Stop)).Detail);
    }

    [Fact]
    public async Task Refusal_is_told_with_the_servers_answer_and_without_the_password()
    {
        await using var server = await MailServer.StartAsync("starttls", $"{User}:{Password}");
        var (host, admin) = await StartAsync(server, ("Panel:Mail:Security", "StartTls"), ("Panel:Mail:User", User), ("Panel:Mail:Password", "Wrong-Secret-8"), ("Panel:Mail:Authority", server.Certificate));
        await using var own = host;
        var refusal = await Assert.ThrowsAsync<ConflictException>(() => host.Get<TestMail>().SendAsync(admin, Stop));
        Assert.Contains("The mail server answered 535", refusal.Message, StringComparison.Ordinal);
        await using var db = host.Open();
        var noted = await db.Audit.SingleAsync(record => record.Action == "mail.test", Stop);
        Assert.StartsWith("not sent: The mail server answered 535", noted.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("Wrong-Secret-8", noted.Detail + refusal.Message + string.Concat(host.Log), StringComparison.Ordinal);
    }

    [Fact]
    public void Server_that_repeats_the_password_is_not_repeated()
    {
        var mail = new MailOptions { Host = "localhost", User = User, Password = Password };
        var plain = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{User}\0{Password}"));
        Assert.Equal("535 I do not know … nor … nor …", TestMail.Plain($"535 I do not know {Password} nor {plain} nor {Convert.ToBase64String(Encoding.UTF8.GetBytes(Password))}", mail));
    }

    [Fact]
    public async Task Nobody_tries_mail_without_the_permission_or_a_server()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<TestMail>().SendAsync(ann, Stop));
        Assert.Contains("No mail server is set", (await Assert.ThrowsAsync<ConflictException>(async () => await host.Get<TestMail>().SendAsync(await host.AccountAsync("root", isAdmin: true), Stop))).Message, StringComparison.Ordinal);
    }
}
