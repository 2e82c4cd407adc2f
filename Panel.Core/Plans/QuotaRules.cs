using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panel.Contracts.Plans;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Plans;

/// <summary>What an account may take, and what is left of it. The one place where a quota is checked.</summary>
public sealed class QuotaRules(IOptions<QuotaOptions> defaults)
{
    /// <summary>
    /// Makes every other use of this account's quota wait until the transaction ends. It has to be the transaction's first statement:
    /// it takes SQLite's write lock, or PostgreSQL's lock on the row.
    /// </summary>
    /// <exception cref="NotFoundException">There is no such account.</exception>
    internal static async Task LockAsync(PanelDb db, string accountId, CancellationToken cancellation)
    {
        var found = await db.Users.Where(account => account.Id == accountId)
            .ExecuteUpdateAsync(set => set.SetProperty(account => account.QuotaStamp, account => account.QuotaStamp + 1), cancellation);
        if (found == 0) throw new NotFoundException("Account");
    }

    /// <summary>The account's limits and what its servers take, one of them apart if asked.</summary>
    internal async Task<QuotaView> ReadAsync(PanelDb db, string accountId, ServerId? apart, CancellationToken cancellation)
    {
        var account = await db.Users.AsNoTracking().SingleOrDefaultAsync(account => account.Id == accountId, cancellation) ?? throw new NotFoundException("Account");
        var role = await db.Roles.AsNoTracking().SingleAsync(role => role.Key == account.Role, cancellation);
        var servers = db.Servers.Where(server => server.OwnerId == accountId);
        if (apart is { } id) servers = servers.Where(server => server.Id != id);
        var used = await servers.GroupBy(_ => 1)
            .Select(all => new { Servers = all.Count(), Cpu = all.Sum(s => s.CpuMillis), Memory = all.Sum(s => s.MemoryMiB), Disk = all.Sum(s => s.DiskMiB) })
            .SingleOrDefaultAsync(cancellation);
        var ports = await servers.SelectMany(server => server.Allocations).CountAsync(cancellation);
        return new(
            new(account.Quota.Servers ?? role.Quota.Servers ?? defaults.Value.Servers, used?.Servers ?? 0),
            new(account.Quota.CpuMillis ?? role.Quota.CpuMillis ?? defaults.Value.CpuMillis, used?.Cpu ?? 0),
            new(account.Quota.MemoryMiB ?? role.Quota.MemoryMiB ?? defaults.Value.MemoryMiB, used?.Memory ?? 0),
            new(account.Quota.DiskMiB ?? role.Quota.DiskMiB ?? defaults.Value.DiskMiB, used?.Disk ?? 0),
            new(account.Quota.Ports ?? role.Quota.Ports ?? defaults.Value.Ports, ports));
    }

    /// <summary>The limits of whoever has a role and none of their own.</summary>
    internal QuotaRequest Inherited(Role role) => new()
    {
        Servers = role.Quota.Servers ?? defaults.Value.Servers,
        CpuMillis = role.Quota.CpuMillis ?? defaults.Value.CpuMillis,
        MemoryMiB = role.Quota.MemoryMiB ?? defaults.Value.MemoryMiB,
        DiskMiB = role.Quota.DiskMiB ?? defaults.Value.DiskMiB,
        Ports = role.Quota.Ports ?? defaults.Value.Ports,
    };

    /// <summary>Refuses what would take more than is left.</summary>
    /// <exception cref="QuotaExceededException">Names what is short.</exception>
    internal static void Require(QuotaView quota, Plan plan, int ports)
    {
        Require("servers", 1, quota.Servers, "");
        Require("CPU", plan.CpuMillis, quota.CpuMillis, "m");
        Require("memory", plan.MemoryMiB, quota.MemoryMiB, " MiB");
        Require("disk", plan.DiskMiB, quota.DiskMiB, " MiB");
        Require("ports", ports, quota.Ports, "");
    }

    /// <summary>Refuses to hand servers to somebody for whom they are more than is left.</summary>
    /// <exception cref="QuotaExceededException">Names what is short.</exception>
    internal static void Require(QuotaView quota, IReadOnlyCollection<Server> servers)
    {
        Require("servers", servers.Count, quota.Servers, "");
        Require("CPU", servers.Sum(server => server.CpuMillis), quota.CpuMillis, "m");
        Require("memory", servers.Sum(server => server.MemoryMiB), quota.MemoryMiB, " MiB");
        Require("disk", servers.Sum(server => server.DiskMiB), quota.DiskMiB, " MiB");
        Require("ports", servers.Sum(server => server.Allocations.Count), quota.Ports, "");
    }

    static void Require(string resource, int asked, QuotaLine line, string unit)
    {
        if (asked > line.Left) throw new QuotaExceededException(resource, $"{asked}{unit}", $"{line.Left}{unit}");
    }
}
