using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Plans;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Plans;

/// <summary>Plans and quotas, on each database.</summary>
public abstract class PlansTests : IAsyncLifetime
{
    /// <summary>Two providers; neither is asked.</summary>
    protected static (string Key, string Value)[] Providers { get; } = [.. new[] { "one", "two" }.SelectMany((key, n) => new[]
    {
        ($"Panel:SingleSignOn:Providers:{n}:Name", key), ($"Panel:SingleSignOn:Providers:{n}:Authority", $"https://{key}.example.org"), ($"Panel:SingleSignOn:Providers:{n}:ClientId", "panel"),
        ($"Panel:SingleSignOn:Providers:{n}:GroupClaim", "groups"),
    })];

    CoreHost? host;

    CoreHost Host => host!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    EditPlans Edit => Host.Get<EditPlans>();

    protected abstract Task<CoreHost> StartAsync();

    public async ValueTask InitializeAsync() => host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    async Task<string[]> KeysAsync() => [.. (await Host.Get<PlanQueries>().ListAsync(CoreHost.Admin, Stop)).Select(plan => plan.Key)];

    async Task LimitAsync(Actor person, Action<Quota> change)
    {
        await using var db = Host.Open();
        change((await db.Users.SingleAsync(account => account.Id == person.UserId, Stop)).Quota);
        await db.SaveChangesAsync(Stop);
    }

    [Fact]
    public async Task First_plans_are_small_medium_and_large_beside_one_for_demos()
    {
        var plans = await Host.Get<PlanQueries>().ListAsync(CoreHost.Admin, Stop);
        Assert.Equal([("tiny", 500, 512, 2048), ("small", 1000, 2048, 10240), ("medium", 2000, 4096, 20480), ("large", 4000, 8192, 40960)],
            plans.Select(plan => (plan.Key, plan.CpuMillis, plan.MemoryMiB, plan.DiskMiB)));
    }

    [Fact]
    public async Task Plan_is_made_changed_and_noted_and_servers_keep_what_they_have()
    {
        var ann = await Host.AccountAsync();
        var id = await Host.ServerAsync(ann, plan: "small");
        Assert.Equal("very-large", await Edit.CreateAsync(CoreHost.Admin, new() { Name = "Very LARGE!", CpuMillis = 8000, MemoryMiB = 16384, DiskMiB = 50_000 }, Stop));
        await Edit.ChangeAsync(CoreHost.Admin, "small", new() { Name = "Smaller", CpuMillis = 900, MemoryMiB = 1024, DiskMiB = 10240 }, Stop);
        Assert.Equal(2048, (await Host.RowAsync(id))!.MemoryMiB);
        Assert.Equal(1, (await Host.Get<PlanQueries>().ListRowsAsync(CoreHost.Admin, Stop)).Single(row => row.Plan.Key == "small").Servers);
        await using var db = Host.Open();
        Assert.Contains("\"memoryMiB\":{\"was\":\"2048\",\"is\":\"1024\"}", (await db.Audit.SingleAsync(record => record.Action == "plan.change", Stop)).Changes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_that_breaks_rules_names_every_field()
    {
        async Task<string[]> FaultsAsync(PlanRequest request) => [.. (await Assert.ThrowsAsync<InvalidFieldException>(() => Edit.CreateAsync(CoreHost.Admin, request, Stop))).Errors.Keys.Order()];
        Assert.Equal(["CpuMillis", "DiskMiB", "MemoryMiB", "Name"], await FaultsAsync(new() { Name = " ", CpuMillis = 0, MemoryMiB = -1, DiskMiB = int.MaxValue }));
        Assert.Equal(["Name"], await FaultsAsync(new() { Name = new('x', 81) }));
        Assert.Equal(["Name"], await FaultsAsync(new() { Name = "a\u0000b" }));
        Assert.Equal(["Name"], await FaultsAsync(new() { Name = "  SMALL " }));
        Assert.Equal(["Templates"], await FaultsAsync(new() { Name = "New", Templates = ["no-such-game"] }));
        await Assert.ThrowsAsync<NotFoundException>(() => Edit.ChangeAsync(CoreHost.Admin, "none", new() { Name = "x" }, Stop));
    }

    [Fact]
    public async Task Plans_are_put_in_order_and_many_at_once_lose_none()
    {
        await Edit.MoveAsync(CoreHost.Admin, "large", 0, Stop);
        Assert.Equal(["large", "tiny", "small", "medium"], await KeysAsync());
        await Edit.MoveAsync(CoreHost.Admin, "large", 99, Stop);
        Assert.Equal(["tiny", "small", "medium", "large"], await KeysAsync());
        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(() => n % 2 == 0 ? Edit.MoveAsync(CoreHost.Admin, "tiny", n % 4, Stop) : Edit.CreateAsync(CoreHost.Admin, new() { Name = $"P{n}" }, Stop), Stop)));
        await using var db = Host.Open();
        Assert.Equal(Enumerable.Range(0, 14), await db.Plans.OrderBy(plan => plan.Order).Select(plan => plan.Order).ToListAsync(Stop));
    }

    [Fact]
    public async Task Retired_plan_is_offered_no_more_and_servers_keep_it()
    {
        var ann = await Host.AccountAsync();
        var id = await Host.ServerAsync(ann, plan: "small", start: false);
        await Edit.RetireAsync(CoreHost.Admin, "small", retired: true, Stop);
        Assert.Contains("not offered any more", (await Assert.ThrowsAsync<InvalidFieldException>(() => Host.ServerAsync(ann, "Two", plan: "small"))).Message, StringComparison.Ordinal);
        await Host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Start, Stop);
        await Host.Get<ChangePlan>().RunAsync(ann, id, new() { Plan = "small" }, Stop);   // it may stay on it
        Assert.Equal("small", (await Host.RowAsync(id))!.Plan);
        await Edit.RetireAsync(CoreHost.Admin, "small", retired: false, Stop);
        await Host.ServerAsync(ann, "Two", plan: "small");
    }

    [Fact]
    public async Task Plan_for_one_game_is_refused_for_another()
    {
        var ann = await Host.AccountAsync();
        await Edit.CreateAsync(CoreHost.Admin, new() { Name = "Blocks", CpuMillis = 1000, MemoryMiB = 2048, DiskMiB = 4096, Templates = ["minecraft-java"] }, Stop);
        Assert.Contains("not for", (await Assert.ThrowsAsync<InvalidFieldException>(() => Host.ServerAsync(ann, plan: "blocks"))).Message, StringComparison.Ordinal);
        var plan = (await Host.Get<PlanQueries>().ListAsync(CoreHost.Admin, Stop)).Single(plan => plan.Key == "blocks");
        Assert.Equal((false, true), (plan.IsOffered("demo"), plan.IsOffered("minecraft-java")));
    }

    [Fact]
    public async Task Plan_for_a_role_is_listed_for_its_people_alone_and_refused_by_name_to_others()
    {
        var (ann, bob) = (await Host.AccountAsync("ann"), await Host.AccountAsync("bob"));
        await RoleAsync(bob, Role.Support);
        await Edit.CreateAsync(CoreHost.Admin, new() { Name = "Backers", CpuMillis = 500, MemoryMiB = 1024, DiskMiB = 4096, Limited = true, Roles = [Role.Support] }, Stop);
        async Task<bool> SeesAsync(Actor actor) => (await Host.Get<PlanQueries>().ListAsync(actor, Stop)).Any(plan => plan.Key == "backers");
        Assert.Equal((false, true, true), (await SeesAsync(ann), await SeesAsync(bob), await SeesAsync(CoreHost.Admin)));
        Assert.Equal("The plan Backers is not for you. Somebody with the permission plans.manage, such as an administrator, can open it.",
            (await Assert.ThrowsAsync<InvalidFieldException>(() => Host.ServerAsync(ann, plan: "backers"))).Message);
        var (hers, his) = (await Host.ServerAsync(ann, plan: "tiny", start: false), await Host.ServerAsync(bob, plan: "backers", start: false));
        Assert.Contains("is not for you", (await Assert.ThrowsAsync<InvalidFieldException>(() => Host.Get<ChangePlan>().RunAsync(ann, hers, new() { Plan = "backers" }, Stop))).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await Host.Get<PlanQueries>().ListAsync(ann, hers, Stop), plan => plan.Key == "backers");

        await RoleAsync(bob, Role.User);   // what he has stays, and goes on
        Assert.False(await SeesAsync(bob));
        Assert.Contains(await Host.Get<PlanQueries>().ListAsync(bob, his, Stop), plan => plan.Key == "backers");
        await Host.Get<ChangePlan>().RunAsync(bob, his, new() { Plan = "backers" }, Stop);
        await Host.Get<ChangePower>().RunAsync(bob, his, PowerAction.Start, Stop);

        await Host.Get<ChangePlan>().RunAsync(CoreHost.Admin, hers, new() { Plan = "backers" }, Stop);   // who changes plans gives them to everybody
        Assert.Equal("backers", (await Host.RowAsync(hers))!.Plan);
    }

    [Fact]
    public async Task Owner_counts_for_a_plan_and_not_who_moves_the_server()
    {
        var (ann, bob) = (await Host.AccountAsync("ann"), await Host.AccountAsync("bob"));
        await RoleAsync(bob, Role.Operator);   // changes the plans of every server, and no plans
        bob = bob with { Permissions = new HashSet<string> { PanelPermissions.ManageServers, PanelPermissions.CreateServers } };
        await Edit.CreateAsync(CoreHost.Admin, new() { Name = "Staff", CpuMillis = 500, MemoryMiB = 1024, DiskMiB = 4096, Limited = true, Roles = [Role.Operator] }, Stop);
        var id = await Host.ServerAsync(ann, plan: "tiny", start: false);
        Assert.Contains("is not for the owner of this server", (await Assert.ThrowsAsync<InvalidFieldException>(() => Host.Get<ChangePlan>().RunAsync(bob, id, new() { Plan = "staff" }, Stop))).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await Host.Get<PlanQueries>().ListAsync(bob, id, Stop), plan => plan.Key == "staff");
    }

    [Fact]
    public async Task Plan_that_is_opened_to_everybody_forgets_for_whom_it_was_and_a_role_that_goes_is_named_no_more()
    {
        var ann = await Host.AccountAsync();
        var role = await Host.Get<CreateRole>().RunAsync(CoreHost.Admin, new() { Name = "Backer" }, Stop);
        await Edit.CreateAsync(CoreHost.Admin, new() { Name = "Special", Limited = true, Roles = [role] }, Stop);
        await Host.Get<DeleteRole>().RunAsync(CoreHost.Admin, role, Stop);
        async Task<PlanRow> RowAsync() => (await Host.Get<PlanQueries>().ListRowsAsync(CoreHost.Admin, Stop)).Single(row => row.Plan.Key == "special");
        Assert.Equal((true, 0), ((await RowAsync()).Limited, (await RowAsync()).Roles.Count));   // for nobody now, and not for everybody
        Assert.DoesNotContain(await Host.Get<PlanQueries>().ListAsync(ann, Stop), plan => plan.Key == "special");
        Assert.Contains("Roles", (await Assert.ThrowsAsync<InvalidFieldException>(() => Edit.ChangeAsync(CoreHost.Admin, "special", new() { Name = "Special", Limited = true, Roles = [role] }, Stop))).Errors.Keys);
        await Edit.ChangeAsync(CoreHost.Admin, "special", new() { Name = "Special", Limited = false, Roles = [Role.Support] }, Stop);
        Assert.Equal((false, 0), ((await RowAsync()).Limited, (await RowAsync()).Roles.Count));
        Assert.Contains(await Host.Get<PlanQueries>().ListAsync(ann, Stop), plan => plan.Key == "special");
        await using var db = Host.Open();
        Assert.Contains("\"limited\":{\"was\":\"True\",\"is\":\"False\"}", (await db.Audit.SingleAsync(record => record.Action == "plan.change", Stop)).Changes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Group_of_a_provider_opens_plans_to_its_people_and_to_nobody_of_the_same_name_elsewhere()
    {
        var ann = await Host.AccountAsync("ann");
        await Edit.CreateAsync(CoreHost.Admin, new() { Name = "Club", CpuMillis = 500, MemoryMiB = 1024, DiskMiB = 4096, Limited = true }, Stop);
        var groups = Host.Get<GroupPlans>();
        Task SetAsync(Actor actor, params string[] plans) => groups.SetAsync(actor, new() { Provider = "one", Group = "Game Club", Plans = [.. plans] }, Stop);
        await Assert.ThrowsAsync<ForbiddenException>(() => SetAsync(ann, "club"));
        await Assert.ThrowsAsync<ForbiddenException>(() => groups.ListAsync(ann, Stop));
        await Assert.ThrowsAsync<NotFoundException>(() => groups.SetAsync(CoreHost.Admin, new() { Provider = "none", Group = "x" }, Stop));
        Assert.Contains("Plans", (await Assert.ThrowsAsync<InvalidFieldException>(() => SetAsync(CoreHost.Admin, "small"))).Errors.Keys);
        Assert.Contains("Group", (await Assert.ThrowsAsync<InvalidFieldException>(() => groups.SetAsync(CoreHost.Admin, new() { Provider = "one", Group = "a\nb" }, Stop))).Errors.Keys);
        await SetAsync(CoreHost.Admin, "club");

        async Task<bool> WithAsync(params string[] said)
        {
            await using var db = Host.Open();
            (await db.Users.SingleAsync(account => account.Id == ann.UserId, Stop)).Groups = [.. said];
            await db.SaveChangesAsync(Stop);
            return (await Host.Get<PlanQueries>().ListAsync(ann, Stop)).Any(plan => plan.Key == "club");
        }
        Assert.Equal((true, false, false), (await WithAsync("one/Game Club", "two/x"), await WithAsync("two/Game Club"), await WithAsync()));
        Assert.Equal([("one", "Game Club"), ("two", "")], (await groups.ListAsync(CoreHost.Admin, Stop)).Select(provider => (provider.Key, provider.Groups.SingleOrDefault()?.Group ?? "")));
        await SetAsync(CoreHost.Admin);
        Assert.False(await WithAsync("one/Game Club"));
        await using var look = Host.Open();
        Assert.Equal(["Club", "no plans"], await look.Audit.Where(record => record.Action == "plan.group" && record.Subject == "one/Game Club").OrderBy(record => record.Id).Select(record => record.Detail).ToListAsync(Stop));
    }

    async Task RoleAsync(Actor person, string role)
    {
        await using var db = Host.Open();
        (await db.Users.SingleAsync(account => account.Id == person.UserId, Stop)).Role = role;
        await db.SaveChangesAsync(Stop);
    }

    [Fact]
    public async Task Only_those_who_may_change_plans()
    {
        var ann = await Host.AccountAsync();
        await Assert.ThrowsAsync<ForbiddenException>(() => Edit.CreateAsync(ann, new() { Name = "x" }, Stop));
        await Assert.ThrowsAsync<ForbiddenException>(() => Edit.ChangeAsync(ann, "small", new() { Name = "x" }, Stop));
        await Assert.ThrowsAsync<ForbiddenException>(() => Edit.MoveAsync(ann, "small", 0, Stop));
        await Assert.ThrowsAsync<ForbiddenException>(() => Edit.RetireAsync(ann, "small", true, Stop));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<PlanQueries>().ListRowsAsync(ann, Stop));
    }

    [Fact]
    public async Task A_hundred_starts_at_once_never_exceed_a_quota_that_was_lowered()
    {
        var ann = await Host.AccountAsync();
        await LimitAsync(ann, quota => (quota.Servers, quota.CpuMillis) = (10, -1));
        var ids = new List<ServerId>();
        for (var n = 0; n < 10; n++) ids.Add(await Host.ServerAsync(ann, $"S{n}", start: false));
        await LimitAsync(ann, quota => quota.Servers = 3);
        var started = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => Task.Run(async () =>
        {
            try
            {
                await Host.Get<ChangePower>().RunAsync(ann, ids[n % 10], n % 20 < 10 ? PowerAction.Start : PowerAction.Restart, Stop);
                return true;
            }
            catch (QuotaExceededException)
            {
                return false;
            }
        }, Stop)));
        Assert.Contains(false, started);
        await using var db = Host.Open();
        Assert.Equal(3, await db.Servers.CountAsync(server => server.Intent == RunIntent.Running, Stop));
    }

    [Fact]
    public async Task Start_is_refused_with_what_is_asked_what_is_left_and_who_can_help()
    {
        var ann = await Host.AccountAsync();
        var (one, two) = (await Host.ServerAsync(ann, "A", plan: "small"), await Host.ServerAsync(ann, "B", plan: "small", start: false));
        await LimitAsync(ann, quota => quota.MemoryMiB = 3072);
        var refusal = await Assert.ThrowsAsync<QuotaExceededException>(() => Host.Get<ChangePower>().RunAsync(ann, two, PowerAction.Start, Stop));
        Assert.Equal("That takes 2 GiB of memory. Of the owner's quota of 3 GiB, 1 GiB is left. Somebody with the permission users.manage, such as an administrator, can raise the quota.", refusal.Message);
        await Host.Get<ChangePower>().RunAsync(ann, one, PowerAction.Restart, Stop);   // it runs already and takes no more
        await Host.Get<ChangePower>().RunAsync(ann, one, PowerAction.Stop, Stop);
        await Host.Get<ChangePower>().RunAsync(ann, two, PowerAction.Start, Stop);
        await Assert.ThrowsAsync<QuotaExceededException>(() => Host.Get<ChangePower>().RunAsync(CoreHost.Admin, one, PowerAction.Start, Stop));   // it is the owner's quota, whoever starts
    }

    [Fact]
    public async Task Whoever_has_too_much_may_still_take_less()
    {
        var ann = await Host.AccountAsync();
        await Edit.CreateAsync(CoreHost.Admin, new() { Name = "Lean", CpuMillis = 500, MemoryMiB = 1024, DiskMiB = 40_960 }, Stop);
        var id = await Host.ServerAsync(ann, "A", plan: "large", start: false);
        await LimitAsync(ann, quota => (quota.MemoryMiB, quota.CpuMillis, quota.DiskMiB, quota.Servers, quota.Ports) = (512, 100, 100, 0, 0));
        await Host.Get<ChangePlan>().RunAsync(ann, id, new() { Plan = "lean" }, Stop);
        await Assert.ThrowsAsync<QuotaExceededException>(() => Host.Get<ChangePlan>().RunAsync(ann, id, new() { Plan = "large" }, Stop));
    }

    [Fact]
    public async Task Role_and_account_stand_before_the_default_and_minus_one_is_no_limit()
    {
        var ann = await Host.AccountAsync();
        await using (var db = Host.Open())
        {
            (await db.Roles.SingleAsync(role => role.Key == Role.User, Stop)).Quota.Servers = 2;
            await db.SaveChangesAsync(Stop);
        }
        Assert.Equal((2, 16384), ((await Host.Get<QuotaQueries>().FindAsync(ann, Stop)).Servers.Limit, (await Host.Get<QuotaQueries>().FindAsync(ann, Stop)).MemoryMiB.Limit));
        await LimitAsync(ann, quota => quota.Servers = -1);
        Assert.Equal(int.MaxValue, (await Host.Get<QuotaQueries>().FindAsync(ann, Stop)).Servers.Left);
    }

    [Fact]
    public async Task Quota_of_a_server_is_its_owners_and_only_for_those_who_may_move_it()
    {
        var (ann, bob) = (await Host.AccountAsync("ann"), await Host.AccountAsync("bob"));
        var id = await Host.ServerAsync(ann);
        Assert.Equal(1, (await Host.Get<QuotaQueries>().FindAsync(CoreHost.Admin, id, Stop)).Servers.Used);
        await Assert.ThrowsAsync<NotFoundException>(() => Host.Get<QuotaQueries>().FindAsync(bob, id, Stop));
    }
}

public sealed class SqlitePlansTests : PlansTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync(Providers);
}

[Trait("Lane", "postgres")]
public sealed class PostgresPlansTests : PlansTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync(Providers);
}
