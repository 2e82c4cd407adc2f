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

    async Task<string[]> KeysAsync() => [.. (await Host.Get<PlanQueries>().ListAsync(Stop)).Select(plan => plan.Key)];

    async Task LimitAsync(Actor person, Action<Quota> change)
    {
        await using var db = Host.Open();
        change((await db.Users.SingleAsync(account => account.Id == person.UserId, Stop)).Quota);
        await db.SaveChangesAsync(Stop);
    }

    [Fact]
    public async Task First_plans_are_small_medium_and_large_beside_one_for_demos()
    {
        var plans = await Host.Get<PlanQueries>().ListAsync(Stop);
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
        var plan = (await Host.Get<PlanQueries>().ListAsync(Stop)).Single(plan => plan.Key == "blocks");
        Assert.Equal((false, true), (plan.IsOffered("demo"), plan.IsOffered("minecraft-java")));
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
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();
}

[Trait("Lane", "postgres")]
public sealed class PostgresPlansTests : PlansTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}
