using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Servers;

namespace Panel.Core.Access;

/// <summary>
/// Hands a server to somebody else. An owner hands it to one of its people, who wanted to come: nobody is given a server they never heard of, and
/// nothing tells which addresses have accounts. Who sees the accounts anyhow hands it to any of them.
/// </summary>
public sealed class TransferServer(IDbContextFactory<PanelDb> databases, ServerOperations servers, QuotaRules quota, TimeProvider clock)
{
    /// <summary>Hands it over, if the new owner's quota leaves room for it.</summary>
    /// <exception cref="InvalidFieldException">A field breaks a rule, or there is nobody of this address to hand it to.</exception>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor neither owns it nor runs the servers of others.</exception>
    /// <exception cref="QuotaExceededException">It would take more than the new owner has left.</exception>
    /// <exception cref="ConflictException">It is suspended, and the actor does not run the panel.</exception>
    public async Task RunAsync(Actor actor, ServerId id, TransferServerRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        RequireOwner(actor, await servers.ReadAsync(actor, id, ServerPermissions.Delete, cancellation));
        var heir = await HeirAsync(actor, id, InvitationRules.Normalize(request.Email), cancellation);
        await servers.ChangeAsync(actor, id, ServerPermissions.Delete, "server.transfer", async (db, server, _) =>
        {
            RequireOwner(actor, server);
            if (!actor.May(PanelPermissions.ManageServers)) server.RequireInUse();
            var before = await db.Users.AsNoTracking().SingleAsync(account => account.Id == server.OwnerId, cancellation);
            var after = await db.Users.AsNoTracking().SingleAsync(account => account.Id == heir, cancellation);
            if (before.Id == after.Id) throw new InvalidFieldException(nameof(request.Email), "This person owns the server.");
            if (after.SuspendedAt is not null) throw new InvalidFieldException(nameof(request.Email), "This account is out of use.");
            QuotaRules.Require(await quota.ReadAsync(db, heir, apart: null, cancellation), [server]);
            await db.Members.Where(member => member.ServerId == id && (member.AccountId == heir || member.AccountId == before.Id)).ExecuteDeleteAsync(cancellation);
            await db.Invitations.Where(invitation => invitation.ServerId == id && invitation.NormalizedEmail == after.NormalizedEmail).ExecuteDeleteAsync(cancellation);
            if (request.Stay) db.Members.Add(new() { ServerId = id, AccountId = before.Id, Permissions = [.. PermissionPresets.CoOwner.Permissions], CreatedAt = clock.GetUtcNow() });
            server.Transfer(heir);
            server.SupportUntil = null;   // that was the consent of somebody else
            return new AuditNote(after.Email ?? "", new AuditChanges().Set("owner", before.Email, after.Email));
        }, cancellation, before: db => QuotaRules.LockAsync(db, heir, cancellation));
    }

    static void RequireOwner(Actor actor, Server server)
    {
        if (server.OwnerId != actor.UserId && !actor.May(PanelPermissions.ManageServers)) throw new ForbiddenException("Only the owner hands a server to somebody else.");
    }

    async Task<string> HeirAsync(Actor actor, ServerId id, string normalized, CancellationToken cancellation)
    {
        var (all, now) = (actor.May(PanelPermissions.ReadUsers), clock.GetUtcNow());
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Users.Where(account => account.NormalizedEmail == normalized
                && (all || account.Id == actor.UserId || db.Members.Any(member => member.ServerId == id && member.AccountId == account.Id && (member.ExpiresAt == null || member.ExpiresAt > now))))
            .Select(account => account.Id).SingleOrDefaultAsync(cancellation)
            ?? throw new InvalidFieldException(nameof(TransferServerRequest.Email), all ? "No account has this address." : "A server is handed to one of its people: invite this person first.");
    }
}
