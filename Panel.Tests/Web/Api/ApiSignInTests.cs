using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Accounts.Keys;
using Panel.Tests.Accounts;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Web.Api;

/// <summary>Who gets into the API, and by what.</summary>
public sealed class ApiSignInTests : IAsyncLifetime
{
    const string Password = "Battery-Staple-7";

    readonly PanelApp app = new();
    Caller caller = null!;

    public ValueTask InitializeAsync()
    {
        caller = new(app);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        caller.Dispose();
        await app.DisposeAsync();
    }

    T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    async Task<Actor> AccountAsync(string email) =>
        (await Get<Actors>().FindAsync(await Get<CreateAccount>().RunAsync(CoreHost.Admin, new() { Email = email, Password = Password }, default), null, default))!;

    async Task<string> KeyAsync(Actor actor, params string[] scopes) => (await Get<CreateKey>().RunAsync(actor, new() { Name = "ci", Scopes = scopes is [] ? null : scopes }, default)).Text;

    async Task<HttpStatusCode> StatusAsync(string path = "/api/v1/me") => (await caller.GetAsync(path)).StatusCode;

    [Fact]
    public async Task Token_and_key_open_the_api()
    {
        var ann = await AccountAsync("ann@example.org");
        await caller.SignInAsync("ann@example.org", Password);
        var me = (await (await caller.GetAsync("/api/v1/me")).Content.ReadFromJsonAsync<MeView>())!;
        Assert.Equal((ann.UserId, "ann@example.org", SignedInBy.Session, true), (me.Id, me.Email, me.By, me.Scopes is null));
        Assert.Equal(JsonValueKind.Array, (await (await caller.GetAsync("/api/v1/servers")).Content.ReadFromJsonAsync<JsonElement>()).ValueKind);
        caller.Token = await KeyAsync(ann, ServerPermissions.Start);
        me = (await (await caller.GetAsync("/api/v1/me")).Content.ReadFromJsonAsync<MeView>())!;
        Assert.Equal((SignedInBy.Key, 0), (me.By, me.Permissions.Count));
        Assert.Equal([ServerPermissions.Start], me.Scopes);
    }

    [Fact]
    public async Task Key_and_token_make_no_browser_session_that_outlives_them_GHSA_7v3x_h7r2_34jv()
    {
        var ann = await AccountAsync("ann@example.org");
        var key = await Get<CreateKey>().RunAsync(ann, new() { Name = "ci" }, default);
        caller.Token = key.Text;
        var answer = await caller.GetAsync("/api/v1/servers");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.False((await caller.TokenAsync("ann@example.org", Password)).Headers.Contains("Set-Cookie"));
        await Get<RevokeKey>().RunAsync(ann, key.Id, default);
        var refused = await caller.GetAsync("/api/v1/servers");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("invalid-token", (await refused.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("code").GetString());
        caller.Token = null;
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync());
        Assert.Equal(HttpStatusCode.Redirect, (await caller.GetAsync("/servers")).StatusCode);
    }

    [Fact]
    public async Task Cookie_beside_a_bad_token_counts_for_nothing()
    {
        await AccountAsync("ann@example.org");
        await caller.Person.SignInAsync("ann@example.org", Password);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync());
        foreach (var bad in new[] { "pnla_nonsense", "pnlr_nonsense", "x" })
        {
            caller.Token = bad;
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync());
        }
    }

    [Fact]
    public async Task Change_by_cookie_is_taken_from_own_pages_and_by_key_from_anywhere()
    {
        await caller.Person.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync());
        var path = $"/api/v1/servers/{Guid.CreateVersion7()}/files/content?path=/x";
        async Task<HttpStatusCode> Put(params (string, string)[] headers) => (await caller.SendAsync(HttpMethod.Put, path, new ByteArrayContent([1]), headers)).StatusCode;
        Assert.Equal(HttpStatusCode.Forbidden, await Put());
        Assert.Equal(HttpStatusCode.Forbidden, await Put(("X-Requested-With", "x"), ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal(HttpStatusCode.NotFound, await Put(("X-Requested-With", "x")));
        await caller.SignInAsync();
        Assert.Equal(HttpStatusCode.NotFound, await Put());
    }

    [Fact]
    public async Task Wrong_password_unknown_account_and_lock_out_read_the_same_and_are_shared_with_the_form()
    {
        await AccountAsync("ann@example.org");
        var texts = new HashSet<string>();
        foreach (var email in new[] { "ann@example.org", "nobody@example.org" })
        {
            for (var attempt = 0; attempt < 4; attempt++)
            {
                var answer = await caller.TokenAsync(email, "Wrong-Password-1");
                Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
                texts.Add(await Caller.CodeAsync(answer));
            }
            texts.Add(await Caller.CodeAsync(await caller.TokenAsync(email, "Wrong-Password-1")));
        }
        Assert.Equal(["invalid-credentials", "locked-out"], texts.Order());
        // the form knows of it
        Assert.Contains("too many attempts", await (await caller.Person.SignInAsync("ann@example.org", Password)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_with_a_second_step_gives_no_token_without_its_code_and_takes_each_code_once()
    {
        var ann = await AccountAsync("ann@example.org");
        var (secret, _) = TwoFactor.Begin(ann.Name);
        var session = await Get<Sessions>().StartAsync(ann.UserId, false, "test", null, null, null, default);
        var codes = await Get<TwoFactor>().EnableAsync(ann with { Session = session }, new() { Password = Password, Secret = secret, Code = Authenticator.First(secret) }, default);
        Assert.Equal("invalid-credentials", await Caller.CodeAsync(await caller.TokenAsync(ann.Name, "Wrong-Password-1", codes[0])));
        Assert.Equal("second-factor-required", await Caller.CodeAsync(await caller.TokenAsync(ann.Name, Password)));
        Assert.Equal("wrong-code", await Caller.CodeAsync(await caller.TokenAsync(ann.Name, Password, "000000")));
        Assert.Equal(HttpStatusCode.OK, (await caller.TokenAsync(ann.Name, Password, codes[0])).StatusCode);
        Assert.Equal("wrong-code", await Caller.CodeAsync(await caller.TokenAsync(ann.Name, Password, codes[0])));
        // the password alone does not make wrong codes forgotten
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await caller.TokenAsync(ann.Name, Password);
            await caller.TokenAsync(ann.Name, Password, "000000");
        }
        Assert.Equal("locked-out", await Caller.CodeAsync(await caller.TokenAsync(ann.Name, Password, codes[1])));
    }

    [Fact]
    public async Task Address_has_thirty_attempts_a_minute()
    {
        var statuses = new List<HttpStatusCode>();
        for (var attempt = 0; attempt < 31; attempt++) statuses.Add((await caller.SendAsync(HttpMethod.Post, attempt % 2 == 0 ? "/api/v1/auth/token" : "/api/v1/auth/refresh", new { })).StatusCode);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.TooManyRequests), (statuses[29], statuses[30]));
    }

    [Fact]
    public async Task Suspended_person_is_told_so_once_the_password_is_right()
    {
        var ann = await AccountAsync("ann@example.org");
        await Get<SuspendAccount>().RunAsync(CoreHost.Admin, ann.UserId, new() { Reason = "Spam." }, default);
        Assert.Equal("invalid-credentials", await Caller.CodeAsync(await caller.TokenAsync("ann@example.org", "Wrong-Password-1")));
        Assert.Equal("suspended", await Caller.CodeAsync(await caller.TokenAsync("ann@example.org", Password)));
    }

    [Fact]
    public async Task What_is_no_request_for_a_token_is_refused_by_field()
    {
        var answer = await caller.TokenAsync("", new string('x', 201));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        Assert.True(errors.TryGetProperty("email", out _) && errors.TryGetProperty("password", out _));
        foreach (var body in new HttpContent[] { new StringContent("{", null, "application/json"), new StringContent("null", null, "application/json"), new StringContent("email=a", null, "application/x-www-form-urlencoded") })
        {
            var refused = await caller.SendAsync(HttpMethod.Post, "/api/v1/auth/token", body);
            Assert.InRange((int)refused.StatusCode, 400, 415);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        }
    }
}
