using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Plans;

namespace Panel.Core.Plans;

/// <summary>Reads plans.</summary>
public sealed class PlanQueries(IDbContextFactory<PanelDb> databases)
{
    /// <summary>All plans, smallest first.</summary>
    public async Task<IReadOnlyList<PlanView>> ListAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Plans.AsNoTracking().OrderBy(plan => plan.Order).ThenBy(plan => plan.Key)
            .Select(plan => new PlanView(plan.Key, plan.Name, plan.CpuMillis, plan.MemoryMiB, plan.DiskMiB)).ToListAsync(cancellation);
    }
}
