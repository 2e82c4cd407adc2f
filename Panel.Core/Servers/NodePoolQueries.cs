using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Servers;

/// <summary>A group of nodes, and what is on them.</summary>
/// <param name="Pool">The group.</param>
/// <param name="Servers">How many servers are on it.</param>
/// <param name="Ports">How many ports those have.</param>
/// <param name="Plans">The names of the plans that are for it, in their order.</param>
public sealed record NodePoolRow(NodePool Pool, int Servers, int Ports, IReadOnlyList<string> Plans);

/// <summary>Reads the groups of nodes.</summary>
public sealed class NodePoolQueries(IDbContextFactory<PanelDb> databases, IOptionsMonitor<NodePoolOptions> options)
{
    /// <summary>The groups that are set up, in their order.</summary>
    /// <exception cref="ForbiddenException">The actor may not see the cluster.</exception>
    public async Task<IReadOnlyList<NodePoolRow>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ReadCluster);
        if (options.CurrentValue.NodePools is not { Count: > 0 } pools) return [];
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var servers = await db.Servers.Where(server => server.NodePool != "").GroupBy(server => server.NodePool).Select(some => new { some.Key, Count = some.Count(), Ports = some.Sum(server => server.Allocations.Count) }).ToDictionaryAsync(some => some.Key, cancellation);
        var plans = (await db.Plans.AsNoTracking().Where(plan => plan.NodePool != "").OrderBy(plan => plan.Order).Select(plan => new { plan.NodePool, plan.Name }).ToListAsync(cancellation)).ToLookup(plan => plan.NodePool, plan => plan.Name);
        return [.. pools.Select(pool => new NodePoolRow(pool, servers.GetValueOrDefault(pool.Key)?.Count ?? 0, servers.GetValueOrDefault(pool.Key)?.Ports ?? 0, [.. plans[pool.Key]]))];
    }
}
