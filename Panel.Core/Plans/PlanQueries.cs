using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Plans;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Plans;

/// <summary>Reads plans.</summary>
public sealed class PlanQueries(IDbContextFactory<PanelDb> databases)
{
    /// <summary>All plans in their order, retired ones too: servers may still have them.</summary>
    public async Task<IReadOnlyList<PlanView>> ListAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return [.. (await db.Plans.AsNoTracking().OrderBy(plan => plan.Order).ThenBy(plan => plan.Key).ToListAsync(cancellation)).Select(View)];
    }

    /// <summary>All plans in their order, with how many servers have each.</summary>
    /// <exception cref="ForbiddenException">The actor may not change plans.</exception>
    public async Task<IReadOnlyList<PlanRow>> ListRowsAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManagePlans);
        var plans = await ListAsync(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var servers = await db.Servers.GroupBy(server => server.Plan).Select(some => new { some.Key, Count = some.Count() }).ToDictionaryAsync(some => some.Key, some => some.Count, cancellation);
        return [.. plans.Select(plan => new PlanRow(plan, servers.GetValueOrDefault(plan.Key)))];
    }

    static PlanView View(Plan plan) => new(plan.Key, plan.Name, plan.CpuMillis, plan.MemoryMiB, plan.DiskMiB) { Retired = plan.Retired, Templates = plan.Templates };
}
