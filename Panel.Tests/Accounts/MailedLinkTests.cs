using System.Diagnostics;
using System.Net;
using Panel.Core.Accounts;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Xunit;

namespace Panel.Tests.Accounts;

/// <summary>Registration, forgotten passwords and new addresses, with a real mail server.</summary>
[Trait("Lane", "mail")]
public sealed class MailedLinkTests
{
    const string New = "Another-Horse-8";

    [Fact]
    public async Task Registered_account_is_good_once_its_mailbox_and_its_password_agree()
    {
        await using var people = await PeopleApp.StartAsync();
        using var visitor = new Visitor(people.App);
        await RegisterAsync(visitor, "new@example.org");
        var link = await people.LinkAsync(1);
        Assert.StartsWith("/confirm?", link, StringComparison.Ordinal);
        Assert.Contains("If the account is new, open the link first that was mailed to you.", await TextAsync(await visitor.SignInAsync("new@example.org", New)), StringComparison.Ordinal);
        Assert.Contains("The password is wrong", await TextAsync(await visitor.SubmitAsync(link, ("Input.Password", "Some-Other-Horse-1"))), StringComparison.Ordinal);
        Assert.Contains("account is ready", await TextAsync(await visitor.SubmitAsync(link, ("Input.Password", New))), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync("new@example.org", New)).StatusCode);
        Assert.True(await PeopleApp.IsInAsync(visitor));
    }

    [Fact]
    public async Task Registration_tells_nobody_which_addresses_have_accounts()
    {
        await using var people = await PeopleApp.StartAsync();
        var ann = await people.PersonAsync();
        using var visitor = new Visitor(people.App);
        await RegisterAsync(visitor, "warm@example.org");
        var (free, freeTime) = await TimedAsync(() => RegisterAsync(visitor, "new@example.org"));
        var (taken, takenTime) = await TimedAsync(() => RegisterAsync(visitor, ann.Name));
        Assert.Equal(Plain(free, "new@example.org"), Plain(taken, ann.Name));
        Even(freeTime, takenTime);
        // the mailbox alone is told, and the password stays
        Assert.Equal("You have an account already", (await people.Mail.MailAsync(3)).Subject);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync(ann.Name, PeopleApp.Password)).StatusCode);
    }

    [Fact]
    public async Task Forgotten_password_tells_nobody_which_addresses_have_accounts()
    {
        await using var people = await PeopleApp.StartAsync();
        var ann = await people.PersonAsync();
        using var visitor = new Visitor(people.App);
        await visitor.SubmitAsync("/forgot", ("Input.Email", "warm@example.org"));
        var (none, noneTime) = await TimedAsync(async () => await TextAsync(await visitor.SubmitAsync("/forgot", ("Input.Email", "nobody@example.org"))));
        var (some, someTime) = await TimedAsync(async () => await TextAsync(await visitor.SubmitAsync("/forgot", ("Input.Email", ann.Name))));
        Assert.Equal(Plain(none, "nobody@example.org"), Plain(some, ann.Name));
        Even(noneTime, someTime);
        await people.Mail.MailAsync();
        Assert.Equal(1, people.Mail.Count);
    }

    [Fact]
    public async Task Reset_link_works_once_and_ends_every_session()
    {
        await using var people = await PeopleApp.StartAsync();
        var ann = await people.PersonAsync();
        using var before = new Visitor(people.App);
        using var visitor = new Visitor(people.App);
        await before.SignInAsync(ann.Name, PeopleApp.Password);
        Assert.True(await PeopleApp.IsInAsync(before));
        await visitor.SubmitAsync("/forgot", ("Input.Email", "ANN@example.org"));
        var link = await people.LinkAsync(1);
        Assert.Contains("The password is changed", await TextAsync(await visitor.SubmitAsync(link, ("Input.Password", New), ("Input.Again", New))), StringComparison.Ordinal);
        Assert.False(await PeopleApp.IsInAsync(before));
        Assert.False(await PeopleApp.IsInAsync(visitor));   // it signs nobody in
        Assert.Contains("This link is not valid", await TextAsync(await visitor.GetAsync(link)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync(ann.Name, New)).StatusCode);
    }

    [Fact]
    public async Task Reset_skips_no_second_step()
    {
        await using var people = await PeopleApp.StartAsync();
        var ann = await people.PersonAsync();
        var (_, codes) = await people.SecondStepAsync(ann);   // sends a mail
        using var visitor = new Visitor(people.App);
        await visitor.SubmitAsync("/forgot", ("Input.Email", ann.Name));
        await visitor.SubmitAsync(await people.LinkAsync(2), ("Input.Password", New), ("Input.Again", New));
        var answer = await visitor.SignInAsync(ann.Name, New);
        Assert.StartsWith("/sign-in/code", answer.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        Assert.False(await PeopleApp.IsInAsync(visitor));
        await visitor.SubmitAsync("/sign-in/code", ("Input.Code", codes[0]));
        Assert.True(await PeopleApp.IsInAsync(visitor));
    }

    [Fact]
    public async Task Forged_host_reaches_no_mail_CVE_2024_1064()
    {
        await using var people = await PeopleApp.StartAsync();
        var ann = await people.PersonAsync();
        using var http = people.App.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = true });
        http.DefaultRequestHeaders.Host = "evil.example";
        http.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        using var visitor = new Visitor(http);
        await visitor.SubmitAsync("/forgot", ("Input.Email", ann.Name));
        var got = await people.Mail.MailAsync();
        Assert.DoesNotContain("evil", got.Text + got.Headers, StringComparison.Ordinal);
        Assert.Contains($"\n{MailServer.PublicUrl}/reset?", got.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_address_counts_once_its_mailbox_says_so_and_a_taken_one_tells_only_its_own_GHSA_j7f5_gfqm_pcx3()
    {
        await using var people = await PeopleApp.StartAsync();
        var (ann, bob) = (await people.PersonAsync(), await people.PersonAsync("bob"));
        var change = people.Get<ChangeEmail>();
        await change.RequestAsync(ann, new() { Email = bob.Name, Password = PeopleApp.Password }, CancellationToken.None);
        await change.RequestAsync(ann, new() { Email = "free@example.org", Password = PeopleApp.Password }, CancellationToken.None);
        var mails = new[] { await people.Mail.MailAsync(1), await people.Mail.MailAsync(2) };
        Assert.Contains(mails, mail => mail.To == bob.Name && mail.Path(MailServer.PublicUrl).Length == 0);
        var link = mails.Single(mail => mail.To == "free@example.org").Path(MailServer.PublicUrl);
        using var visitor = new Visitor(people.App);
        Assert.Contains("Use free@example.org", await TextAsync(await visitor.GetAsync(link)), StringComparison.Ordinal);
        Assert.Equal(ann.Name, (await people.Get<OwnAccount>().FindAsync(ann, CancellationToken.None)).Email);   // to look at it changes nothing
        Assert.Contains("Your address is changed", await TextAsync(await visitor.SubmitAsync(link)), StringComparison.Ordinal);
        Assert.False(await PeopleApp.IsInAsync(visitor));
        Assert.Contains("not valid any more", await TextAsync(await visitor.SubmitAsync(link)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync("free@example.org", PeopleApp.Password)).StatusCode);
        Assert.Equal(ann.Name, (await people.Mail.MailAsync(3)).To);   // the old one is told
    }

    [Theory]
    [InlineData("Invitation")]
    [InlineData("Closed")]
    public async Task Registration_that_is_not_open_makes_no_account(string registration)
    {
        await using var app = new PanelApp().With("Panel:Accounts:Registration", registration);
        using var visitor = new Visitor(app);
        Assert.Contains("by invitation", await TextAsync(await visitor.GetAsync("/register")), StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"register\"", await TextAsync(await visitor.GetAsync("/sign-in")), StringComparison.Ordinal);
    }

    static async Task<string> RegisterAsync(Visitor visitor, string email) =>
        await TextAsync(await visitor.SubmitAsync("/register", ("Input.Email", email), ("Input.Password", New), ("Input.Again", New)));

    internal static async Task<string> TextAsync(HttpResponseMessage answer) => WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

    static async Task<(string Text, TimeSpan Took)> TimedAsync(Func<Task<string>> ask)
    {
        var began = Stopwatch.GetTimestamp();
        return (await ask(), Stopwatch.GetElapsedTime(began));
    }

    // what is random in every page, and what was typed
    static string Plain(string html, string email) => System.Text.RegularExpressions.Regex.Replace(html.Replace(email, "EMAIL", StringComparison.OrdinalIgnoreCase), """nonce="[^"]*"|value="CfDJ[^"]*"|<!--.*?-->""", "");

    // both are filled up to the same time; half of it apart would mean that they are not
    static void Even(TimeSpan one, TimeSpan other) => Assert.True((one - other).Duration() < TimeSpan.FromMilliseconds(350), $"{one.TotalMilliseconds:0} ms and {other.TotalMilliseconds:0} ms");
}
