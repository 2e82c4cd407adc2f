using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Audit;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Audit;

/// <summary>Reads the audit.</summary>
public sealed class AuditQueries(IDbContextFactory<PanelDb> databases)
{
    const int MaxPageSize = 500;

    /// <summary>One page, newest first.</summary>
    /// <param name="actor">An administrator.</param>
    /// <param name="page">Which page, from 0.</param>
    /// <param name="pageSize">How many rows a page has, at most 500.</param>
    /// <param name="search">Part of an action, an actor or a subject, in any case; null for all.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ForbiddenException">Only administrators may read it.</exception>
    public async Task<AuditPage> ListAsync(Actor actor, int page, int pageSize, string? search, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ReadAudit);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var records = db.Audit.AsNoTracking();
        if (!string.IsNullOrWhiteSpace(search))
        {
#pragma warning disable CA1304, CA1311, CA1862 // runs in the database, which has its own case rules
            var part = search.Trim().ToLowerInvariant();
            records = records.Where(record => record.Action.ToLower().Contains(part)
                || record.ActorName.ToLower().Contains(part) || record.Subject.ToLower().Contains(part));
#pragma warning restore CA1304, CA1311, CA1862
        }
        var size = Math.Clamp(pageSize, 1, MaxPageSize);
        var total = await records.CountAsync(cancellation);
        var rows = await records.OrderByDescending(record => record.Id).Skip((int)Math.Min((long)Math.Max(0, page) * size, int.MaxValue)).Take(size)
            .Select(record => new AuditRow(record.Id, record.At, record.ActorName, record.Address, record.Action, record.Subject, record.Detail))
            .ToListAsync(cancellation);
        return new(rows, total);
    }
}
