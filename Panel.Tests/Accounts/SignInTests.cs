using System.Net;
using Panel.Core.Accounts;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Xunit;

namespace Panel.Tests.Accounts;

/// <summary>What stands between a stranger and an account.</summary>
[Trait("Lane", "mail")]
public sealed class SignInTests
{
    [Fact]
    public async Task Remembered_browser_is_asked_for_the_second_step_again()
    {
        await using var people = await PeopleApp.StartAsync();
        var ann = await people.PersonAsync();
        var (_, codes) = await people.SecondStepAsync(ann);
        using var visitor = new Visitor(people.App);
        for (var time = 0; time < 2; time++)
        {
            Assert.StartsWith("/sign-in/code", (await visitor.SignInAsync(ann.Name, PeopleApp.Password)).Headers.Location!.PathAndQuery, StringComparison.Ordinal);
            Assert.False(time == 0 && await PeopleApp.IsInAsync(visitor));
            await visitor.SubmitAsync("/sign-in/code", ("Input.Code", codes[time]));
            Assert.True(await PeopleApp.IsInAsync(visitor));
            await visitor.SubmitAsync("/sign-in", "/sign-out", []);
        }
    }

    [Fact]
    public async Task Second_step_takes_no_code_twice_and_none_of_another_account_CVE_2021_41129()
    {
        await using var people = await PeopleApp.StartAsync();
        var (ann, bob) = (await people.PersonAsync(), await people.PersonAsync("bob"));
        var (annSecret, _) = await people.SecondStepAsync(ann);
        var (_, bobCodes) = await people.SecondStepAsync(bob);
        using var first = new Visitor(people.App);
        using var second = new Visitor(people.App);
        await first.SignInAsync(ann.Name, PeopleApp.Password);
        await second.SignInAsync(ann.Name, PeopleApp.Password);
        Assert.Contains("This code is wrong", await MailedLinkTests.TextAsync(await first.SubmitAsync("/sign-in/code", ("Input.Code", bobCodes[0]))), StringComparison.Ordinal);
        var code = Authenticator.Next(annSecret);
        await first.SubmitAsync("/sign-in/code", ("Input.Code", code));
        Assert.True(await PeopleApp.IsInAsync(first));
        Assert.Contains("used already", await MailedLinkTests.TextAsync(await second.SubmitAsync("/sign-in/code", ("Input.Code", code))), StringComparison.Ordinal);
        Assert.False(await PeopleApp.IsInAsync(second));
    }

    [Fact]
    public async Task Second_step_without_a_first_leads_back_and_guessing_locks()
    {
        await using var people = await PeopleApp.StartAsync();
        var ann = await people.PersonAsync();
        var (secret, _) = await people.SecondStepAsync(ann);
        using var visitor = new Visitor(people.App);
        Assert.Equal("/sign-in", (await visitor.GetAsync("/sign-in/code")).Headers.Location!.OriginalString[^8..]);
        await visitor.SignInAsync(ann.Name, PeopleApp.Password);
        for (var guess = 0; guess < 3; guess++)
        {
            await visitor.SubmitAsync("/sign-in/code", ("Input.Code", "ABCD-EFGH-IJKL-MNOP"));
            if (guess == 1) await visitor.SignInAsync(ann.Name, PeopleApp.Password);   // the right password gives no new attempts
        }
        var code = Authenticator.Next(secret);
        Assert.Contains("too many attempts", await MailedLinkTests.TextAsync(await visitor.SubmitAsync("/sign-in/code", ("Input.Code", code))), StringComparison.Ordinal);
        Assert.False(await PeopleApp.IsInAsync(visitor));
    }

    [Fact]
    public async Task New_password_ends_a_second_step_that_waits()
    {
        await using var people = await PeopleApp.StartAsync();
        var ann = await people.PersonAsync();
        var (_, codes) = await people.SecondStepAsync(ann);
        using var visitor = new Visitor(people.App);
        await visitor.SignInAsync(ann.Name, PeopleApp.Password);
        await people.Get<ChangePassword>().RunAsync(ann, new() { Current = PeopleApp.Password, Password = "Another-Horse-8" }, CancellationToken.None);
        await visitor.SubmitAsync("/sign-in/code", ("Input.Code", codes[0]));
        Assert.False(await PeopleApp.IsInAsync(visitor));
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task Signing_in_leads_nowhere_else(string target)
    {
        await using var people = await PeopleApp.StartAsync();
        var (ann, bob) = (await people.PersonAsync(), await people.PersonAsync("bob"));
        var (_, codes) = await people.SecondStepAsync(bob);
        using var one = new Visitor(people.App);
        using var two = new Visitor(people.App);
        var query = "?returnUrl=" + Uri.EscapeDataString(target);
        Assert.Equal("/", (await one.SignInAsync(ann.Name, PeopleApp.Password, "/sign-in" + query)).Headers.Location!.PathAndQuery);
        await two.SignInAsync(bob.Name, PeopleApp.Password);
        Assert.Equal("/", (await two.SubmitAsync("/sign-in/code" + query, ("Input.Code", codes[0]))).Headers.Location!.PathAndQuery);
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/sign-in/code")]
    [InlineData("/register")]
    [InlineData("/forgot")]
    [InlineData("/reset")]
    [InlineData("/confirm")]
    [InlineData("/confirm-email")]
    [InlineData("/sign-out")]
    [InlineData("/account/passkeys/options")]
    [InlineData("/account/passkeys")]
    [InlineData("/sign-in/passkey/options")]
    [InlineData("/sign-in/passkey")]
    public async Task Post_from_another_site_is_refused(string path)
    {
        await using var people = await PeopleApp.StartAsync();
        var ann = await people.PersonAsync();
        using var visitor = new Visitor(people.App);
        await visitor.SignInAsync(ann.Name, PeopleApp.Password);
        using var forged = new HttpRequestMessage(HttpMethod.Post, path);
        forged.Content = path.Contains("passkey", StringComparison.Ordinal) ? new StringContent("{}", System.Text.Encoding.UTF8, "application/json") : new FormUrlEncodedContent([new("_handler", path.Trim('/'))]);
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.SendAsync(forged)).StatusCode);
        Assert.True(await PeopleApp.IsInAsync(visitor));
    }

    [Fact]
    public async Task Cookie_that_was_signed_out_or_fixed_before_is_good_for_nothing()
    {
        await using var people = await PeopleApp.StartAsync();
        var ann = await people.PersonAsync();
        using var http = people.App.CreateClient(new() { AllowAutoRedirect = false, HandleCookies = false });
        var first = await CookieAsync(people, ann.Name);
        var second = await CookieAsync(people, ann.Name);
        Assert.NotEqual(first, second);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, first));
        foreach (var row in await people.Get<Sessions>().ListAsync(ann, CancellationToken.None)) await people.Get<Sessions>().EndAsync(ann, row.Id, CancellationToken.None);
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(http, first));
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(http, second));
    }

    [Fact]
    public async Task Cookies_are_for_this_site_and_no_script_and_behind_tls_for_tls_alone()
    {
        await using var app = new PanelApp().With("Panel:Proxies:0", "127.0.0.1").With("Panel:Proxies:1", "::1");
        using var plain = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = app.Listen() };
        using var secured = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = plain.BaseAddress };
        secured.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        var (open, behind) = (await new Visitor(plain).SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword), await new Visitor(secured).GetAsync("/sign-in"));
        var cookie = open.Headers.GetValues("Set-Cookie").Single(one => one.StartsWith("panel=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.False(open.Headers.Contains("Strict-Transport-Security"));
        Assert.Contains(behind.Headers.GetValues("Strict-Transport-Security"), value => value.Contains("max-age=31536000", StringComparison.Ordinal));
        Assert.All(behind.Headers.GetValues("Set-Cookie"), one => Assert.Contains("httponly", one, StringComparison.OrdinalIgnoreCase));
        var html = await behind.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var token = System.Text.RegularExpressions.Regex.Match(html, """name="__RequestVerificationToken" value="([^"]+)""").Groups[1].Value;
        using var form = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = new FormUrlEncodedContent([new("_handler", "sign-in"), new("__RequestVerificationToken", token), new("Input.Email", PanelApp.AdminEmail), new("Input.Password", PanelApp.AdminPassword)]),
        };
        form.Headers.Add("Cookie", behind.Headers.GetValues("Set-Cookie").Select(one => one.Split(';')[0]));
        var answer = await secured.SendAsync(form, TestContext.Current.CancellationToken);
        Assert.Contains("; secure", answer.Headers.GetValues("Set-Cookie").Single(one => one.StartsWith("panel=", StringComparison.Ordinal)), StringComparison.OrdinalIgnoreCase);
    }

    static async Task<string> CookieAsync(PeopleApp people, string email)
    {
        using var visitor = new Visitor(people.App);
        return (await visitor.SignInAsync(email, PeopleApp.Password)).Headers.GetValues("Set-Cookie").Single(one => one.StartsWith("panel=", StringComparison.Ordinal)).Split(';')[0];
    }

    static async Task<HttpStatusCode> StatusAsync(HttpClient http, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/servers");
        request.Headers.Add("Cookie", cookie);
        return (await http.SendAsync(request)).StatusCode;
    }
}
