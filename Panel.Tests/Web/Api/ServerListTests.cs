using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Accounts.Keys;
using Panel.Core.Reconciling;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Web.Api;

/// <summary>The list of servers is kept for a moment between two calls: nobody may notice.</summary>
public sealed class ServerListTests : IAsyncLifetime
{
    const string Path = "/api/v1/servers", Password = "Battery-Staple-7";

    readonly PanelApp app = new();
    Caller caller = null!;
    Actor ann = null!;
    ServerId server;

    public async ValueTask InitializeAsync()
    {
        caller = new(app);
        ann = await AccountAsync("ann@example.org");
        server = await Get<CreateServer>().RunAsync(ann, new() { Name = "First", Template = "demo", Plan = "tiny", Start = false }, default);
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

    async Task<ServerRow[]> ListAsync(string token)
    {
        caller.Token = token;
        return (await (await caller.GetAsync(Path)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<ServerRow[]>())!;
    }

    async Task MemberAsync(Actor person, DateTimeOffset? until = null)
    {
        await using var db = await Get<IDbContextFactory<PanelDb>>().CreateDbContextAsync();
        db.Members.Add(new() { ServerId = server, AccountId = person.UserId, Permissions = [ServerPermissions.Start], CreatedAt = TimeProvider.System.GetUtcNow(), ExpiresAt = until });
        await db.SaveChangesAsync();
        Get<Wake>().Changed(server);
    }

    [Fact]
    public async Task List_shows_every_change_in_the_next_call()
    {
        var (key, bob) = (await KeyAsync(ann), await AccountAsync("bob@example.org"));
        var other = await KeyAsync(bob);
        Assert.Equal(["First"], (await ListAsync(key)).Select(row => row.Name));
        Assert.Empty(await ListAsync(other));
        await Get<RenameServer>().RunAsync(ann, server, new() { Name = "Second" }, default);
        Assert.Equal(["Second"], (await ListAsync(key)).Select(row => row.Name));
        Get<ObservedServers>().SetUsage(server, new(null, null, 77, TimeProvider.System.GetUtcNow()));
        Assert.Equal(77, (await ListAsync(key)).Single().Usage?.DiskMiB);
        await MemberAsync(bob);
        Assert.Equal([ServerPermissions.Start], (await ListAsync(other)).Single().Allowed);
        await Get<RemoveMember>().RunAsync(ann, server, bob.UserId, default);
        Assert.Empty(await ListAsync(other));
    }

    [Fact]
    public async Task Ids_and_words_are_plain_text()
    {
        caller.Token = await KeyAsync(ann);
        using var answer = await caller.GetAsync(Path);
        var row = (await answer.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray().Single();
        Assert.Equal((server.ToString(), "offline"), (row.GetProperty("id").GetString(), row.GetProperty("phase").GetString()));
    }

    [Fact]
    public async Task Key_sees_what_it_is_limited_to_and_nobody_the_list_of_another()
    {
        var bob = await AccountAsync("bob@example.org");
        var (all, limited, none) = (await KeyAsync(ann), await KeyAsync(ann, ServerPermissions.Stop), await KeyAsync(bob));
        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(ServerPermissions.All.Order(), (await ListAsync(all)).Single().Allowed.Order());
            Assert.Equal([ServerPermissions.Stop], (await ListAsync(limited)).Single().Allowed);
            Assert.Empty(await ListAsync(none));
        }
        await using (var db = await Get<IDbContextFactory<PanelDb>>().CreateDbContextAsync())
        {
            await db.Users.Where(account => account.Id == bob.UserId).ExecuteUpdateAsync(set => set.SetProperty(account => account.Role, Role.Administrator));
        }
        Get<AccountChanges>().Changed(bob.UserId);
        Assert.Single(await ListAsync(none));
        await Get<SuspendAccount>().RunAsync(CoreHost.Admin, ann.UserId, new() { Reason = "Unpaid" }, default);
        caller.Token = all;
        Assert.Equal(HttpStatusCode.Unauthorized, (await caller.GetAsync(Path)).StatusCode);
    }

    [Fact]
    public async Task Membership_that_ends_by_time_leaves_the_list()
    {
        var bob = await AccountAsync("bob@example.org");
        var key = await KeyAsync(bob);
        await MemberAsync(bob, TimeProvider.System.GetUtcNow().AddSeconds(2));
        Assert.Single(await ListAsync(key));
        await Deadline.UntilAsync("the membership ends", async () => (await ListAsync(key)).Length == 0);
    }

    [Fact]
    public async Task Program_that_has_the_list_is_told_so_until_something_changes()
    {
        caller.Token = await KeyAsync(ann);
        var first = await caller.GetAsync(Path);
        var tag = first.Headers.ETag!.ToString();
        Assert.Equal("private, no-cache", string.Join(", ", first.Headers.CacheControl!.ToString().Split(", ").OrderDescending()));
        var again = await caller.SendAsync(HttpMethod.Get, Path, null, ("If-None-Match", tag));
        Assert.Equal((HttpStatusCode.NotModified, 0), (again.StatusCode, (await again.Content.ReadAsByteArrayAsync()).Length));
        await Get<RenameServer>().RunAsync(ann, server, new() { Name = "Second" }, default);
        var changed = await caller.SendAsync(HttpMethod.Get, Path, null, ("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag!.ToString());
        // written by what is made when the panel is built: the same as any other answer
        var rows = await Get<ServerQueries>().ListAsync((await Get<Actors>().AgainAsync(ann, default))!, default);
        Assert.Equal(JsonSerializer.Serialize(rows, JsonSerializerOptions.Web), await changed.Content.ReadAsStringAsync());
    }
}
