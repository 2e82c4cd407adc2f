using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Web.Api;

/// <summary>A server from its making to its end by a program alone, on the cluster of this machine.</summary>
[Trait("Lane", "cluster")]
public sealed class ServerVerbsTests : IAsyncLifetime
{
    const string Servers = "/api/v1/servers";

    readonly PanelApp app = new();
    Caller caller = null!;

    public async ValueTask InitializeAsync()
    {
        caller = new(app);
        await caller.SignInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        caller.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Server_is_made_started_changed_stopped_and_deleted()
    {
        var made = await caller.SendAsync(HttpMethod.Post, Servers, new { name = "By a program", template = "demo", plan = "tiny", start = false, variables = new Dictionary<string, string> { ["MAX_PLAYERS"] = "7" } });
        var view = await ReadAsync<ServerView>(made, HttpStatusCode.Created);
        var server = $"{Servers}/{view.Row.Id}";
        Assert.Equal(server, made.Headers.Location!.ToString());
        Assert.Equal(("By a program", "7"), (view.Row.Name, view.Variables["MAX_PLAYERS"]));

        await UntilAsync(server, ServerPhase.Offline);
        var begun = await ReadAsync<ServerView>(await caller.SendAsync(HttpMethod.Post, $"{server}/power", new { action = "start" }), HttpStatusCode.Accepted);
        Assert.True(begun.Wanted);
        await UntilAsync(server, ServerPhase.Running);

        var renamed = await ReadAsync<ServerView>(await caller.SendAsync(HttpMethod.Patch, server, new { name = "Renamed", description = "By curl" }), HttpStatusCode.OK);
        Assert.Equal(("Renamed", "By curl"), (renamed.Row.Name, renamed.Description));
        var changed = await ReadAsync<ServerView>(await caller.SendAsync(HttpMethod.Patch, $"{server}/startup", new { variables = new Dictionary<string, string> { ["MAX_PLAYERS"] = "9" } }), HttpStatusCode.OK);
        Assert.Equal("9", changed.Variables["MAX_PLAYERS"]);
        var moved = await ReadAsync<ServerView>(await caller.SendAsync(HttpMethod.Put, $"{server}/plan", new { plan = "small" }), HttpStatusCode.OK);
        Assert.Equal(("small", 2048), (moved.Plan, moved.Row.MemoryLimitMiB));

        await ReadAsync<ServerView>(await caller.SendAsync(HttpMethod.Post, $"{server}/power", new { action = "stop" }), HttpStatusCode.Accepted);
        await UntilAsync(server, ServerPhase.Offline);
        var refused = await caller.SendAsync(HttpMethod.Delete, $"{server}?confirmName=Another");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid-fields"), (refused.StatusCode, await Caller.CodeAsync(refused)));
        Assert.Equal(HttpStatusCode.Accepted, (await caller.SendAsync(HttpMethod.Delete, $"{server}?confirmName=Renamed")).StatusCode);
        await Deadline.UntilAsync("the server is gone", async () => (await caller.GetAsync(server)).StatusCode == HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Ports_are_taken_noted_made_the_primary_and_given_back()
    {
        var server = $"{Servers}/{(await MakeAsync()).Row.Id}";
        var first = Assert.Single(await PortsAsync(server));
        var taken = await ReadAsync<PortView>(await caller.SendAsync(HttpMethod.Post, $"{server}/ports", new { protocol = "UDP", note = "Voice" }), HttpStatusCode.Created);
        Assert.Equal(("UDP", "Voice", true, false), (taken.Protocol, taken.Note, taken.Extra, taken.Primary));
        Assert.Equal(HttpStatusCode.NoContent, (await caller.SendAsync(HttpMethod.Patch, $"{server}/ports/{taken.Number}", new { note = "Map" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await caller.SendAsync(HttpMethod.Post, $"{server}/ports/{taken.Number}/primary")).StatusCode);
        Assert.Equal([(taken.Number, "Map", true), (first.Number, "", false)], (await PortsAsync(server)).Select(port => (port.Number, port.Note, port.Primary)));
        Assert.Equal(HttpStatusCode.Conflict, (await caller.SendAsync(HttpMethod.Delete, $"{server}/ports/{taken.Number}")).StatusCode);
        await caller.SendAsync(HttpMethod.Post, $"{server}/ports/{first.Number}/primary");
        Assert.Equal(HttpStatusCode.NoContent, (await caller.SendAsync(HttpMethod.Delete, $"{server}/ports/{taken.Number}")).StatusCode);
        Assert.Equal(first.Number, Assert.Single(await PortsAsync(server)).Number);
    }

    [Fact]
    public async Task Somebody_is_invited_accepts_is_changed_and_removed_and_a_stranger_sees_nothing()
    {
        var server = $"{Servers}/{(await MakeAsync()).Row.Id}";
        const string password = "Battery-Staple-7";
        var ann = await app.Get<CreateAccount>().RunAsync(CoreHost.Admin, new() { Email = "ann@example.org", Password = password }, default);
        using var friend = new Caller(app);
        await friend.SignInAsync("ann@example.org", password);
        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Get, "", null), (HttpMethod.Patch, "", new { name = "Mine" }), (HttpMethod.Delete, "?confirmName=One", null), (HttpMethod.Post, "/power", new { action = "kill" }), (HttpMethod.Put, "/plan", new { plan = "small" }),
            (HttpMethod.Patch, "/startup", new { }), (HttpMethod.Put, "/template", new { template = "demo" }), (HttpMethod.Post, "/reinstall", new { }), (HttpMethod.Get, "/ports", null), (HttpMethod.Post, "/ports", new { }), (HttpMethod.Get, "/members", null),
            (HttpMethod.Post, "/members", new { email = "eve@example.org" }), (HttpMethod.Put, $"/members/{ann}", new { }), (HttpMethod.Delete, $"/members/{ann}", null),
        })
        {
            var answer = await friend.SendAsync(method, server + path, body);
            Assert.Equal((HttpStatusCode.NotFound, "not-found"), (answer.StatusCode, await Caller.CodeAsync(answer)));
        }

        var invited = await ReadAsync<MadeInvitation>(await caller.SendAsync(HttpMethod.Post, $"{server}/members", new { email = "ann@example.org", permissions = new[] { ServerPermissions.Start } }), HttpStatusCode.Created);
        await app.Get<AcceptInvitation>().RunAsync((await app.Get<Actors>().FindAsync(ann, null, default))!, invited.Token!, default);
        Assert.Equal(HttpStatusCode.OK, (await friend.GetAsync(server)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await friend.SendAsync(HttpMethod.Post, $"{server}/power", new { action = "stop" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await caller.SendAsync(HttpMethod.Put, $"{server}/members/{ann}", new { permissions = new[] { ServerPermissions.Start, ServerPermissions.Stop } })).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await friend.SendAsync(HttpMethod.Post, $"{server}/power", new { action = "stop" })).StatusCode);
        var people = await ReadAsync<JsonElement>(await caller.GetAsync($"{server}/members"), HttpStatusCode.OK);
        Assert.Equal("ann@example.org", Assert.Single(people.GetProperty("members").EnumerateArray()).GetProperty("email").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await caller.SendAsync(HttpMethod.Delete, $"{server}/members/{ann}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await friend.GetAsync(server)).StatusCode);
    }

    [Fact]
    public async Task Quota_and_plans_are_told()
    {
        await MakeAsync();
        var quota = await ReadAsync<JsonElement>(await caller.GetAsync("/api/v1/me/quota"), HttpStatusCode.OK);
        Assert.Equal(1, quota.GetProperty("servers").GetProperty("used").GetInt32());
        var plans = await ReadAsync<JsonElement>(await caller.GetAsync("/api/v1/plans"), HttpStatusCode.OK);
        Assert.Equal(["tiny", "small", "medium", "large"], plans.EnumerateArray().Select(plan => plan.GetProperty("key").GetString()));
    }

    [Theory]
    [InlineData("""{"name":"","template":"demo","plan":"tiny"}""", "name")]
    [InlineData("""{"name":"One","template":"nothing","plan":"tiny"}""", "template")]
    [InlineData("""{"name":"One","template":"demo","plan":"nothing"}""", "plan")]
    [InlineData("""{"name":"One","template":"demo","plan":"tiny","variables":{"MAX_PLAYERS":"many"}}""", "MAX_PLAYERS")]
    public async Task Field_that_breaks_a_rule_is_named(string body, string field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var answer = await caller.SendAsync(HttpMethod.Post, Servers, content);
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("invalid-fields", problem.GetProperty("code").GetString());
        Assert.Contains(problem.GetProperty("errors").EnumerateObject(), error => error.Name == field);
    }

    [Theory]
    [InlineData("{\"action\":\"fly\"}")]
    [InlineData("{\"action\":1}")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("")]
    public async Task Body_that_cannot_be_read_is_a_bad_request(string body)
    {
        var server = $"{Servers}/{(await MakeAsync()).Row.Id}";
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var answer = await caller.SendAsync(HttpMethod.Post, $"{server}/power", content);
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json", "bad-request"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, await Caller.CodeAsync(answer)));
    }

    [Theory]
    [InlineData("POST", "", """{"name":"One","template":"demo","plan":"tiny","description":null}""")]
    [InlineData("POST", "", """{"name":"One","template":"demo","plan":"tiny","variables":null}""")]
    [InlineData("PATCH", "/startup", """{"variables":null}""")]
    [InlineData("PUT", "/template", """{"template":"demo","variables":null}""")]
    [InlineData("POST", "/ports", """{"protocol":null}""")]
    [InlineData("POST", "/ports", """{"protocol":""}""")]
    [InlineData("POST", "/ports", """{"note":null}""")]
    public async Task Nothing_where_something_has_to_be_is_a_bad_request(string method, string path, string body)
    {
        var server = path.Length == 0 ? Servers : $"{Servers}/{(await MakeAsync()).Row.Id}{path}";
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, (await caller.SendAsync(new(method), server, content)).StatusCode);
    }

    [Fact]
    public async Task Name_alone_leaves_the_description()
    {
        var server = $"{Servers}/{(await MakeAsync()).Row.Id}";
        await caller.SendAsync(HttpMethod.Patch, server, new { name = "Two", description = "Ours" });
        var renamed = await ReadAsync<ServerView>(await caller.SendAsync(HttpMethod.Patch, server, new { name = "Three" }), HttpStatusCode.OK);
        Assert.Equal(("Three", "Ours"), (renamed.Row.Name, renamed.Description));
    }

    [Theory]
    [InlineData("/api/v1/nothing", HttpStatusCode.NotFound, "not-found")]
    [InlineData("/api/v1/servers/not-an-id", HttpStatusCode.BadRequest, "bad-request")]
    public async Task Refusal_before_any_operation_has_a_code_too(string path, HttpStatusCode status, string code)
    {
        var answer = await caller.GetAsync(path);
        Assert.Equal((status, code), (answer.StatusCode, await Caller.CodeAsync(answer)));
    }

    async Task<ServerView> MakeAsync() => await ReadAsync<ServerView>(await caller.SendAsync(HttpMethod.Post, Servers, new { name = "One", template = "demo", plan = "tiny", start = false }), HttpStatusCode.Created);

    async Task<PortView[]> PortsAsync(string server) => await ReadAsync<PortView[]>(await caller.GetAsync($"{server}/ports"), HttpStatusCode.OK);

    Task UntilAsync(string server, ServerPhase phase) => Deadline.UntilAsync($"{phase}", async () => (await ReadAsync<ServerView>(await caller.GetAsync(server), HttpStatusCode.OK)).Row.Phase == phase, TimeSpan.FromSeconds(60));

    static async Task<T> ReadAsync<T>(HttpResponseMessage answer, HttpStatusCode expected)
    {
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<T>())!;
    }
}
