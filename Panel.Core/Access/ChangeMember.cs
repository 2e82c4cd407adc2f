using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Access;

/// <summary>Changes what somebody may do to a server. What they hold open is checked again at once.</summary>
public sealed class ChangeMember(ServerOperations servers, InvitationRules rules)
{
    /// <summary>Sets permissions and end.</summary>
    /// <exception cref="InvalidFieldException">A field breaks a rule.</exception>
    /// <exception cref="NotFoundException">There is no such server or member, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not, the person may more than the actor, or it is the actor itself.</exception>
    public Task RunAsync(Actor actor, ServerId id, string accountId, ChangeMemberRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        rules.RequireFuture(request.ExpiresAt, nameof(request.ExpiresAt));
        return servers.ChangeAsync(actor, id, ServerPermissions.ChangeMembers, "member.change", async (db, server, rights) =>
        {
            server.RequireInUse();
            if (accountId == actor.UserId) throw new ForbiddenException("You cannot change your own access.");
            var (member, email) = await db.MemberOfAsync(id, accountId, cancellation);
            rights.RequireAbove(member.Permissions);
            rights.RequireGrantable(request.Permissions, request.ExpiresAt);
            var changes = new AuditChanges().Set("permissions", member.Permissions, request.Permissions).Set("until", member.ExpiresAt, request.ExpiresAt);
            (member.Permissions, member.ExpiresAt) = ([.. request.Permissions], request.ExpiresAt);
            return new AuditNote(email, changes);
        }, cancellation, before: db => ServerOperations.LockAsync(db, id, cancellation));
    }
}

/// <summary>Takes somebody out of a server. What they hold open ends at once.</summary>
public sealed class RemoveMember(ServerOperations servers)
{
    /// <summary>Removes the membership.</summary>
    /// <exception cref="NotFoundException">There is no such server or member, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not, or the person may more than the actor.</exception>
    /// <exception cref="ConflictException">It is the actor itself, who can leave.</exception>
    public Task RunAsync(Actor actor, ServerId id, string accountId, CancellationToken cancellation) =>
        servers.ChangeAsync(actor, id, ServerPermissions.RemoveMembers, "member.remove", async (db, _, rights) =>
        {
            if (accountId == actor.UserId) throw new ConflictException("You cannot take yourself out; leave the server instead.");
            var (member, email) = await db.MemberOfAsync(id, accountId, cancellation);
            rights.RequireAbove(member.Permissions);
            db.Members.Remove(member);
            return new AuditNote(email, new AuditChanges().Set("permissions", member.Permissions, null));
        }, cancellation, before: db => ServerOperations.LockAsync(db, id, cancellation));
}

/// <summary>Gives up one's own access to somebody else's server.</summary>
public sealed class LeaveServer(ServerOperations servers)
{
    /// <summary>Removes the actor's membership.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor is none of its members.</exception>
    /// <exception cref="ConflictException">The actor owns the server.</exception>
    public Task RunAsync(Actor actor, ServerId id, CancellationToken cancellation) =>
        servers.ChangeAsync(actor, id, permission: null, "member.leave", async (db, server, _) =>
        {
            if (server.OwnerId == actor.UserId) throw new ConflictException("The server is yours: hand it to somebody else, or delete it.");
            var (member, email) = await db.MemberOfAsync(id, actor.UserId, cancellation);
            db.Members.Remove(member);
            return new AuditNote(email, new AuditChanges().Set("permissions", member.Permissions, null));
        }, cancellation, before: db => ServerOperations.LockAsync(db, id, cancellation));
}
