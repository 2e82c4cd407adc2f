using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Audit;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Audit;

/// <summary>
/// Reads the audit. A page begins below an id and never counts; what no index finds is looked for in so many records at a time, so that an
/// answer takes as long with a million records as with a thousand.
/// </summary>
public sealed class AuditQueries(IDbContextFactory<PanelDb> databases)
{
    const int MaxPageSize = 500;

    /// <summary>How many records are looked through at a time where no index leads to those that are asked for.</summary>
    internal const int Window = 40_000;

    /// <summary>One page, newest first. It may hold fewer rows than asked for, none even, and there may still be more: <see cref="AuditPage.Next"/> tells.</summary>
    /// <param name="actor">An administrator.</param>
    /// <param name="filter">Which records.</param>
    /// <param name="before">Only records with lower ids; null for the newest.</param>
    /// <param name="pageSize">How many rows a page has, at most 500.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ForbiddenException">The actor may not read it.</exception>
    /// <exception cref="InvalidFieldException">A field of the filter breaks a rule.</exception>
    public async Task<AuditPage> ListAsync(Actor actor, AuditFilter filter, long? before, int pageSize, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ReadAudit);
        FieldRules.Require(filter);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var selection = await AuditSelection.OfAsync(db, filter, cancellation);
        var size = Math.Clamp(pageSize, 1, MaxPageSize);
        var below = Math.Min(before ?? long.MaxValue, selection.Below);
        var from = selection.From;
        if (selection.Scans)
        {
            if (below == long.MaxValue) below = (await db.Audit.MaxAsync(record => (long?)record.Id, cancellation) ?? 0) + 1;
            from = Math.Max(from, below - Window);
        }
        var found = await Rows(selection.Of(db.Audit.AsNoTracking().Where(record => record.Id < below && record.Id >= from))).Take(size + 1).ToListAsync(cancellation);
        if (found.Count > size) return new(found[..size], found[size - 1].Id);
        return new(found, from > selection.From && await db.Audit.AnyAsync(record => record.Id < from, cancellation) ? from : null);
    }

    /// <summary>All records that are asked for, newest first, a few at a time; without those that are added meanwhile.</summary>
    /// <inheritdoc cref="ListAsync"/>
    public async IAsyncEnumerable<IReadOnlyList<AuditRow>> ReadAsync(Actor actor, AuditFilter filter, long? before, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var page = await ListAsync(actor, filter, before, MaxPageSize, cancellation);
            yield return page.Rows;
            if (page.Next is not { } next) yield break;
            before = next;
        }
    }

    /// <summary>The actions that there are records of, in their order.</summary>
    /// <exception cref="ForbiddenException">The actor may not read the audit.</exception>
    public async Task<IReadOnlyList<string>> ActionsAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ReadAudit);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var actions = new List<string>();
        // from one to the next along the index: DISTINCT would read all records
        for (var last = ""; await db.Audit.Where(record => string.Compare(record.Action, last) > 0).OrderBy(record => record.Action).Select(record => record.Action).FirstOrDefaultAsync(cancellation) is { } next; last = next)
        {
            actions.Add(next);
        }
        return actions;
    }

    /// <summary>Records as they are shown, newest first.</summary>
    internal static IQueryable<AuditRow> Rows(IQueryable<AuditRecord> records) => records.OrderByDescending(record => record.Id)
        .Select(record => new AuditRow(record.Id, record.At, record.ActorName, record.Address, record.Action, record.Subject, record.Detail)
        {
            Server = record.Server,
            Impersonator = record.Impersonator,
            Changes = record.Changes,
        });
}
