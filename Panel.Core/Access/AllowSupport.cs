using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Access;

/// <summary>Lets support read a server's console and files for a day, or ends that.</summary>
public sealed class AllowSupport(ServerOperations servers, TimeProvider clock)
{
    /// <summary>How long support may look.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Allows it from now on, or ends it at once.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may let nobody in, or may not read those itself.</exception>
    public Task RunAsync(Actor actor, ServerId id, bool allowed, CancellationToken cancellation) =>
        servers.ChangeAsync(actor, id, ServerPermissions.InviteMembers, allowed ? "support.allow" : "support.end", (_, server, rights) =>
        {
            server.RequireNotDeleting();
            var (before, until) = (server.SupportUntil, allowed ? clock.GetUtcNow() + Lifetime : (DateTimeOffset?)null);
            if (allowed) rights.RequireGrantable(AccessRules.Supporting, until);
            server.SupportUntil = until;
            return Task.FromResult(new AuditNote("", new AuditChanges().Set("until", before, until)));
        }, cancellation);
}
