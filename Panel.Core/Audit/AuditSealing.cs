using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using Panel.Core.Database;

namespace Panel.Core.Audit;

/// <summary>
/// Seals what was added to the audit. A record whose transaction takes long must not slip under a seal: on PostgreSQL ids are given before
/// they are committed. So a seal ends at the highest id at a moment when no transaction that writes the audit is under way: to take a lock in
/// share mode waits for exactly those. SQLite has one writer at a time, and there ids are in the order of the commits.
/// </summary>
public sealed partial class AuditSealing(IDbContextFactory<PanelDb> databases, TimeProvider clock, ILogger<AuditSealing> log)
{
    const int MostRecords = 10_000;

    /// <summary>Seals all records there are.</summary>
    /// <returns>How many were sealed.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (await SettledAsync(cancellation) is not { } settled) return 0;
        var sealedRecords = 0;
        while (await SealAsync(settled, cancellation) is > 0 and var more) sealedRecords += more;
        return sealedRecords;
    }

    async Task<int> SealAsync(long settled, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // two replicas may believe to lead: one waits for the other
        await db.Marks.Where(mark => mark.Name == Mark.AuditSeals).ExecuteUpdateAsync(set => set.SetProperty(mark => mark.Stamp, mark => mark.Stamp + 1), cancellation);
        var last = await db.AuditSeals.AsNoTracking().OrderByDescending(seal => seal.Id).Select(seal => new { seal.Through, seal.Hash }).FirstOrDefaultAsync(cancellation);
        var from = last?.Through ?? 0;
        var records = await db.Audit.AsNoTracking().Where(record => record.Id > from && record.Id <= settled).OrderBy(record => record.Id).Take(MostRecords).ToListAsync(cancellation);
        if (records.Count == 0) return 0;
        var (through, at, digests) = (records[^1].Id, clock.GetUtcNow(), AuditHash.Digests(records));
        var hash = AuditHash.Seal(last?.Hash ?? "", through, at, digests);
        db.AuditSeals.Add(new() { Through = through, Count = records.Count, Digests = digests, Hash = hash, At = at });
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        LogSealed(through, hash);
        return records.Count;
    }

    /// <summary>The highest id below which no record can appear any more; null when that cannot be told now.</summary>
    async Task<long?> SettledAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (db is not PostgresPanelDb) return await LastAsync(db, cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        try
        {
            // whoever wants to write waits behind this lock: it is not waited for long, and given back at once
            await db.Database.ExecuteSqlRawAsync("""SET LOCAL lock_timeout = '2s'; LOCK TABLE "Audit" IN SHARE MODE;""", cancellation);
            return await LastAsync(db, cancellation);
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return null;
        }
    }

    static async Task<long> LastAsync(PanelDb db, CancellationToken cancellation) => await db.Audit.MaxAsync(record => (long?)record.Id, cancellation) ?? 0;

    // who keeps the log elsewhere can tell by it when the end of the chain was cut off, or all of it was made anew
    [LoggerMessage(Level = LogLevel.Information, Message = "The audit is sealed through record {Through}: {Hash}")]
    partial void LogSealed(long through, string hash);
}
