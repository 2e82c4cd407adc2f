using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Plans;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Plans;

/// <summary>Reads quotas.</summary>
public sealed class QuotaQueries(IDbContextFactory<PanelDb> databases, QuotaRules rules, ServerOperations servers)
{
    /// <summary>What the actor's account may take, and what it takes.</summary>
    public async Task<QuotaView> FindAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await rules.ReadAsync(db, actor.UserId, apart: null, cancellation);
    }

    /// <summary>What the owner of a server may take, and takes: what counts for whoever moves it to another plan.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not change its plan.</exception>
    public async Task<QuotaView> FindAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        var server = await servers.ReadAsync(actor, id, ServerPermissions.ChangePlan, cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await rules.ReadAsync(db, server.OwnerId, apart: null, cancellation);
    }
}
