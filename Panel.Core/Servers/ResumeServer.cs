using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;

namespace Panel.Core.Servers;

/// <summary>Puts a server back into use: what was wanted of it before is wanted again.</summary>
public sealed class ResumeServer(ServerOperations servers)
{
    /// <summary>Resumes it. It stays out of use while its owner's account is.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor does not run the servers of others.</exception>
    /// <exception cref="ConflictException">It is not suspended by itself.</exception>
    public Task RunAsync(Actor actor, ServerId id, CancellationToken cancellation) =>
        servers.ChangeAsync(actor, id, permission: null, "server.resume", async (db, server, _) =>
        {
            actor.Require(PanelPermissions.ManageServers);
            server.Resume(Suspension.Server, await db.Users.Where(account => account.Id == server.OwnerId).Select(account => account.SuspendReason).SingleAsync(cancellation));
            return new AuditNote(server.Suspension == Suspension.None ? "" : "its owner's account is suspended still");
        }, cancellation);
}
