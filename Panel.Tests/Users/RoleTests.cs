using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Users;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Users;

/// <summary>Roles that administrators make, on each database.</summary>
public abstract class RoleTests : IAsyncLifetime
{
    CoreHost? host;

    CoreHost Host => host!;

    protected abstract Task<CoreHost> StartAsync();

    public async ValueTask InitializeAsync() => host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Changed_role_holds_at_once_for_all_its_people()
    {
        var ann = await Host.AccountAsync();
        var key = await CreateAsync(CoreHost.Admin, "Caretaker of things", PanelPermissions.ReadUsers);
        Assert.Equal("caretaker-of-things", key);
        await Host.Get<ChangeUserRole>().RunAsync(CoreHost.Admin, ann.UserId, key, default);
        Assert.True((await NowAsync(ann)).May(PanelPermissions.ReadUsers));
        await Host.Get<ChangeRole>().RunAsync(CoreHost.Admin, key, Request("Caretaker", PanelPermissions.ReadAudit) with { Quota = new() { Servers = 2 } }, default);
        var now = await NowAsync(ann);
        Assert.Equal((false, true), (now.May(PanelPermissions.ReadUsers), now.May(PanelPermissions.ReadAudit)));
        Assert.Equal(2, (await Host.Get<QuotaQueries>().FindAsync(now, default)).Servers.Limit);
        await using var db = Host.Open();
        var changes = await db.Audit.Where(row => row.Action == "role.change").Select(row => row.Changes).SingleAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"permissions\":{\"was\":\"users.read\",\"is\":\"audit.read\"}", changes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_makes_or_changes_a_role_that_allows_what_they_may_not()
    {
        var key = await CreateAsync(CoreHost.Admin, "Keeper", PanelPermissions.ManageRoles, PanelPermissions.ReadUsers);
        var keeper = await Host.AccountAsync("keeper");
        await Host.Get<ChangeUserRole>().RunAsync(CoreHost.Admin, keeper.UserId, key, default);
        keeper = await NowAsync(keeper);
        await Assert.ThrowsAsync<ForbiddenException>(() => CreateAsync(keeper, "More", PanelPermissions.ManageUsers));
        await Assert.ThrowsAsync<ForbiddenException>(() => Change(keeper, key, Request("Keeper", PanelPermissions.ManageRoles, PanelPermissions.Impersonate)));
        await Assert.ThrowsAsync<ForbiddenException>(() => Change(keeper, Role.Operator, Request("Operator")));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<DeleteRole>().RunAsync(keeper, Role.Operator, default));
        await CreateAsync(keeper, "Less", PanelPermissions.ReadUsers);
        var seen = await Host.Get<RoleQueries>().ListAsync(keeper, default);
        Assert.Equal(["keeper", "less"], seen.Where(role => role.Changeable).Select(role => role.Key).Order());
        await Assert.ThrowsAsync<ForbiddenException>(async () => await Host.Get<RoleQueries>().ListAsync(await Host.AccountAsync(), default));
    }

    [Fact]
    public async Task Administrators_role_stays_and_a_role_in_use_is_not_deleted()
    {
        await Assert.ThrowsAsync<ConflictException>(() => Change(CoreHost.Admin, Role.Administrator, Request("Other")));
        await Assert.ThrowsAsync<ConflictException>(() => Host.Get<DeleteRole>().RunAsync(CoreHost.Admin, Role.Administrator, default));
        await Assert.ThrowsAsync<ConflictException>(() => Host.Get<DeleteRole>().RunAsync(CoreHost.Admin, Role.User, default));
        var key = await CreateAsync(CoreHost.Admin, "Spare");
        var ann = await Host.AccountAsync();
        await Host.Get<ChangeUserRole>().RunAsync(CoreHost.Admin, ann.UserId, key, default);
        Assert.Contains("1 users", (await Assert.ThrowsAsync<ConflictException>(() => Host.Get<DeleteRole>().RunAsync(CoreHost.Admin, key, default))).Message, StringComparison.Ordinal);
        await Host.Get<ChangeUserRole>().RunAsync(CoreHost.Admin, ann.UserId, Role.User, default);
        await Host.Get<DeleteRole>().RunAsync(CoreHost.Admin, key, default);
        await Assert.ThrowsAsync<NotFoundException>(() => Change(CoreHost.Admin, key, Request("Spare")));
    }

    [Fact]
    public async Task Role_is_deleted_or_given_but_not_both_at_once()
    {
        for (var round = 0; round < 5; round++)
        {
            var key = await CreateAsync(CoreHost.Admin, $"Fleeting {round}");
            var ann = await Host.AccountAsync($"ann{round}");
            await Task.WhenAll(
                Task.Run(() => QuietlyAsync(() => Host.Get<DeleteRole>().RunAsync(CoreHost.Admin, key, default))),
                Task.Run(() => QuietlyAsync(() => Host.Get<ChangeUserRole>().RunAsync(CoreHost.Admin, ann.UserId, key, default))),
                Task.Run(() => QuietlyAsync(() => Host.Get<CreateAccount>().RunAsync(CoreHost.Admin, new() { Email = $"bob{round}@example.org", Password = "Correct-Horse-9", Role = key }, default))));
            await using var db = Host.Open();
            Assert.Equal(0, await db.Users.CountAsync(account => !db.Roles.Any(role => role.Key == account.Role), TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Refused_fields_are_named()
    {
        await CreateAsync(CoreHost.Admin, "Taken");
        Assert.Equal("Name", Assert.Single((await Assert.ThrowsAsync<InvalidFieldException>(() => CreateAsync(CoreHost.Admin, " taken "))).Errors).Key);
        Assert.Equal("Name", Assert.Single((await Assert.ThrowsAsync<InvalidFieldException>(() => CreateAsync(CoreHost.Admin, " "))).Errors).Key);
        Assert.Equal("Permissions", Assert.Single((await Assert.ThrowsAsync<InvalidFieldException>(() => CreateAsync(CoreHost.Admin, "New", "no.such"))).Errors).Key);
        Assert.Equal("MemoryMiB", Assert.Single((await Assert.ThrowsAsync<InvalidFieldException>(() => Host.Get<CreateRole>().RunAsync(CoreHost.Admin, Request("New") with { Quota = new() { MemoryMiB = -5 } }, default))).Errors).Key);
    }

    async Task<Actor> NowAsync(Actor person) => (await Host.Get<Actors>().FindAsync(person.UserId, null, default))!;

    Task<string> CreateAsync(Actor actor, string name, params string[] permissions) => Host.Get<CreateRole>().RunAsync(actor, Request(name, permissions), default);

    Task Change(Actor actor, string key, RoleRequest request) => Host.Get<ChangeRole>().RunAsync(actor, key, request, default);

    static RoleRequest Request(string name, params string[] permissions) => new() { Name = name, Permissions = permissions.ToHashSet() };

    static async Task QuietlyAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (PanelException) { return; }   // one of the two is too late
    }
}

/// <summary>On SQLite.</summary>
public sealed class RolesOnSqliteTests : RoleTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();
}

/// <summary>On PostgreSQL.</summary>
[Trait("Lane", "postgres")]
public sealed class RolesOnPostgresTests : RoleTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}
