using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Audit;
using Panel.Contracts.Servers;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Audit;

/// <summary>Reading the audit, on each database.</summary>
public abstract class AuditQueriesTests : IAsyncLifetime
{
    static readonly DateTimeOffset Began = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly ServerId One = ServerId.New();
    CoreHost? host;

    CoreHost Host => host!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract Task<CoreHost> StartAsync();

    public async ValueTask InitializeAsync()
    {
        host = await StartAsync();
        await using var db = Host.Open();
        // one a minute: ann makes, bob renames, the panel sweeps
        db.Audit.AddRange(Enumerable.Range(0, 120).Select(n => new AuditRecord
        {
            At = Began.AddMinutes(n),
            ActorId = (n % 3) switch { 0 => "a", 1 => "b", _ => null },
            ActorName = (n % 3) switch { 0 => "ann@example.org", 1 => "Bob@example.org", _ => "Panel" },
            Action = (n % 3) switch { 0 => "server.create", 1 => "server.rename", _ => "sweep.run" },
            Server = n % 3 == 2 ? null : One,
            Subject = $"Nummer {n} 50% _ \\",
            Detail = n == 60 ? "ÄHNLICH" : "",
        }));
        await db.SaveChangesAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    async Task<List<AuditRow>> AllAsync(AuditFilter filter)
    {
        var rows = new List<AuditRow>();
        await foreach (var some in Host.Get<AuditQueries>().ReadAsync(CoreHost.Admin, filter, before: null, Stop)) rows.AddRange(some);
        return rows;
    }

    async Task<int> CountAsync(AuditFilter filter) => (await AllAsync(filter)).Count;

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_overlap_while_records_are_added()
    {
        var (seen, before) = (new List<long>(), (long?)null);
        do
        {
            var page = await Host.Get<AuditQueries>().ListAsync(CoreHost.Admin, new(), before, 50, Stop);
            seen.AddRange(page.Rows.Select(row => row.Id));
            before = page.Next;
            await using var db = Host.Open();
            db.Audit.Add(new() { At = TimeProvider.System.GetUtcNow(), ActorName = "x", Action = "a.b" });
            await db.SaveChangesAsync(Stop);
        }
        while (before is not null);
        Assert.Equal(120, seen.Count);
        Assert.Equal(seen.OrderDescending().Distinct(), seen);
    }

    [Fact]
    public async Task Filters_find_what_they_name_alone_and_together()
    {
        Assert.Equal(40, await CountAsync(new() { Who = "panel" }));
        Assert.Equal(40, await CountAsync(new() { Who = "bob@" }));
        Assert.Equal(40, await CountAsync(new() { Action = "server.create" }));
        Assert.Equal(80, await CountAsync(new() { Action = "server." }));
        Assert.Equal(80, await CountAsync(new() { Server = One.ToString() }));
        Assert.Equal(40, await CountAsync(new() { Server = One.ToString(), Action = "server.rename" }));
        Assert.Equal(1, await CountAsync(new() { Search = "NUMMER 77 " }));
        Assert.Equal(0, await CountAsync(new() { Who = "nobody" }));
        Assert.Equal(0, await CountAsync(new() { Server = "No such server" }));
    }

    [Fact]
    public async Task Account_is_found_by_its_address_in_any_case_whatever_it_was_called()
    {
        var ann = await Host.AccountAsync("carl");
        await Host.ServerAsync(ann);
        Assert.Equal(["server.create"], (await AllAsync(new() { Who = "CARL@example.org" })).Select(row => row.Action));
        Assert.Equal(["server.create"], (await AllAsync(new() { Who = ann.UserId })).Select(row => row.Action));
        Assert.Equal(["server.create"], (await AllAsync(new() { Server = "One" })).Select(row => row.Action));
    }

    [Fact]
    public async Task Times_bound_what_is_shown_to_the_moment()
    {
        var rows = await AllAsync(new() { From = Began.AddMinutes(10), Until = Began.AddMinutes(20) });
        Assert.Equal((10, Began.AddMinutes(19), Began.AddMinutes(10)), (rows.Count, rows[0].At, rows[^1].At));
        Assert.Equal(0, await CountAsync(new() { From = Began.AddYears(50) }));
        Assert.Equal(0, await CountAsync(new() { Until = Began.AddYears(-1) }));
    }

    [Theory]
    [InlineData("50% _ \\", 120)]
    [InlineData("%", 120)]
    [InlineData("'; DROP TABLE \"Audit\"; --", 0)]
    [InlineData("nummer%", 0)]
    public async Task Search_takes_every_character_as_it_is(string text, int found) => Assert.Equal(found, await CountAsync(new() { Search = text }));

    [Fact]
    public async Task Actions_are_told_once_each()
    {
        var actions = await Host.Get<AuditQueries>().ActionsAsync(CoreHost.Admin, Stop);
        Assert.Equal(["server.create", "server.rename", "sweep.run"], actions.Where(action => !action.StartsWith("account", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Only_those_who_may_read_the_audit_do()
    {
        var ann = await Host.AccountAsync();
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<AuditQueries>().ListAsync(ann, new(), null, 10, Stop));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<AuditQueries>().ActionsAsync(ann, Stop));
        await Assert.ThrowsAsync<InvalidFieldException>(() => Host.Get<AuditQueries>().ListAsync(CoreHost.Admin, new() { Search = new('x', 101) }, null, 10, Stop));
    }
}

public sealed class SqliteAuditQueriesTests : AuditQueriesTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();
}

[Trait("Lane", "postgres")]
public sealed class PostgresAuditQueriesTests : AuditQueriesTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}
