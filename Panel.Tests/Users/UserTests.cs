using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Plans;
using Panel.Contracts.Users;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Users;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Users;

/// <summary>What administrators do to the accounts of others, on each database.</summary>
public abstract class UserTests : IAsyncLifetime
{
    CoreHost? host;

    protected CoreHost Host => host!;

    protected abstract Task<CoreHost> StartAsync();

    public async ValueTask InitializeAsync() => host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(UserSort.Email)]
    [InlineData(UserSort.SignedIn)]
    [InlineData(UserSort.Created)]
    public async Task Pages_show_every_user_once_in_each_order(UserSort sort)
    {
        await FillAsync(173);
        var (found, after) = (new List<UserRow>(), (string?)null);
        do
        {
            var page = await ListAsync(new() { Sort = sort, After = after });
            Assert.InRange(page.Rows.Count, 1, UserQueries.PageSize);
            found.AddRange(page.Rows);
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(173, found.Select(row => row.Id).Distinct().Count());
        Assert.Equal(173, found.Count);
        var sorted = sort switch
        {
            UserSort.SignedIn => found.OrderByDescending(row => row.SignedInAt ?? DateTimeOffset.MinValue),
            UserSort.Created => found.OrderByDescending(row => row.CreatedAt),
            _ => found.OrderBy(row => row.Email, StringComparer.Ordinal),
        };
        Assert.Equal(sorted.Select(row => (row.SignedInAt, row.CreatedAt, sort == UserSort.Email ? row.Email : "")), found.Select(row => (row.SignedInAt, row.CreatedAt, sort == UserSort.Email ? row.Email : "")));
    }

    [Fact]
    public async Task Activity_of_a_user_has_what_others_did_to_the_account_too()
    {
        var (ann, bob) = (await Host.AccountAsync("ann"), await Host.AccountAsync("bob"));
        await Host.ServerAsync(ann, "Hers", start: false);
        await Host.ServerAsync(bob, "ann@example.org", start: false);   // a server of that name is not the account
        await Host.Get<ChangeUserQuota>().RunAsync(CoreHost.Admin, ann.UserId, new() { Servers = 3 }, default);
        await Host.Get<ChangeUserQuota>().RunAsync(CoreHost.Admin, bob.UserId, new() { Servers = 4 }, default);
        var rows = await Host.Get<UserQueries>().ActivityAsync(CoreHost.Admin, ann.UserId, default);
        Assert.Equal([("account.quota", CoreHost.Admin.Name), ("server.create", ann.Name), ("account.create", CoreHost.Admin.Name)], rows.Select(row => (row.Action, row.Actor)));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<UserQueries>().ActivityAsync(ann, ann.UserId, default));
    }

    [Fact]
    public async Task Search_finds_a_part_of_the_address_and_takes_no_wildcards()
    {
        await FillAsync(30);
        await Host.AccountAsync("100%_odd");
        Assert.Equal("user-00007@example.org", Assert.Single((await ListAsync(new() { Text = " R-00007@EX" })).Rows).Email);
        Assert.Equal("100%_odd@example.org", Assert.Single((await ListAsync(new() { Text = "%_" })).Rows).Email);
        Assert.Empty((await ListAsync(new() { Text = "'; --" })).Rows);
        Assert.Equal(8, (await ListAsync(new() { Role = Role.Support })).Rows.Count);
        Assert.Equal(3, (await ListAsync(new() { Suspended = true, Sort = UserSort.SignedIn })).Rows.Count);
        Assert.Equal(50, (await ListAsync(new() { After = "no place" })).Rows.Count + 19);
    }

    [Fact]
    public async Task Role_holds_at_once_and_nobody_gives_what_they_do_not_have()
    {
        var (ann, bob) = (await Host.AccountAsync(), await Host.AccountAsync("bob"));
        var keeper = await ActorAsync("keeper", PanelPermissions.ReadUsers, PanelPermissions.ManageUsers, PanelPermissions.CreateServers, PanelPermissions.ReadServers);
        await Change(keeper, ann, Role.Support);
        Assert.True((await Host.Get<Actors>().FindAsync(ann.UserId, null, default))!.May(PanelPermissions.ReadServers));
        await Assert.ThrowsAsync<ForbiddenException>(() => Change(keeper, bob, Role.Operator));
        await Assert.ThrowsAsync<ForbiddenException>(() => Change(keeper, keeper, Role.Administrator));
        await Assert.ThrowsAsync<ForbiddenException>(() => Change(ann, bob, Role.User));
        Assert.Contains("role", Assert.Single((await Assert.ThrowsAsync<InvalidFieldException>(() => Change(keeper, bob, "no-such"))).Errors).Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_changes_somebody_whose_role_allows_more_CVE_2026_5652()
    {
        var keeper = await ActorAsync("keeper", PanelPermissions.ReadUsers, PanelPermissions.ManageUsers, PanelPermissions.CreateServers);
        await Host.AccountAsync("first", isAdmin: true);
        var admin = await Host.AccountAsync("admin", isAdmin: true);
        await Assert.ThrowsAsync<ForbiddenException>(() => Change(keeper, admin, Role.User));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<ChangeUserQuota>().RunAsync(keeper, admin.UserId, new() { Servers = 1 }, default));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<ResetSecondFactor>().RunAsync(keeper, admin.UserId, default));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<EndSessions>().RunAsync(keeper, admin.UserId, default));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<DeleteAccount>().RunAsync(keeper, admin.UserId, new() { ConfirmEmail = admin.Name }, default));
        Assert.False((await FindAsync(keeper, admin.UserId)).Manageable);
        Assert.True((await FindAsync(admin, keeper.UserId)).Manageable);
    }

    [Fact]
    public async Task Last_administrator_keeps_the_role_however_many_try_at_once()
    {
        var admins = new List<Actor>();
        for (var n = 0; n < 6; n++) admins.Add(await Host.AccountAsync($"admin{n}", isAdmin: true));
        var refused = 0;
        await Task.WhenAll(admins.Select((admin, n) => Task.Run(async () =>
        {
            try
            {
                // each takes the next one's role away, or the account, or its use, at the same moment
                var next = admins[(n + 1) % admins.Count];
                if (n % 3 == 0) await Change(admin, next, Role.User);
                else if (n % 3 == 1) await Host.Get<SuspendAccount>().RunAsync(admin, next.UserId, new() { Reason = "Out" }, default);
                else await Host.Get<DeleteAccount>().RunAsync(admin, next.UserId, new() { ConfirmEmail = next.Name }, default);
            }
            catch (ConflictException) { Interlocked.Increment(ref refused); }
        })));
        await using var db = Host.Open();
        Assert.Equal(1, await db.Users.CountAsync(account => account.Role == Role.Administrator && account.SuspendedAt == null, TestContext.Current.CancellationToken));
        Assert.Equal(1, refused);
    }

    [Fact]
    public async Task Own_quota_stands_before_the_roles_and_blank_is_the_roles()
    {
        var ann = await Host.AccountAsync();
        await Host.ServerAsync(ann);
        await QuotaAsync(ann, new() { Servers = 1, MemoryMiB = -1 });
        var view = await FindAsync(CoreHost.Admin, ann.UserId);
        Assert.Equal((1, 1, -1, 8000), (view.Use.Servers.Used, view.Use.Servers.Limit, view.Use.MemoryMiB.Limit, view.Use.CpuMillis.Limit));
        Assert.Equal((1, null, 5), (view.Quota.Servers, view.Quota.CpuMillis, view.Inherited.Servers));
        await Assert.ThrowsAsync<QuotaExceededException>(() => Host.ServerAsync(ann, "Two"));
        await QuotaAsync(ann, new());
        await Host.ServerAsync(ann, "Two");
        await Assert.ThrowsAsync<InvalidFieldException>(() => QuotaAsync(ann, new() { Ports = -2 }));
        await using var db = Host.Open();
        Assert.Contains(await db.Audit.Where(row => row.Action == "account.quota").Select(row => row.Detail).ToListAsync(TestContext.Current.CancellationToken), detail => detail == "servers from inherited to 1, memory from inherited to unlimited");
    }

    [Fact]
    public async Task Second_factor_is_reset_and_every_session_ends()
    {
        var ann = await Host.AccountAsync();
        await using (var db = Host.Open())
        {
            (await db.Users.SingleAsync(account => account.Id == ann.UserId, TestContext.Current.CancellationToken)).TwoFactorEnabled = true;
            db.UserTokens.Add(new() { UserId = ann.UserId, LoginProvider = "[AspNetUserStore]", Name = "AuthenticatorKey", Value = "JBSWY3DPEHPK3PXP" });
            db.Sessions.Add(new() { Id = Guid.NewGuid(), AccountId = ann.UserId, Kind = SessionKind.Browser, CreatedAt = DateTimeOffset.UtcNow, SeenAt = DateTimeOffset.UtcNow, ExpiresAt = DateTimeOffset.UtcNow.AddDays(1) });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        var person = new System.Security.Claims.ClaimsPrincipal(new System.Security.Claims.ClaimsIdentity(Host.Claims(ann), "test"));
        Assert.NotNull(await Host.Get<Actors>().FindAsync(person, null, default));
        Assert.Equal((true, 1), ((await FindAsync(CoreHost.Admin, ann.UserId)).Row.SecondFactor, (await FindAsync(CoreHost.Admin, ann.UserId)).Sessions));
        await Host.Get<ResetSecondFactor>().RunAsync(CoreHost.Admin, ann.UserId, default);
        Assert.Null(await Host.Get<Actors>().FindAsync(person, null, default));
        Assert.Equal((false, 0), ((await FindAsync(CoreHost.Admin, ann.UserId)).Row.SecondFactor, (await FindAsync(CoreHost.Admin, ann.UserId)).Sessions));
        await using var after = Host.Open();
        Assert.False(await after.UserTokens.AnyAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Deleted_users_servers_go_to_who_has_room_or_are_deleted()
    {
        var (ann, bob, admin) = (await Host.AccountAsync(), await Host.AccountAsync("bob"), await Host.AccountAsync("admin", isAdmin: true));
        var (one, two) = (await Host.ServerAsync(ann), await Host.ServerAsync(ann, "Two"));
        await QuotaAsync(bob, new() { Servers = 1 });
        Task Delete(string? to, string? confirm = null) => Host.Get<DeleteAccount>().RunAsync(admin, ann.UserId, new() { ConfirmEmail = confirm ?? ann.Name, ServersTo = to }, default);
        await Assert.ThrowsAsync<InvalidFieldException>(() => Delete(null, "someone@example.org"));
        await Assert.ThrowsAsync<InvalidFieldException>(() => Delete("nobody@example.org"));
        await Assert.ThrowsAsync<InvalidFieldException>(() => Delete(ann.Name));
        await Assert.ThrowsAsync<QuotaExceededException>(() => Delete(bob.Name));
        await QuotaAsync(bob, new());
        await Delete(" Bob@Example.org ");
        Assert.Equal((bob.UserId, bob.UserId), ((await Host.RowAsync(one))!.OwnerId, (await Host.RowAsync(two))!.OwnerId));
        Assert.Null(await Host.Get<Actors>().FindAsync(ann.UserId, null, default));
        await Host.Get<DeleteAccount>().RunAsync(admin, bob.UserId, new() { ConfirmEmail = bob.Name }, default);
        Assert.Equal((Hold.Deleting, Hold.Deleting), ((await Host.RowAsync(one))!.Hold, (await Host.RowAsync(two))!.Hold));
        await Assert.ThrowsAsync<ConflictException>(() => Host.Get<DeleteAccount>().RunAsync(admin, admin.UserId, new() { ConfirmEmail = admin.Name }, default));
    }

    Task<UserPage> ListAsync(UserFilter filter) => Host.Get<UserQueries>().ListAsync(CoreHost.Admin, filter, default);

    Task<UserView> FindAsync(Actor actor, string id) => Host.Get<UserQueries>().FindAsync(actor, id, default);

    Task Change(Actor actor, Actor person, string role) => Host.Get<ChangeUserRole>().RunAsync(actor, person.UserId, role, default);

    Task QuotaAsync(Actor person, QuotaRequest quota) => Host.Get<ChangeUserQuota>().RunAsync(CoreHost.Admin, person.UserId, quota, default);

    /// <summary>Somebody with a role of these permissions.</summary>
    async Task<Actor> ActorAsync(string name, params string[] permissions)
    {
        var person = await Host.AccountAsync(name);
        await using var db = Host.Open();
        db.Roles.Add(new() { Key = name, Name = name, Permissions = [.. permissions] });
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        Host.Get<AccountChanges>().Changed(AccountChanges.All);
        await Change(CoreHost.Admin, person, name);
        return (await Host.Get<Actors>().FindAsync(person.UserId, "192.0.2.7", default))!;
    }

    async Task FillAsync(int count)
    {
        await using var db = Host.Open();
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        db.Users.AddRange(Enumerable.Range(0, count).Select(n => new Account
        {
            UserName = $"user-{n:00000}@example.org",
            NormalizedUserName = $"USER-{n:00000}@EXAMPLE.ORG",
            Email = $"user-{n:00000}@example.org",
            NormalizedEmail = $"USER-{n:00000}@EXAMPLE.ORG",
            Role = n % 4 == 0 ? Role.Support : Role.User,
            CreatedAt = start.AddMinutes(n / 7),   // many at the same moment
            SignedInAt = n % 3 == 0 ? null : start.AddHours(n % 11),
            SuspendedAt = n % 10 == 5 ? start : null,
        }));
        await db.SaveChangesAsync();
    }
}

/// <summary>On SQLite.</summary>
public sealed class UsersOnSqliteTests : UserTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();
}

/// <summary>On PostgreSQL.</summary>
[Trait("Lane", "postgres")]
public sealed class UsersOnPostgresTests : UserTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}
