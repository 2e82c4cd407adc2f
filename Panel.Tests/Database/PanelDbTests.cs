using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Reconciling;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Database;

/// <summary>Everything the domain asks of a database, on each.</summary>
public abstract class PanelDbTests : IAsyncLifetime
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

    [Fact]
    public async Task Model_and_migrations_agree()
    {
        await using var db = Host.Open();
        Assert.False(db.Database.HasPendingModelChanges());
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Every_value_of_a_server_comes_back()
    {
        var ann = await Host.AccountAsync();
        var id = await Host.Get<CreateServer>().RunAsync(ann, new() { Name = "  Käse 🧀 'quoted' \"$x\" ", Description = "a", Template = "demo", Plan = "small", Variables = { ["MOTD"] = "häll ✓" } }, default);
        var row = (await Host.RowAsync(id))!;
        Assert.Equal(("Käse 🧀 'quoted' \"$x\"", "a", "demo", "small", "häll ✓"), (row.Name, row.Description, row.Template, row.Plan, row.Variables["MOTD"]));
        Assert.Equal((1000, 2048, 10240, 1, RunIntent.Running, Hold.None), (row.CpuMillis, row.MemoryMiB, row.DiskMiB, row.Starts, row.Intent, row.Hold));
        Assert.Equal(TimeSpan.Zero, row.CreatedAt.Offset);
        Assert.InRange(TimeProvider.System.GetUtcNow() - row.CreatedAt, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_hundred_creates_at_once_never_exceed_the_quota_CVE_2025_69198()
    {
        var ann = await Host.AccountAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => Task.Run(async () =>
        {
            try
            {
                await Host.ServerAsync(ann, $"Server {n}");
                return true;
            }
            catch (QuotaExceededException)
            {
                return false;
            }
        })));
        Assert.Equal(5, results.Count(made => made));
        await using var db = Host.Open();
        Assert.Equal(5, await db.Servers.CountAsync(TestContext.Current.CancellationToken));
        Assert.Equal(5, (await db.Allocations.Select(allocation => allocation.Port).Distinct().ToListAsync(TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task Many_people_at_once_get_ports_of_their_own()
    {
        var people = new List<Core.Access.Actor>();
        for (var n = 0; n < 8; n++) people.Add(await Host.AccountAsync($"person{n}"));
        var ids = await Task.WhenAll(people.SelectMany(actor => Enumerable.Range(0, 3).Select(n => Task.Run(() => Host.ServerAsync(actor, $"S{n}")))));
        await using var db = Host.Open();
        var ports = await db.Allocations.Select(allocation => allocation.Port).Order().ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal((ids.Length, ids.Length), (ports.Count, ports.Distinct().Count()));
        Assert.All(ports, port => Assert.InRange(port, 25565, 26564));
    }

    [Fact]
    public async Task Quota_counts_every_resource_and_a_plan_change_counts_its_own_server_once()
    {
        var ann = await Host.AccountAsync();
        await Host.ServerAsync(ann, "A", plan: "large");
        var id = await Host.ServerAsync(ann, "B", plan: "large");
        var quota = await Host.Get<QuotaQueries>().FindAsync(ann, default);
        Assert.Equal((2, 8000, 16384, 81920), (quota.Servers.Used, quota.CpuMillis.Used, quota.MemoryMiB.Used, quota.DiskMiB.Used));
        Assert.Equal("CPU", (await Assert.ThrowsAsync<QuotaExceededException>(() => Host.ServerAsync(ann, "C"))).Resource);
        await Host.Get<ChangePlan>().RunAsync(ann, id, new() { Plan = "large" }, default);
        await Assert.ThrowsAsync<ConflictException>(() => Host.Get<ChangePlan>().RunAsync(ann, id, new() { Plan = "small" }, default)); // a volume cannot shrink
        var admin = await Host.AccountAsync("admin", isAdmin: true);
        for (var n = 0; n < 7; n++) await Host.ServerAsync(admin, $"Big {n}", plan: "large");
        Assert.Equal(-1, (await Host.Get<QuotaQueries>().FindAsync(admin, default)).Servers.Limit);
    }

    [Fact]
    public async Task Lists_show_a_person_what_is_theirs_and_an_administrator_all()
    {
        var (ann, bob) = (await Host.AccountAsync("ann"), await Host.AccountAsync("bob"));
        var mine = await Host.ServerAsync(ann, "First");
        var other = await Host.ServerAsync(bob, "Second");
        var queries = Host.Get<ServerQueries>();
        Assert.Equal(["First"], (await queries.ListAsync(ann, default)).Select(row => row.Name));
        Assert.Equal(["First", "Second"], (await queries.ListAsync(CoreHost.Admin, default)).Select(row => row.Name));
        Assert.Equal(["First"], (await queries.ListAsync(ann, [mine, other], default)).Select(row => row.Name));
        Assert.Equal("ann@example.org", (await queries.FindAsync(ann, mine, default)).Row.Owner);
        await Assert.ThrowsAsync<NotFoundException>(() => queries.FindAsync(ann, other, default));
        await Assert.ThrowsAsync<NotFoundException>(() => Host.Get<ChangePower>().RunAsync(ann, other, PowerAction.Stop, default));
        Assert.Equal((2, 1), ((await Host.Get<AccountQueries>().ListAsync(CoreHost.Admin, default)).Count, (await Host.Get<AccountQueries>().ListAsync(CoreHost.Admin, default))[0].Servers));
    }

    [Fact]
    public async Task Changes_of_one_row_at_once_are_all_made()
    {
        var ann = await Host.AccountAsync();
        var id = await Host.ServerAsync(ann);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() => Host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Restart, default))));
        Assert.Equal(5, (await Host.RowAsync(id))!.Starts);
    }

    [Fact]
    public async Task Deleting_takes_row_and_ports_and_leaves_the_audit()
    {
        var ann = await Host.AccountAsync();
        var id = await Host.ServerAsync(ann);
        await Host.DrainAsync();
        await Assert.ThrowsAsync<InvalidFieldException>(() => Host.Get<DeleteServer>().RunAsync(ann, id, "one", default));
        await Host.Get<DeleteServer>().RunAsync(ann, id, "One", default);
        await Host.DrainAsync();
        await using var db = Host.Open();
        Assert.Equal((0, 0, 1), (await db.Servers.CountAsync(default), await db.Allocations.CountAsync(default), await db.RemovedServers.CountAsync(default)));
        Assert.Equal("server.delete", (await Host.Get<AuditQueries>().ListAsync(CoreHost.Admin, new(), null, 1, default)).Rows[0].Action);
    }

    [Fact]
    public async Task Resync_wakes_every_server()
    {
        var ann = await Host.AccountAsync();
        await Host.ServerAsync(ann, "A");
        await Host.ServerAsync(ann, "B");
        await Host.DrainAsync();
        await Host.Get<Resync>().WakeAllAsync(default);
        Assert.Equal(2, Host.Get<WorkQueue<ServerId>>().Count);
        await Host.Get<Resync>().SweepAsync(default);
    }

    [Fact]
    public async Task First_administrator_is_one_however_many_come_at_once()
    {
        var first = Host.Get<FirstAdministrator>();
        Assert.True(await first.IsPendingAsync(default));
        var old = (await first.IssueTokenAsync(default))!;
        var token = (await first.IssueTokenAsync(default))!;
        Assert.False(await first.CheckAsync(old, default));
        Assert.False(await first.CheckAsync("", default));
        await Assert.ThrowsAsync<InvalidFieldException>(() => first.CreateAsync(token, new() { Email = "no address", Password = "short" }, null, default));
        Assert.True(await first.CheckAsync(token, default));
        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => Task.Run(async () =>
        {
            try
            {
                return await first.CreateAsync(token, new() { Email = $"admin{n}@example.org", Password = "Correct-Horse-9" }, "192.0.2.1", default);
            }
            catch (ForbiddenException)
            {
                return null;
            }
        })));
        Assert.Single(made, account => account is { Role: Role.Administrator });
        Assert.Null(await first.IssueTokenAsync(default));
        Assert.False(await first.CheckAsync(token, default));
        await using var db = Host.Open();
        Assert.Equal(1, await db.Users.CountAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Keys_that_protect_cookies_are_kept()
    {
        var sealedText = Host.Get<IDataProtectionProvider>().CreateProtector("test").Protect("x");
        await using var db = Host.Open();
        Assert.Equal(1, await db.ProtectionKeys.CountAsync(TestContext.Current.CancellationToken));
        Assert.Equal("x", Host.Get<IDataProtectionProvider>().CreateProtector("test").Unprotect(sealedText));
    }
}

public sealed class SqlitePanelDbTests : PanelDbTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();

    [Fact]
    public async Task Lock_that_a_killed_migration_left_holds_up_no_start()
    {
        await using (var db = Host.Open())
        {
            await db.Database.ExecuteSqlRawAsync("""
                CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01');
                """, TestContext.Current.CancellationToken);
        }
        await CoreSetup.PrepareAsync(Host.Services, TestContext.Current.CancellationToken).Within("the next start");
    }

    [Fact]
    public async Task Starts_beside_each_other_prepare_one_after_another() =>
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => CoreSetup.PrepareAsync(Host.Services, CancellationToken.None)))).Within("all of them");
}

[Trait("Lane", "postgres")]
public sealed class PostgresPanelDbTests : PanelDbTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}
