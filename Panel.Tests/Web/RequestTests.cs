using System.Net;
using System.Text.RegularExpressions;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Web;

/// <summary>What every answer has, and what is served to anybody.</summary>
public sealed partial class RequestTests(PanelApp app) : IClassFixture<PanelApp>
{
    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/sign-in")]
    [InlineData("/favicon.svg")]
    [InlineData("/icons.svg")]
    [InlineData("/css/tokens.css")]
    [InlineData("/lib/inter/wght.css")]
    [InlineData("/lib/mono/files/jetbrains-mono-latin-wght-normal.woff2")]
    [InlineData("/lib/monaco/vs/loader.js")]
    [InlineData("/_framework/blazor.web.js")]
    [InlineData("/_content/Radzen.Blazor/css/default-base.css")]
    public async Task Anybody_may_open(string path)
    {
        using var visitor = new Visitor(app);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(path)).StatusCode);
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/healthz")]
    [InlineData("/css/tokens.css")]
    public async Task Answer_keeps_the_browser_from_foreign_scripts_and_frames(string path)
    {
        using var visitor = new Visitor(app);
        var headers = (await visitor.GetAsync(path)).Headers;
        var policy = Assert.Single(headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("script-src[^;]*unsafe", policy);
        Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(headers.GetValues("X-Frame-Options")));
    }

    [Fact]
    public async Task Page_takes_nothing_from_elsewhere_and_runs_no_inline_script_but_the_import_map()
    {
        using var visitor = new Visitor(app);
        var answer = await visitor.GetAsync("/sign-in");
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Empty(Foreign().Matches(html));
        var script = Assert.Single(Inline().Matches(html));
        var nonce = WebUtility.HtmlDecode(Regex.Match(script.Value, "nonce=\"([^\"]+)\"").Groups[1].Value);
        Assert.Contains($"'nonce-{nonce}'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Theme_of_the_cookie_is_in_the_page_from_its_first_byte()
    {
        using var visitor = new Visitor(app);
        using var dark = new HttpRequestMessage(HttpMethod.Get, "/sign-in") { Headers = { { "Cookie", "panel-theme=dark" } } };
        Assert.Contains("<html lang=\"en\" data-theme=\"dark\"", await (await visitor.SendAsync(dark)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var foul = new HttpRequestMessage(HttpMethod.Get, "/sign-in") { Headers = { { "Cookie", "panel-theme=%22%3E%3Cscript%3E" } } };
        Assert.DoesNotContain("data-theme", await (await visitor.SendAsync(foul)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_page_is_told_as_a_page_and_a_missing_path_of_the_api_as_a_problem()
    {
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        var page = await visitor.GetAsync("/no/such/page");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("There is nothing here", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var api = await visitor.GetAsync("/api/no/such/path");
        Assert.Equal(HttpStatusCode.NotFound, api.StatusCode);
        Assert.Equal("application/problem+json", api.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Pages_open_for_who_is_signed_in()
    {
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        foreach (var (path, text) in new[] { ("/servers", "No servers yet"), ("/servers/new", "Panel demo"), ("/admin/audit", "account.setup") })
        {
            var answer = await visitor.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains(text, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Contains("There is no such server", await (await visitor.GetAsync($"/servers/{Guid.NewGuid()}")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("There is no such server", await (await visitor.GetAsync("/servers/not-an-id")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_attempts_from_one_address_are_turned_away()
    {
        await using var own = new PanelApp();
        using var visitor = new Visitor(own);
        var last = HttpStatusCode.OK;
        for (var attempt = 0; attempt < 40 && last != HttpStatusCode.TooManyRequests; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = new FormUrlEncodedContent([]) };
            last = (await visitor.SendAsync(request)).StatusCode;
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/sign-in")).StatusCode);
    }

    [GeneratedRegex("""(src|href)="(https?:)?//[^"]*""")]
    private static partial Regex Foreign();

    [GeneratedRegex("<script(?![^>]*\\bsrc=)[^>]*>")]
    private static partial Regex Inline();
}
