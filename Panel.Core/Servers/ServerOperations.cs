using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Reconciling;

namespace Panel.Core.Servers;

/// <summary>
/// What every operation on one server does: find it for this actor, change it, note it in the audit, save both at once, and wake its pass.
/// </summary>
public sealed class ServerOperations(IDbContextFactory<PanelDb> databases, AuditLog audit, Wake wake, TimeProvider clock)
{
    const int Attempts = 4;

    /// <summary>Changes a server. When somebody else changed it meanwhile, the change is made again on the new row.</summary>
    /// <param name="actor">Who changes it.</param>
    /// <param name="id">The server.</param>
    /// <param name="permission">What it takes: a key of <see cref="Contracts.Access.ServerPermissions"/>, or null to know of the server.</param>
    /// <param name="action">What is done, for the audit.</param>
    /// <param name="change">Changes the row, and returns a detail for the audit. It may run more than once.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <param name="before">The transaction's first statement, where a lock has to be taken.</param>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not do this to it.</exception>
    internal Task ChangeAsync(Actor actor, ServerId id, string? permission, string action, Func<PanelDb, Server, Task<string>> change, CancellationToken cancellation,
        Func<PanelDb, Task>? before = null) =>
        ChangeAsync(actor, id, permission, action, async (db, server, _) => new AuditNote(await change(db, server)), cancellation, before);

    /// <param name="actor">Who changes it.</param>
    /// <param name="id">The server.</param>
    /// <param name="permission">What it takes: a key of <see cref="Contracts.Access.ServerPermissions"/>, or null to know of the server.</param>
    /// <param name="action">What is done, for the audit.</param>
    /// <param name="change">Changes the row, or what belongs to it, knowing what the actor may; returns what the audit says of it. It may run more than once.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <param name="before">The transaction's first statement, where a lock has to be taken.</param>
    /// <inheritdoc cref="ChangeAsync(Actor, ServerId, string?, string, Func{PanelDb, Server, Task{string}}, CancellationToken, Func{PanelDb, Task}?)"/>
    internal async Task ChangeAsync(Actor actor, ServerId id, string? permission, string action, Func<PanelDb, Server, ServerRights, Task<AuditNote>> change, CancellationToken cancellation,
        Func<PanelDb, Task>? before = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = await databases.CreateDbContextAsync(cancellation);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            if (before is not null) await before(db);
            var (server, rights) = await RequireAsync(db, actor, id, permission, cancellation);
            var note = await change(db, server, rights);
            audit.Add(db, actor, action, id, server.Name, note.Detail, note.Changes);
            try
            {
                await db.SaveChangesAsync(cancellation);
                await transaction.CommitAsync(cancellation);
                break;
            }
            catch (DbUpdateConcurrencyException) when (attempt < Attempts)
            {
                // the row moved on between reading and saving; read it again
            }
        }
        wake.Changed(id);
    }

    /// <summary>Notes something done to a server that changes no row of it.</summary>
    internal async Task RecordAsync(Actor actor, Server server, string action, string detail, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        audit.Add(db, actor, action, server.Id, server.Name, detail);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Reads a server for an actor, without following changes.</summary>
    /// <param name="actor">Who reads.</param>
    /// <param name="id">The server.</param>
    /// <param name="permission">What it takes: a key of <see cref="Contracts.Access.ServerPermissions"/>, or null to know of the server.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not do this to it.</exception>
    internal async Task<Server> ReadAsync(Actor actor, ServerId id, string? permission, CancellationToken cancellation) => (await FindAsync(actor, id, permission, cancellation)).Server;

    /// <summary>Reads a server, and what the actor may do to it.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    internal async Task<(Server Server, ServerRights Rights)> FindAsync(Actor actor, ServerId id, string? permission, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await RequireAsync(db, actor, id, permission, cancellation);
    }

    /// <summary>
    /// Makes every other change of this server and of its people wait until the transaction ends. It has to be the transaction's first
    /// statement: it takes SQLite's write lock, or PostgreSQL's lock on the row.
    /// </summary>
    internal static Task LockAsync(PanelDb db, ServerId id, CancellationToken cancellation) =>
        db.Servers.Where(server => server.Id == id).ExecuteUpdateAsync(set => set.SetProperty(server => server.Revision, server => server.Revision + 1), cancellation);

    /// <summary>What the actor may do to a server, and until when; null when it may not even know of it.</summary>
    internal async Task<ServerRights?> RightsAsync(PanelDb db, Actor actor, Server server, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var member = server.OwnerId == actor.UserId ? null : await db.Members.AsNoTracking()
            .SingleOrDefaultAsync(member => member.ServerId == server.Id && member.AccountId == actor.UserId && (member.ExpiresAt == null || member.ExpiresAt > now), cancellation);
        return Rights(actor, server, member?.Permissions, member?.ExpiresAt, now);
    }

    /// <summary>Whether the actor may do something to a server.</summary>
    internal async Task<bool> MayAsync(Actor actor, ServerId id, string permission, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Servers.AsNoTracking().SingleOrDefaultAsync(server => server.Id == id, cancellation) is { } server
            && (await RightsAsync(db, actor, server, cancellation))?.Allowed.Contains(permission) == true;
    }

    async Task<(Server Server, ServerRights Rights)> RequireAsync(PanelDb db, Actor actor, ServerId id, string? permission, CancellationToken cancellation)
    {
        // one question for all: it is asked before anything is done to a server, and all the while something long goes on
        var now = clock.GetUtcNow();
        var found = await db.Servers.Include(server => server.Allocations.OrderBy(allocation => allocation.Order)).Where(server => server.Id == id)
            .SelectMany(
                server => db.Members.Where(member => member.ServerId == server.Id && member.AccountId == actor.UserId && (member.ExpiresAt == null || member.ExpiresAt > now)).DefaultIfEmpty(),
                (server, member) => new { server, Permissions = member == null ? null : member.Permissions, Until = member == null ? null : member.ExpiresAt })
            .SingleOrDefaultAsync(cancellation) ?? throw new NotFoundException("Server");
        var rights = Rights(actor, found.server, found.Permissions, found.Until, now);
        AccessRules.Require(actor, rights?.Allowed, permission);
        return (found.server, rights!);
    }

    static ServerRights? Rights(Actor actor, Server server, HashSet<string>? member, DateTimeOffset? until, DateTimeOffset now) => AccessRules.Of(actor, server, member, now) is { } allowed
        ? new(allowed, member is null || server.OwnerId == actor.UserId || actor.May(PanelPermissions.ManageServers) ? null : until)
        : null;
}
