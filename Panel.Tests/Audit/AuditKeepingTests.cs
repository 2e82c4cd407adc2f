using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Audit;

/// <summary>The audit keeps what it has, and shows when somebody got past that.</summary>
public abstract class AuditKeepingTests : IAsyncLifetime
{
    CoreHost? host;

    protected CoreHost Host => host!;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract Task<CoreHost> StartAsync();

    /// <summary>Does what only somebody with all rights on the database can.</summary>
    protected abstract string WithoutTriggers(string statement);

    public async ValueTask InitializeAsync() => host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    Task<AuditFindings> VerifyAsync(string? known = null) => Host.Get<AuditVerification>().RunAsync(known, Stop);

    protected async Task ExecuteAsync(string statement)
    {
        await using var db = Host.Open();
        await db.Database.ExecuteSqlRawAsync(statement, Stop);
    }

    async Task<long[]> RecordsAsync(int count, TimeSpan age = default)
    {
        await using var db = Host.Open();
        var at = TimeProvider.System.GetUtcNow() - age;
        var records = Enumerable.Range(0, count).Select(n => new AuditRecord { At = at, ActorId = "a", ActorName = "ann@example.org", Action = "server.create", Subject = $"Server {n}" }).ToList();
        db.Audit.AddRange(records);
        await db.SaveChangesAsync(Stop);
        return [.. records.Select(record => record.Id)];
    }

    async Task<long[]> SealedAsync(int count = 5)
    {
        var ids = await RecordsAsync(count);
        await Host.Get<AuditSealing>().RunAsync(Stop);
        return ids;
    }

    [Theory]
    [InlineData("""UPDATE "Audit" SET "ActorName" = 'bob'""")]
    [InlineData("""DELETE FROM "Audit" """)]
    [InlineData("""UPDATE "AuditSeals" SET "Hash" = 'x'""")]
    [InlineData("""DELETE FROM "AuditSeals" """)]
    public async Task Database_refuses_to_change_or_delete_what_the_audit_holds(string statement)
    {
        await SealedAsync();
        var refusal = await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync(statement));
        Assert.Contains("append-only", refusal.Message, StringComparison.Ordinal);
        Assert.Null((await VerifyAsync()).Fault);
    }

    [Fact]
    public async Task Database_lets_nothing_young_go_even_when_the_mark_allows_it()
    {
        await SealedAsync();
        await ExecuteAsync("""UPDATE "Marks" SET "Stamp" = 1000000 WHERE "Name" = 'audit-retention'""");
        await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync("""DELETE FROM "Audit" """));
    }

    [Fact]
    public async Task Seals_cover_all_records_and_follow_each_other()
    {
        await SealedAsync(3);
        await SealedAsync(4);
        Assert.Equal(0, await Host.Get<AuditSealing>().RunAsync(Stop));
        var found = await VerifyAsync();
        await using var db = Host.Open();
        Assert.Equal((await db.Audit.LongCountAsync(Stop), 0, null), (found.Records, found.Unsealed, found.Fault));
        Assert.Equal(2, await db.AuditSeals.CountAsync(Stop));
        await RecordsAsync(2);
        Assert.Equal(2, (await VerifyAsync()).Unsealed);
    }

    [Fact]
    public async Task Parallel_sealers_make_one_chain()
    {
        await RecordsAsync(50);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Host.Get<AuditSealing>().RunAsync(Stop), Stop)));
        Assert.Equal((50, null), ((await VerifyAsync()).Records, (await VerifyAsync()).Fault));
    }

    [Theory]
    [InlineData("""UPDATE "Audit" SET "ActorName" = 'bob' WHERE "Id" = {0}""", "was changed")]
    [InlineData("""UPDATE "Audit" SET "Detail" = 'x', "Subject" = '' WHERE "Id" = {0}""", "was changed")]
    [InlineData("""DELETE FROM "Audit" WHERE "Id" = {0}""", "was removed")]
    public async Task Verification_names_the_first_record_that_is_not_as_it_was(string statement, string fault)
    {
        var id = (await SealedAsync(9))[4];
        await SealedAsync(3);
        await ExecuteAsync(WithoutTriggers(string.Format(null, statement, id)));
        var found = await VerifyAsync();
        Assert.Equal(id, found.Record);
        Assert.Contains(fault, found.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verification_sees_a_record_put_between_others_and_a_seal_taken_out()
    {
        var ids = await SealedAsync(4);
        await SealedAsync(4);
        await SealedAsync(4);
        await ExecuteAsync(WithoutTriggers($"""UPDATE "Audit" SET "Id" = {ids[1] + 1000} WHERE "Id" = {ids[1]}"""));
        Assert.Equal(ids[1], (await VerifyAsync()).Record);
        await ExecuteAsync(WithoutTriggers($"""UPDATE "Audit" SET "Id" = {ids[1]} WHERE "Id" = {ids[1] + 1000}"""));
        Assert.Null((await VerifyAsync()).Fault);
        await ExecuteAsync(WithoutTriggers("""DELETE FROM "AuditSeals" WHERE "Id" = 2"""));
        Assert.Contains("a seal was changed, added or removed", (await VerifyAsync()).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cut_off_end_shows_against_a_hash_that_was_noted()
    {
        await SealedAsync(4);
        await SealedAsync(4);
        var known = (await VerifyAsync()).Last!;
        Assert.Null((await VerifyAsync(known)).Fault);
        await ExecuteAsync(WithoutTriggers("""DELETE FROM "AuditSeals" WHERE "Id" = 2"""));
        await ExecuteAsync(WithoutTriggers("""DELETE FROM "Audit" WHERE "Id" > (SELECT MAX("Through") FROM "AuditSeals")"""));
        Assert.Null((await VerifyAsync()).Fault);
        Assert.NotNull((await VerifyAsync(known)).Fault);
    }

    [Fact]
    public async Task Retention_deletes_old_sealed_stretches_notes_it_and_the_chain_still_holds()
    {
        await RecordsAsync(6, TimeSpan.FromDays(400));
        await Host.Get<AuditSealing>().RunAsync(Stop);
        await RecordsAsync(3, TimeSpan.FromDays(400));   // not sealed yet: they stay
        var young = await RecordsAsync(2);
        Assert.Equal(6, await Host.Get<AuditRetention>().RunAsync(Stop));
        await Host.Get<AuditSealing>().RunAsync(Stop);
        var found = await VerifyAsync();
        Assert.Equal((null, 6), (found.Fault, found.Deleted));
        await using var db = Host.Open();
        Assert.Contains(young[0], await db.Audit.Select(record => record.Id).ToListAsync(Stop));
        Assert.Equal(AuditRetention.Action, (await db.Audit.OrderBy(record => record.Id).LastAsync(Stop)).Action);
        Assert.Equal(2, await db.AuditSeals.CountAsync(Stop));
        Assert.Equal(0, await Host.Get<AuditRetention>().RunAsync(Stop));   // the three are in one stretch with younger ones
        Assert.Null((await VerifyAsync()).Fault);
    }

    [Fact]
    public async Task Changes_hold_what_was_and_is_and_of_variables_names_alone()
    {
        var ann = await Host.AccountAsync();
        var id = await Host.ServerAsync(ann, "Before");
        await Host.Get<RenameServer>().RunAsync(ann, id, new() { Name = "After" }, Stop);
        await Host.Get<ChangePlan>().RunAsync(ann, id, new() { Plan = "small" }, Stop);
        await Host.Get<ChangeVariables>().RunAsync(ann, id, new() { Variables = { ["MOTD"] = "s3cret" } }, Stop);
        await using var db = Host.Open();
        var changes = await db.Audit.Where(record => record.Server == id && record.Changes != null).ToDictionaryAsync(record => record.Action, record => record.Changes!, Stop);
        Assert.Equal("""{"name":{"was":"Before","is":"After"}}""", changes["server.rename"]);
        Assert.Contains("\"memoryMiB\":{\"was\":\"512\",\"is\":\"2048\"}", changes["server.plan"], StringComparison.Ordinal);
        Assert.Equal("""{"variable MOTD":{"was":null,"is":"changed"}}""", changes["server.variables"]);
        Assert.DoesNotContain(await db.Audit.ToListAsync(Stop), record => (record.Changes + record.Detail).Contains("s3cret", StringComparison.Ordinal));
    }
}

public sealed class SqliteAuditKeepingTests : AuditKeepingTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();

    protected override string WithoutTriggers(string statement) => string.Concat(
        """DROP TRIGGER IF EXISTS "Audit_is_not_changed"; DROP TRIGGER IF EXISTS "Audit_is_not_deleted"; DROP TRIGGER IF EXISTS "AuditSeals_is_not_deleted"; """, statement);

    [Fact]
    public async Task Replacing_a_record_is_refused_as_changing_it_is() =>
        await Assert.ThrowsAnyAsync<DbException>(async () =>
        {
            await Host.AccountAsync();
            await ExecuteAsync("""INSERT OR REPLACE INTO "Audit" ("Id", "At", "ActorName", "Action", "Subject", "Detail") SELECT "Id", 0, 'bob', 'x', '', '' FROM "Audit" """);
        });
}

[Trait("Lane", "postgres")]
public sealed class PostgresAuditKeepingTests : AuditKeepingTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();

    protected override string WithoutTriggers(string statement) => $"SET LOCAL session_replication_role = replica; {statement}";

    [Fact]
    public async Task Record_that_is_committed_late_slips_under_no_seal()
    {
        await using var late = Host.Open();
        await using var transaction = await late.Database.BeginTransactionAsync(Stop);
        late.Audit.Add(new() { At = TimeProvider.System.GetUtcNow(), ActorName = "late", Action = "a.b" });
        await late.SaveChangesAsync(Stop);   // it has its id, and nobody sees it
        await using (var db = Host.Open())
        {
            db.Audit.Add(new() { At = TimeProvider.System.GetUtcNow(), ActorName = "quick", Action = "a.b" });
            await db.SaveChangesAsync(Stop);
        }
        Assert.Equal(0, await Host.Get<AuditSealing>().RunAsync(Stop));
        await transaction.CommitAsync(Stop);
        Assert.Equal(2, await Host.Get<AuditSealing>().RunAsync(Stop));
        Assert.Null((await Host.Get<AuditVerification>().RunAsync(null, Stop)).Fault);
    }

    [Fact]
    public async Task Audit_is_not_emptied_at_once() => await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync("""TRUNCATE "Audit" """));
}
