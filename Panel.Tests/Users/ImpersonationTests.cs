using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Core.Users;
using Panel.Tests.Accounts;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Xunit;

namespace Panel.Tests.Users;

/// <summary>Acting as somebody else.</summary>
public sealed class ImpersonationTests
{
    const string Password = "Battery-Staple-7";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_who_may_acts_as_who_may_no_more_and_not_twice_over(bool postgres)
    {
        await using var host = await AccountHost.StartAsync(postgres);
        var (ann, admin) = (await host.AccountAsync(), await host.SignInAsync(await host.AccountAsync("root", isAdmin: true)));
        var begin = (Actor actor, string id) => host.Get<Impersonate>().BeginAsync(actor, id, default);
        await Assert.ThrowsAsync<ForbiddenException>(() => begin(ann, admin.UserId));
        var other = await host.AccountAsync("other", isAdmin: true);
        await Assert.ThrowsAsync<ForbiddenException>(() => begin(admin with { Permissions = new HashSet<string> { PanelPermissions.Impersonate } }, other.UserId));
        await Assert.ThrowsAsync<ForbiddenException>(() => begin(admin with { Impersonator = "root" }, ann.UserId));
        await Assert.ThrowsAsync<ForbiddenException>(() => begin(admin with { Scopes = PanelPermissions.All }, ann.UserId));
        await Assert.ThrowsAsync<ForbiddenException>(() => begin(admin with { Session = null }, ann.UserId));
        await Assert.ThrowsAsync<ConflictException>(() => begin(admin, admin.UserId));
        await Assert.ThrowsAsync<NotFoundException>(() => begin(admin, "nobody"));
        await begin(admin, ann.UserId);

        var acting = (await host.Get<Actors>().AgainAsync(await host.SignInAsync(ann, impersonator: admin), default))!;
        Assert.Equal((admin.Name, admin.UserId, false), (acting.Impersonator, acting.ImpersonatorId, acting.May(PanelPermissions.ReadUsers)));
        var server = await host.ServerAsync(acting);
        await using var db = host.Open();
        var row = await db.Audit.SingleAsync(record => record.Action == "server.create", TestContext.Current.CancellationToken);
        Assert.Equal((ann.Name, admin.Name, (Contracts.Servers.ServerId?)server), (row.ActorName, row.Impersonator, row.Server));
    }

    [Fact]
    public async Task Acting_ends_with_the_own_session_the_permission_or_when_the_other_may_more()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        await host.AccountAsync("first", isAdmin: true);
        async Task<(Actor Admin, Actor Acting)> BeginAsync(string name)
        {
            var admin = await host.SignInAsync(await host.AccountAsync(name, isAdmin: true));
            var acting = await host.SignInAsync(ann, impersonator: admin);
            Assert.True(await host.IsInAsync(acting));
            return (admin, acting);
        }

        var (one, first) = await BeginAsync("one");
        await host.Get<Sessions>().EndAsync(one, one.Session!.Value, default);
        Assert.False(await host.IsInAsync(first));

        var (two, second) = await BeginAsync("two");
        await host.Get<ChangeUserRole>().RunAsync(CoreHost.Admin, two.UserId, Role.Operator, default);
        Assert.False(await host.IsInAsync(second));

        var (three, third) = await BeginAsync("three");
        await host.Get<EndSessions>().RunAsync(CoreHost.Admin, three.UserId, default);
        Assert.False(await host.IsInAsync(third));
    }

    [Fact]
    public async Task Console_that_is_open_while_acting_closes_within_two_seconds_of_the_own_session()
    {
        await using var host = (await CoreHost.OnSqliteAsync()).Reconcile();
        var (ann, admin) = (await host.AccountAsync(), await host.SignInAsync(await host.AccountAsync("root", isAdmin: true)));
        var server = await host.ServerAsync(ann);
        var acting = (await host.Get<Actors>().AgainAsync(await host.SignInAsync(ann, impersonator: admin), default))!;
        using var deadline = Deadline.Source();
        var open = host.Get<AccessGuard>().RunAsync(acting, server, ServerPermissions.ReadConsole, (_, token) => Task.Delay(Timeout.Infinite, token), deadline.Token);
        await host.Get<Sessions>().EndAsync(admin, admin.Session!.Value, default);
        await Assert.ThrowsAsync<ForbiddenException>(() => open.Within("the end of the console", TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task Browser_becomes_the_other_person_and_comes_back()
    {
        await using var app = new PanelApp();
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        var id = await app.Services.GetRequiredService<CreateAccount>().RunAsync(Actor.Panel, new() { Email = "ann@example.org", Password = Password }, TestContext.Current.CancellationToken);
        var admin = await IdAsync(app, PanelApp.AdminEmail);

        using var forged = new HttpRequestMessage(HttpMethod.Post, "/impersonate") { Content = new FormUrlEncodedContent([new("user", id)]) };
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.SendAsync(forged)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync($"/admin/users/{id}")).StatusCode);

        var begun = await visitor.SubmitAsync($"/admin/users/{id}", "/impersonate", [("user", id)]);
        Assert.Equal("/servers", begun.Headers.Location!.OriginalString);
        var page = await Text(await visitor.GetAsync("/servers"));
        Assert.Contains("You act as", page, StringComparison.Ordinal);
        foreach (var own in new[] { "/account", "/account/security", "/account/keys" })
        {
            // what only the person itself may do says so before anybody fills it in
            Assert.Matches("data-self-only[^§]*<fieldset[^>]* disabled", await Text(await visitor.GetAsync(own)));
        }
        Assert.StartsWith("/access-denied", (await visitor.GetAsync("/admin")).Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        Assert.Equal("/access-denied", (await visitor.SubmitAsync("/servers", "/impersonate", [("user", admin)])).Headers.Location!.OriginalString);

        var ended = await visitor.SubmitAsync("/servers", "/impersonate/stop", []);
        Assert.Equal($"/admin/users/{id}", ended.Headers.Location!.OriginalString);
        page = await Text(await visitor.GetAsync($"/admin/users/{id}"));
        Assert.DoesNotContain("You act as", page, StringComparison.Ordinal);
        Assert.Contains("Act as this user", page, StringComparison.Ordinal);
        await using var db = app.Services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContext();
        var notes = await db.Audit.Where(row => row.Action.StartsWith("account.impersonate")).OrderBy(row => row.Id).Select(row => new { row.Action, row.ActorName, row.Subject, row.Impersonator }).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([("account.impersonate", PanelApp.AdminEmail, "ann@example.org", null), ("account.impersonate-stop", "ann@example.org", "ann@example.org", PanelApp.AdminEmail)],
            notes.Select(note => (note.Action, note.ActorName, note.Subject, note.Impersonator)));
        await Deadline.UntilAsync("the end of the session", async () => await db.Sessions.CountAsync(session => session.AccountId == id, TestContext.Current.CancellationToken) == 0);
    }

    [Fact]
    public async Task Cookie_that_was_put_aside_brings_nobody_back_whose_session_has_ended()
    {
        await using var app = new PanelApp();
        using var visitor = new Visitor(app);
        await visitor.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        var id = await app.Services.GetRequiredService<CreateAccount>().RunAsync(Actor.Panel, new() { Email = "ann@example.org", Password = Password }, TestContext.Current.CancellationToken);
        await visitor.SubmitAsync($"/admin/users/{id}", "/impersonate", [("user", id)]);
        await app.Services.GetRequiredService<EndSessions>().RunAsync(Actor.Panel, await IdAsync(app, PanelApp.AdminEmail), TestContext.Current.CancellationToken);
        Assert.StartsWith("/sign-in", (await visitor.GetAsync("/servers")).Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", (await visitor.GetAsync("/admin")).Headers.Location!.PathAndQuery, StringComparison.Ordinal);
    }

    static async Task<string> IdAsync(PanelApp app, string email)
    {
        await using var db = app.Services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContext();
        return await db.Users.Where(account => account.Email == email).Select(account => account.Id).SingleAsync();
    }

    static Task<string> Text(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();
}
