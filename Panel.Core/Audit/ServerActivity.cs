using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Audit;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Audit;

/// <summary>What happened to one server, for its own people.</summary>
public sealed class ServerActivity(IDbContextFactory<PanelDb> databases, ServerOperations servers)
{
    const int MaxPageSize = 200;

    /// <summary>One page, newest first. Where somebody else acted from is told to those alone who read the audit of the panel.</summary>
    /// <param name="actor">Who reads.</param>
    /// <param name="id">The server.</param>
    /// <param name="before">Only records with lower ids; null for the newest.</param>
    /// <param name="pageSize">How many rows a page has, at most 200.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not read what happened.</exception>
    public async Task<AuditPage> ListAsync(Actor actor, ServerId id, long? before, int pageSize, CancellationToken cancellation)
    {
        await servers.ReadAsync(actor, id, ServerPermissions.ReadActivity, cancellation);
        var size = Math.Clamp(pageSize, 1, MaxPageSize);
        var below = before ?? long.MaxValue;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var found = await AuditQueries.Rows(db.Audit.AsNoTracking().Where(record => record.Server == id && record.Id < below)).Take(size + 1).ToListAsync(cancellation);
        var rows = found.Take(size).Select(row => actor.May(PanelPermissions.ReadAudit) || row.Actor == actor.Name ? row : row with { Address = null }).ToList();
        return new(rows, found.Count > size ? rows[^1].Id : null);
    }
}
