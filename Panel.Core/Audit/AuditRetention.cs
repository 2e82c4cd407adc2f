using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panel.Core.Access;
using Panel.Core.Database;

namespace Panel.Core.Audit;

/// <summary>
/// Deletes what was kept long enough: only stretches that a seal covers whole, and only through the mark that the database's own trigger asks
/// for. That it was done is a record itself.
/// </summary>
public sealed class AuditRetention(IDbContextFactory<PanelDb> databases, AuditLog audit, IOptionsMonitor<AuditOptions> options, TimeProvider clock)
{
    /// <summary>What the record of a deletion is called.</summary>
    internal const string Action = "audit.expire";

    const int AtOnce = 10_000;

    /// <summary>Deletes what is older than the retention.</summary>
    /// <returns>How many records were deleted.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var (days, now) = (options.CurrentValue.RetentionDays, clock.GetUtcNow());
        var oldest = now - TimeSpan.FromDays(days);
        var kept = await db.Audit.Where(record => record.At >= oldest).MinAsync(record => (long?)record.Id, cancellation) ?? long.MaxValue;
        var through = await db.AuditSeals.Where(seal => seal.Through < kept).MaxAsync(seal => (long?)seal.Through, cancellation) ?? 0;
        if (!await db.Audit.AnyAsync(record => record.Id <= through, cancellation)) return 0;

        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            await db.Marks.Where(mark => mark.Name == Mark.AuditRetention && mark.Stamp < through).ExecuteUpdateAsync(set => set.SetProperty(mark => mark.Stamp, through), cancellation);
            audit.Add(db, Actor.Panel, Action, null, "Audit", string.Create(CultureInfo.InvariantCulture, $"records older than {days} days"), new AuditChanges().Set("through", null, through.ToString(CultureInfo.InvariantCulture)));
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
        var deleted = 0;
        while (await db.Audit.Where(record => record.Id <= through).OrderBy(record => record.Id).Take(AtOnce).ExecuteDeleteAsync(cancellation) is > 0 and var more) deleted += more;
        return deleted;
    }
}
