using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Plans;
using Panel.Core.Access;

namespace Panel.Core.Plans;

/// <summary>Reads quotas.</summary>
public sealed class QuotaQueries(IDbContextFactory<PanelDb> databases, QuotaRules rules)
{
    /// <summary>What the actor's account may take, and what it takes.</summary>
    public async Task<QuotaView> FindAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await rules.ReadAsync(db, actor.UserId, apart: null, cancellation);
    }
}
