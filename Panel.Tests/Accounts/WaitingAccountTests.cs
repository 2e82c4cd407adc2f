using System.Net;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Accounts;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Core.Mail;
using Panel.Core.Servers;
using Panel.Core.Users;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Xunit;

namespace Panel.Tests.Accounts;

/// <summary>Accounts that somebody registered and nobody confirmed, with and without mail.</summary>
public sealed class WaitingAccountTests
{
    const string New = "Another-Horse-8", Stranger = "Some-Strange-Horse-7";

    [Fact]
    public async Task Registration_without_mail_tells_nothing_and_an_administrator_hands_on_the_link()
    {
        await using var app = new PanelApp().With("Panel:Accounts:Registration", "Open");
        using var visitor = new Visitor(app);
        var free = await AnswersAsync(visitor, "new@example.org");
        // the attempts of an address are counted: another visitor asks for the taken one, so that only what is known makes a difference
        var taken = await AnswersAsync(visitor, PanelApp.AdminEmail);
        Assert.Equal(free, taken);
        Assert.Contains("ask somebody who runs this panel", free.SignIn, StringComparison.Ordinal);

        var boss = (await app.Get<Actors>().FindAsync(await IdAsync(app, PanelApp.AdminEmail), null, CancellationToken.None))!;
        var id = await IdAsync(app, "new@example.org");
        Assert.False((await app.Get<UserQueries>().FindAsync(boss, id, CancellationToken.None)).EmailConfirmed);
        var link = await app.Get<RegisterAccount>().IssueAsync(boss, id, CancellationToken.None);
        Assert.Contains("The password is wrong", await MailedLinkTests.TextAsync(await visitor.SubmitAsync(link, ("Input.Password", New))), StringComparison.Ordinal);
        Assert.Contains("account is ready", await MailedLinkTests.TextAsync(await visitor.SubmitAsync(link, ("Input.Password", Stranger))), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync("new@example.org", Stranger)).StatusCode);
        await Assert.ThrowsAsync<ConflictException>(() => app.Get<RegisterAccount>().IssueAsync(boss, id, CancellationToken.None));
        await Assert.ThrowsAsync<ForbiddenException>(() => app.Get<RegisterAccount>().IssueAsync(new(id, "new@example.org", new HashSet<string>(), null), id, CancellationToken.None));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Account_that_nobody_confirms_is_gone_after_its_days_and_no_other_is(bool postgres)
    {
        await using var host = await AccountHost.StartAsync(postgres, ("Panel:Accounts:Registration", "Open"), ("Panel:Accounts:UnconfirmedDays", "3"));
        var ann = await host.AccountAsync();
        foreach (var name in new[] { "late", "young", "used" }) await host.Get<RegisterAccount>().RunAsync(new() { Email = $"{name}@example.org", Password = New }, "192.0.2.1", CancellationToken.None);
        await using var db = host.Open();
        var old = DateTimeOffset.UtcNow.AddDays(-3).AddMinutes(-1);
        await db.Users.Where(account => account.UserName != "young@example.org").ExecuteUpdateAsync(set => set.SetProperty(account => account.CreatedAt, old));
        await db.Users.Where(account => account.UserName == "used@example.org").ExecuteUpdateAsync(set => set.SetProperty(account => account.SignedInAt, old));

        var waiting = (await host.Get<UserQueries>().ListAsync(CoreHost.Admin, new() { Waiting = true }, default)).Rows;
        Assert.Equal([("late@example.org", false), ("used@example.org", false), ("young@example.org", false)], waiting.Select(row => (row.Email, row.Confirmed)));
        Assert.Equal(3, (await host.Get<Overview>().ReadAsync(CoreHost.Admin, default)).Users!.Value.Waiting);

        Assert.Equal(1, await host.Get<RegisterAccount>().SweepAsync(CancellationToken.None));

        Assert.Equal([ann.Name, "used@example.org", "young@example.org"], await db.Users.Select(account => account.UserName!).Order().ToListAsync());
        var record = await db.Audit.SingleAsync(record => record.Action == "account.expire");
        Assert.Equal(("late@example.org", null), (record.Subject, record.ActorId));
        Assert.Equal(0, await host.Get<RegisterAccount>().SweepAsync(CancellationToken.None));
    }

    [Fact]
    public void Mailbox_and_network_have_so_many_asked_mails_an_hour()
    {
        var clock = new HandClock();
        var asked = new AskedMail(null!, null!, clock);
        for (var mail = 0; mail < AskedMail.MostToAnAddress; mail++) Assert.True(asked.Take("ann@example.org", $"192.0.2.{mail}"));
        Assert.False(asked.Take("ANN@EXAMPLE.ORG", "198.51.100.1"));   // the mailbox has had enough, whoever asks
        for (var mail = 0; mail < AskedMail.MostFromANetwork; mail++) Assert.True(asked.Take($"{mail}@example.org", "203.0.113.1"));
        Assert.False(asked.Take("other@example.org", "203.0.113.1"));
        Assert.True(asked.Take("other@example.org", "203.0.113.2"));   // what was refused did not count
        clock.Now += AskedMail.Window;
        Assert.True(asked.Take("ann@example.org", "203.0.113.1"));
    }

    [Fact, Trait("Lane", "mail")]
    public async Task Sixth_reset_mail_within_an_hour_is_not_sent_and_the_answer_is_the_same()
    {
        await using var people = await PeopleApp.StartAsync();
        var ann = await people.PersonAsync();
        using var visitor = new Visitor(people.App);
        var answers = new List<string>();
        for (var time = 0; time <= AskedMail.MostToAnAddress; time++) answers.Add(Plain(await MailedLinkTests.TextAsync(await visitor.SubmitAsync("/forgot", ("Input.Email", ann.Name)))));
        Assert.Single(answers.Distinct());
        await visitor.SubmitAsync("/forgot", ("Input.Email", (await people.PersonAsync("bob")).Name));
        var got = new List<GotMail>();
        for (var mail = 1; mail <= AskedMail.MostToAnAddress + 1; mail++) got.Add(await people.Mail.MailAsync(mail));
        // bob's, which was asked for last, came: so ann's sixth is not on its way
        Assert.Equal((AskedMail.MostToAnAddress, 1), (got.Count(mail => mail.To == ann.Name), got.Count(mail => mail.To == "bob@example.org")));
        Assert.Equal(got.Count, people.Mail.Count);
    }

    static async Task<string> IdAsync(PanelApp app, string email)
    {
        await using var db = await app.Get<IDbContextFactory<PanelDb>>().CreateDbContextAsync();
        return await db.Users.Where(account => account.UserName == email).Select(account => account.Id).SingleAsync();
    }

    // what somebody sees who registers an address and tries what they chose
    static async Task<(string Register, string SignIn, HttpStatusCode Status, string Api)> AnswersAsync(Visitor visitor, string email)
    {
        var register = await MailedLinkTests.TextAsync(await visitor.SubmitAsync("/register", ("Input.Email", email), ("Input.Password", Stranger), ("Input.Again", Stranger)));
        var signIn = await visitor.SignInAsync(email, Stranger);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/auth/token", UriKind.Relative)) { Content = System.Net.Http.Json.JsonContent.Create(new TokenRequest { Email = email, Password = Stranger }) };
        using var api = await visitor.SendAsync(request);
        return (Plain(register), Plain(await MailedLinkTests.TextAsync(signIn)), signIn.StatusCode, System.Text.RegularExpressions.Regex.Replace(await api.Content.ReadAsStringAsync(), "\"traceId\":\"[^\"]*\"", ""));
    }

    // what a page says, without what is random in it and what was typed
    internal static string Plain(string html) => System.Text.RegularExpressions.Regex.Replace(html[html.IndexOf("<main", StringComparison.Ordinal)..html.IndexOf("</main>", StringComparison.Ordinal)], """value="[^"]*"|<!--.*?-->""", "");

    sealed class HandClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
