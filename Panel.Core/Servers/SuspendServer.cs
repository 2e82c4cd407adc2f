using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;

namespace Panel.Core.Servers;

/// <summary>Takes a server out of use: what runs is stopped, the files stay, and whoever asks anything of it is told why.</summary>
public sealed class SuspendServer(ServerOperations servers)
{
    /// <summary>Suspends it; one that is suspended already gets another reason.</summary>
    /// <exception cref="InvalidFieldException">There is no reason, or it is too long.</exception>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor does not run the servers of others.</exception>
    public Task RunAsync(Actor actor, ServerId id, SuspendRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        return servers.ChangeAsync(actor, id, permission: null, "server.suspend", (_, server, _) =>
        {
            actor.Require(PanelPermissions.ManageServers);
            server.RequireNotDeleting();
            server.Suspend(Suspension.Server, request.Reason.Trim());
            return Task.FromResult(new AuditNote(server.SuspendReason));
        }, cancellation);
    }
}
