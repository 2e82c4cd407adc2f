using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Web;

/// <summary>Signing in and out, over HTTP.</summary>
public sealed class AccountTests(PanelApp app) : IClassFixture<PanelApp>
{
    const string Password = "Battery-Staple-7";

    [Theory]
    [InlineData("/servers")]
    [InlineData("/servers/new")]
    [InlineData("/admin")]
    [InlineData("/servers/0197a1fc-0000-7000-8000-000000000000/files")]
    public async Task Stranger_is_led_to_the_form_and_back(string path)
    {
        using var visitor = new Visitor(app);
        var answer = await visitor.GetAsync(path);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal($"/sign-in?returnUrl={Uri.EscapeDataString(path)}", answer.Headers.Location!.PathAndQuery);
    }

    [Fact]
    public async Task Api_answers_a_stranger_with_a_status()
    {
        using var visitor = new Visitor(app);
        var answer = await visitor.GetAsync("/api/v1/servers");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Right_password_opens_the_panel_for_seven_days()
    {
        using var visitor = new Visitor(app);
        var answer = await visitor.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword, "/sign-in?returnUrl=%2Fadmin");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/admin", answer.Headers.Location!.AbsolutePath);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), value => value.StartsWith("panel=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("expires=", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/admin")).StatusCode);
    }

    [Theory]
    [InlineData("https://example.org/")]
    [InlineData("//example.org")]
    [InlineData("/\\example.org")]
    [InlineData("javascript:alert(1)")]
    public async Task Signing_in_leads_to_no_other_site(string elsewhere)
    {
        using var visitor = new Visitor(app);
        var answer = await visitor.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword, $"/sign-in?returnUrl={Uri.EscapeDataString(elsewhere)}");
        Assert.Equal(new Uri(app.ClientOptions.BaseAddress, "/"), new Uri(app.ClientOptions.BaseAddress, answer.Headers.Location!));
    }

    [Fact]
    public async Task Wrong_password_and_unknown_account_get_the_same_answers_until_they_are_locked_CVE_2019_1020002()
    {
        var known = await AccountAsync("locked");
        var (first, second) = (new List<string>(), new List<string>());
        using var visitor = new Visitor(app);
        for (var attempt = 0; attempt < 6; attempt++)
        {
            first.Add(await MessageAsync(await visitor.SignInAsync(known, "wrong password")));
            second.Add(await MessageAsync(await visitor.SignInAsync("nobody@example.org", "wrong password")));
        }
        Assert.Equal(first, second);
        Assert.Contains("wrong", first[0], StringComparison.Ordinal);
        Assert.Contains("too many attempts. Try again in 5 minutes.", first[^1], StringComparison.Ordinal);
        Assert.Contains("too many attempts", await MessageAsync(await visitor.SignInAsync(known, Password)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nope")]
    [InlineData("/servers/0197a1fc-0000-7000-8000-000000000000")]
    [InlineData("/servers/no-id")]
    public async Task Page_that_is_not_there_says_so_by_its_status_and_keeps_the_sidebar(string path)
    {
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        var answer = await visitor.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Contains("There is no", html.Replace("There is nothing here", "There is no", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Main\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"account\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_that_is_not_there_shows_a_stranger_no_sidebar()
    {
        using var visitor = new Visitor(app);
        var html = await (await visitor.GetAsync("/status/404")).Content.ReadAsStringAsync();
        Assert.Contains("There is nothing here", html, StringComparison.Ordinal);
        Assert.DoesNotContain("aria-label=\"Main\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_is_a_post_with_its_token()
    {
        var known = await AccountAsync("leaving");
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(known, Password);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/sign-out")).StatusCode);
        using var forged = new HttpRequestMessage(HttpMethod.Post, "/sign-out") { Content = new FormUrlEncodedContent([]) };
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.SendAsync(forged)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/servers")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SubmitAsync("/servers", "/sign-out", [])).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync("/servers")).StatusCode);
    }

    [Fact]
    public async Task Person_may_not_open_the_administrators_page()
    {
        var known = await AccountAsync("plain");
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(known, Password);
        var answer = await visitor.GetAsync("/admin");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/access-denied", answer.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        Assert.Contains("not for your account", await (await visitor.GetAsync("/access-denied")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_without_its_token_is_refused()
    {
        using var visitor = new Visitor(app);
        using var forged = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = new FormUrlEncodedContent([new("_handler", "sign-in"), new("Input.Email", PanelApp.AdminEmail), new("Input.Password", PanelApp.AdminPassword)]),
        };
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.SendAsync(forged)).StatusCode);
    }

    static async Task<string> MessageAsync(HttpResponseMessage answer)
    {
        var html = await answer.Content.ReadAsStringAsync();
        var start = html.IndexOf("id=\"message\"", StringComparison.Ordinal);
        return start < 0 ? "" : html[start..html.IndexOf("</div>", start, StringComparison.Ordinal)];
    }

    async Task<string> AccountAsync(string name)
    {
        var email = $"{name}@example.org";
        await app.Services.GetRequiredService<CreateAccount>().RunAsync(Actor.Panel, new() { Email = email, Password = Password }, TestContext.Current.CancellationToken);
        return email;
    }
}
