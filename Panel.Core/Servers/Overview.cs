using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Audit;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;

namespace Panel.Core.Servers;

/// <summary>Reads what an administrator sees first.</summary>
public sealed class Overview(IDbContextFactory<PanelDb> databases, ServerQueries queries, IClusterMachines machines)
{
    const int Few = 8;

    /// <summary>All that the actor may see of it.</summary>
    public async Task<OverviewView> ReadAsync(Actor actor, CancellationToken cancellation)
    {
        var servers = actor.May(PanelPermissions.ReadServers) || actor.May(PanelPermissions.ManageServers);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var people = db.Users.Where(DeleteAccount.Stays);
        var rows = servers ? await queries.ListAsync(actor, cancellation) : [];
        return new()
        {
            Phases = servers ? rows.CountBy(row => row.Phase).ToDictionary() : null,
            Failing = [.. rows.Where(row => row.Phase == ServerPhase.Failing).Take(Few)],
            Capacity = actor.May(PanelPermissions.ReadCluster) ? await CapacityAsync(db, cancellation) : null,
            Users = actor.May(PanelPermissions.ReadUsers)
                ? (await people.CountAsync(cancellation), await people.CountAsync(account => account.SuspendedAt != null, cancellation), await people.CountAsync(account => !account.EmailConfirmed, cancellation)) : null,
            SignIns = actor.May(PanelPermissions.ReadAudit) ? await SignInsAsync(db, cancellation) : null,
        };
    }

    async Task<CapacityView> CapacityAsync(PanelDb db, CancellationToken cancellation)
    {
        var sums = await db.Servers.GroupBy(server => server.Intent)
            .Select(group => new { group.Key, Cpu = group.Sum(server => (long)server.CpuMillis), Memory = group.Sum(server => (long)server.MemoryMiB), Disk = group.Sum(server => (long)server.DiskMiB) })
            .ToListAsync(cancellation);
        var (nodes, problem) = await NodesAsync(cancellation);
        var running = sums.SingleOrDefault(sum => sum.Key == RunIntent.Running);
        return new(
            new(sums.Sum(sum => sum.Cpu), running?.Cpu ?? 0, nodes?.Sum(node => node.CpuMillis)),
            new(sums.Sum(sum => sum.Memory), running?.Memory ?? 0, nodes?.Sum(node => node.MemoryMiB)),
            new(sums.Sum(sum => sum.Disk), running?.Disk ?? 0, nodes is null || nodes.Any(node => node.DiskMiB is null) ? null : nodes.Sum(node => node.DiskMiB)), problem);
    }

    async Task<(IReadOnlyList<ClusterNode>? Nodes, string? Problem)> NodesAsync(CancellationToken cancellation)
    {
        try
        {
            return await machines.ReadAsync(cancellation) is { Nodes: { } nodes } ? ([.. nodes.Where(node => node.Ready)], null) : (null, "The panel's account may not see the cluster's nodes.");
        }
        catch (ClusterUnavailableException away)
        {
            return (null, away.Message);
        }
    }

    // two walks along an index, whatever else the audit is full of
    static async Task<IReadOnlyList<AuditRow>> SignInsAsync(PanelDb db, CancellationToken cancellation)
    {
        var found = new List<AuditRow>();
        foreach (var action in new[] { "account.sign-in", "account.sign-in-failed" })
        {
            found.AddRange(await db.Audit.AsNoTracking().Where(record => record.Action == action).OrderByDescending(record => record.Id).Take(Few)
                .Select(record => new AuditRow(record.Id, record.At, record.ActorName, record.Address, record.Action, record.Subject, record.Detail)).ToListAsync(cancellation));
        }
        return [.. found.OrderByDescending(row => row.Id).Take(Few)];
    }
}
