using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Panel.Core;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Xunit;

namespace Panel.Tests.Security;

/// <summary>Every path that the panel answers, as its own routing lists them: a new one is looked at the day it is written.</summary>
public sealed partial class EndpointsTests(PanelApp app) : IClassFixture<PanelApp>
{
    /// <summary>They take no notice of a cookie: what is sent is its own proof, and nothing is done for who sends it.</summary>
    static readonly string[] ByOwnProof = ["/api/v1/auth/token", "/api/v1/auth/refresh", "/api/v1/auth/revoke", "/single-sign-on/{key}/logout"];

    /// <summary>They answer the same to every method, and do nothing.</summary>
    static readonly string[] Harmless = ["/healthz", "/readyz"];

    static readonly string[] Changing = ["POST", "PUT", "PATCH", "DELETE"];

    static IEnumerable<(string Method, string Route)> Routes(PanelApp app)
    {
        app.CreateClient().Dispose();
        return from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
               from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET", .. Changing]
               select (method, $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}");
    }

    static string Path(string route) => Parameter().Replace(route, match => match.Groups[1].Value.StartsWith('*') ? "x/y" : Guid.Empty.ToString());

    [Fact]
    public void Endpoints_are_found() => Assert.Superset(
        new HashSet<(string, string)> { ("POST", "/sign-out"), ("PUT", "/api/v1/servers/{id}/files/content"), ("POST", "/sign-in"), ("POST", "/_blazor/negotiate"), ("POST", "/impersonate"), ("GET", "/admin/audit/export") }, Routes(app).ToHashSet());

    /// <summary>CVE-2021-41273: two routes of the administration had no token.</summary>
    [Fact]
    public async Task Change_that_another_site_sends_with_the_cookie_is_refused_on_every_endpoint_CVE_2021_41273()
    {
        await using var own = new PanelApp();
        using var visitor = new Visitor(own);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword)).StatusCode);
        var (before, taken) = (await SnapshotAsync(own), new List<string>());
        var routes = Routes(own).Where(route => Changing.Contains(route.Method) && !ByOwnProof.Concat(Harmless).Contains(route.Route)).Distinct().ToList();
        // what a form of another site can send, and what a script on a neighbouring address can; the first round is short enough for the limit of attempts
        foreach (var (site, type) in new[] { ("cross-site", "application/x-www-form-urlencoded"), ("same-site", "application/x-www-form-urlencoded"), ("cross-site", "text/plain"), ("same-site", "text/plain") })
        {
            foreach (var (method, route) in routes)
            {
                using var body = new StringContent(type == "text/plain" ? "{}" : "user=x&__RequestVerificationToken=x", Encoding.UTF8, type);
                using var request = new HttpRequestMessage(new(method), Path(route)) { Content = body, Headers = { { "Origin", "https://evil.example" }, { "Sec-Fetch-Site", site } } };
                using var answer = await visitor.SendAsync(request);
                var refused = answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.UnsupportedMediaType
                    || (answer.StatusCode is HttpStatusCode.TooManyRequests && (site, type) != ("cross-site", "application/x-www-form-urlencoded"));
                if (!refused) taken.Add($"{method} {route} as {type} by {site}: {(int)answer.StatusCode}");
            }
        }
        Assert.Empty(taken);
        Assert.Equal(before, await SnapshotAsync(own));
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/servers")).StatusCode);   // signed in still
    }

    [Fact]
    public async Task Looking_changes_nothing_whatever_is_looked_at()
    {
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        var before = await SnapshotAsync(app);
        var failed = new List<string>();
        foreach (var (_, route) in Routes(app).Where(route => route.Method == "GET" && !route.Route.StartsWith("/_", StringComparison.Ordinal)).Distinct())
        {
            foreach (var query in new[] { "", "?userId=x&token=x&code=x&id=x&user=x&delete=true&action=stop" })
            {
                using var answer = await visitor.GetAsync(Path(route) + query);
                if ((int)answer.StatusCode >= 500) failed.Add($"{route}{query}: {(int)answer.StatusCode}");
            }
        }
        Assert.Empty(failed);
        Assert.Equal(before, await SnapshotAsync(app));
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/servers")).StatusCode);
    }

    [Fact]
    public async Task Stranger_is_let_into_nothing_but_what_is_listed_as_open()
    {
        string[] open =
        [
            "/sign-in", "/sign-in/code", "/sign-in/problem", "/setup", "/register", "/forgot", "/reset", "/confirm", "/confirm-email", "/invitation", "/access-denied", "/not-found", "/error", "/status/{code:int}", "/healthz", "/readyz", "/metrics",
        ];
        using var stranger = new Visitor(app);
        var let = new List<string>();
        foreach (var (_, route) in Routes(app).Where(route => route.Method == "GET" && !route.Route.StartsWith("/_", StringComparison.Ordinal) && !route.Route.Contains('.', StringComparison.Ordinal)).Distinct())
        {
            using var answer = await stranger.GetAsync(Path(route));
            if (answer.IsSuccessStatusCode && !open.Contains(route)) let.Add(route);
        }
        Assert.Empty(let);
    }

    [Theory]
    [InlineData("/sign-in", HttpStatusCode.OK)]
    [InlineData("/servers", HttpStatusCode.Redirect)]
    [InlineData("/css/tokens.css", HttpStatusCode.OK)]
    [InlineData("/healthz", HttpStatusCode.OK)]
    [InlineData("/api/v1/me", HttpStatusCode.Unauthorized)]
    [InlineData("/api/v1/nothing", HttpStatusCode.Unauthorized)]
    [InlineData("/no/such/page", HttpStatusCode.Redirect)]
    [InlineData("/_framework/blazor.web.js", HttpStatusCode.OK)]
    [InlineData("/status/500", HttpStatusCode.OK)]
    public async Task Every_kind_of_answer_has_the_headers_that_guard_a_browser(string path, HttpStatusCode expected)
    {
        using var visitor = new Visitor(app);
        using var answer = await visitor.GetAsync(path);
        Assert.True(answer.StatusCode == expected || answer.StatusCode == HttpStatusCode.NotFound, $"{path}: {answer.StatusCode}");
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("object-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("base-uri 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("form-action 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("script-src[^;]*unsafe", policy);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("X-Powered-By"));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://evil.localhost")]
    [InlineData("null")]
    [InlineData("http://localhost.evil.example")]
    [InlineData("http://localhost:9")]
    public async Task Live_connection_is_refused_to_pages_of_other_origins(string origin)
    {
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        foreach (var (method, path) in new[] { (HttpMethod.Get, "/_blazor?id=x"), (HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1"), (HttpMethod.Post, "/_blazor/disconnect") })
        {
            using var foreign = new HttpRequestMessage(method, path) { Headers = { { "Origin", origin }, { "Connection", "Upgrade" }, { "Upgrade", "websocket" } } };
            Assert.Equal(HttpStatusCode.Forbidden, (await visitor.SendAsync(foreign)).StatusCode);
        }
        using var own = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1") { Headers = { { "Origin", "http://localhost" } } };
        Assert.Equal(HttpStatusCode.OK, (await visitor.SendAsync(own)).StatusCode);
    }

    /// <summary>All rows but what looking itself is noted by: when a session was used last, and that somebody took the audit home.</summary>
    static async Task<string> SnapshotAsync(PanelApp app)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContextAsync();
        var text = new StringBuilder();
        foreach (var table in db.Model.GetEntityTypes().Select(type => type.GetTableName()).OfType<string>().Distinct().Order(StringComparer.Ordinal))
        {
            if (table is "Sessions" or "DataProtectionKeys" or "AuditSeals") continue;
            await using var command = db.Database.GetDbConnection().CreateCommand();
            await db.Database.OpenConnectionAsync();
#pragma warning disable CA2100 // the name comes from the model
            command.CommandText = $"SELECT * FROM \"{table}\"";
#pragma warning restore CA2100
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                var row = string.Join('|', Enumerable.Range(0, rows.FieldCount).Where(field => rows.GetName(field) is not ("Hash" or "Seal")).Select(field => rows.GetValue(field) is byte[] bytes ? Convert.ToHexString(bytes) : $"{rows.GetValue(field)}"));
                if (!row.Contains("|audit.export|", StringComparison.Ordinal) && !row.StartsWith("audit-seals|", StringComparison.Ordinal)) text.AppendLine($"{table}: {row}");
            }
        }
        return text.ToString();
    }

    [GeneratedRegex(@"\{([^}]+)\}")]
    private static partial Regex Parameter();
}
