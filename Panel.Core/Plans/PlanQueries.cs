using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Plans;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Plans;

/// <summary>Reads plans.</summary>
public sealed class PlanQueries(IDbContextFactory<PanelDb> databases, ServerOperations servers)
{
    /// <summary>The plans that the actor may choose for a new server, in their order.</summary>
    public async Task<IReadOnlyList<PlanView>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await ListAsync(db, actor, actor.UserId, has: null, cancellation);
    }

    /// <summary>The plan that a server has, and those that the actor may move it to, in their order.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not change its plan.</exception>
    public async Task<IReadOnlyList<PlanView>> ListAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        var server = await servers.ReadAsync(actor, id, ServerPermissions.ChangePlan, cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await ListAsync(db, actor, server.OwnerId, server.Plan, cancellation);
    }

    /// <summary>All plans in their order, retired ones too, with how many servers have each.</summary>
    /// <exception cref="ForbiddenException">The actor may not change plans.</exception>
    public async Task<IReadOnlyList<PlanRow>> ListRowsAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManagePlans);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var plans = await Ordered(db).ToListAsync(cancellation);
        var counts = await db.Servers.GroupBy(server => server.Plan).Select(some => new { some.Key, Count = some.Count() }).ToDictionaryAsync(some => some.Key, some => some.Count, cancellation);
        return [.. plans.Select(plan => new PlanRow(View(plan), counts.GetValueOrDefault(plan.Key)) { Limited = plan.Limited, Roles = plan.Roles, Groups = plan.Groups })];
    }

    /// <summary>The roles that a plan can be for: what people call them, by key.</summary>
    /// <exception cref="ForbiddenException">The actor may not change plans.</exception>
    public async Task<IReadOnlyDictionary<string, string>> RolesAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManagePlans);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Roles.NamesAsync(db, cancellation);
    }

    static IQueryable<Plan> Ordered(PanelDb db) => db.Plans.AsNoTracking().OrderBy(plan => plan.Order).ThenBy(plan => plan.Key);

    static async Task<IReadOnlyList<PlanView>> ListAsync(PanelDb db, Actor actor, string ownerId, string? has, CancellationToken cancellation)
    {
        var isFor = await PlanAudience.FindAsync(db, actor, ownerId, cancellation);
        return [.. (await Ordered(db).ToListAsync(cancellation)).Where(plan => plan.Key == has || (!plan.Retired && isFor(plan))).Select(View)];
    }

    static PlanView View(Plan plan) => new(plan.Key, plan.Name, plan.CpuMillis, plan.MemoryMiB, plan.DiskMiB) { Retired = plan.Retired, NodePool = plan.NodePool, Templates = plan.Templates };
}
