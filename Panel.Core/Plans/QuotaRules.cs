using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panel.Contracts.Plans;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Plans;

/// <summary>What an account may take, and what is left of it. The one place where a quota is checked.</summary>
public sealed class QuotaRules(IOptionsMonitor<QuotaOptions> defaults)
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
            new(account.Quota.Servers ?? role.Quota.Servers ?? defaults.CurrentValue.Servers, used?.Servers ?? 0),
            new(account.Quota.CpuMillis ?? role.Quota.CpuMillis ?? defaults.CurrentValue.CpuMillis, used?.Cpu ?? 0),
            new(account.Quota.MemoryMiB ?? role.Quota.MemoryMiB ?? defaults.CurrentValue.MemoryMiB, used?.Memory ?? 0),
            new(account.Quota.DiskMiB ?? role.Quota.DiskMiB ?? defaults.CurrentValue.DiskMiB, used?.Disk ?? 0),
            new(account.Quota.Ports ?? role.Quota.Ports ?? defaults.CurrentValue.Ports, ports));
    }

    /// <summary>The limits of whoever has a role and none of their own.</summary>
    internal QuotaRequest Inherited(Role role) => new()
    {
        Servers = role.Quota.Servers ?? defaults.CurrentValue.Servers,
        CpuMillis = role.Quota.CpuMillis ?? defaults.CurrentValue.CpuMillis,
        MemoryMiB = role.Quota.MemoryMiB ?? defaults.CurrentValue.MemoryMiB,
        DiskMiB = role.Quota.DiskMiB ?? defaults.CurrentValue.DiskMiB,
        Ports = role.Quota.Ports ?? defaults.CurrentValue.Ports,
    };

    /// <summary>Refuses a server that would take more than is left.</summary>
    /// <param name="quota">The owner's quota, without the server itself.</param>
    /// <param name="plan">The limits it is given.</param>
    /// <param name="ports">How many ports it takes.</param>
    /// <param name="has">The server where it is there already: what does not grow is not asked for, even of somebody who has too much.</param>
    /// <exception cref="QuotaExceededException">Names what is short.</exception>
    internal static void Require(QuotaView quota, Plan plan, int ports, Server? has = null)
    {
        if (has is null) Require("servers", 1, quota.Servers);
        if (has is null || plan.CpuMillis > has.CpuMillis) Require("CPU", plan.CpuMillis, quota.CpuMillis, Cores);
        if (has is null || plan.MemoryMiB > has.MemoryMiB) Require("memory", plan.MemoryMiB, quota.MemoryMiB, Size);
        if (has is null || plan.DiskMiB > has.DiskMiB) Require("disk", plan.DiskMiB, quota.DiskMiB, Size);
        if (has is null) Require("ports", ports, quota.Ports);
    }

    /// <summary>Refuses a port more where none is left.</summary>
    /// <exception cref="QuotaExceededException">Names what is short.</exception>
    internal static void RequirePort(QuotaView quota) => Require("ports", 1, quota.Ports);

    /// <summary>Refuses more ports for a server than are left.</summary>
    /// <param name="quota">The owner's quota, without the server itself.</param>
    /// <param name="ports">How many it takes.</param>
    /// <param name="has">How many it has: what does not grow is not asked for.</param>
    /// <exception cref="QuotaExceededException">It is more.</exception>
    internal static void RequirePorts(QuotaView quota, int ports, int has)
    {
        if (ports > has) Require("ports", ports, quota.Ports);
    }

    /// <summary>Refuses to hand servers to somebody for whom they are more than is left.</summary>
    /// <exception cref="QuotaExceededException">Names what is short.</exception>
    internal static void Require(QuotaView quota, IReadOnlyCollection<Server> servers)
    {
        Require("servers", servers.Count, quota.Servers);
        Require("CPU", servers.Sum(server => server.CpuMillis), quota.CpuMillis, Cores);
        Require("memory", servers.Sum(server => server.MemoryMiB), quota.MemoryMiB, Size);
        Require("disk", servers.Sum(server => server.DiskMiB), quota.DiskMiB, Size);
        Require("ports", servers.Sum(server => server.Allocations.Count), quota.Ports);
    }

    /// <summary>
    /// Refuses to start a server when those of its owner that run take all that the quota allows: where limits were lowered below what is there,
    /// nothing is taken away, but no more of it runs than the limits say. Under <see cref="LockAsync"/>.
    /// </summary>
    /// <exception cref="QuotaExceededException">Names what is short.</exception>
    internal async Task RequireStartAsync(PanelDb db, Server server, CancellationToken cancellation)
    {
        if (server.Intent == RunIntent.Running) return;
        var all = await ReadAsync(db, server.OwnerId, apart: null, cancellation);
        var running = await db.Servers.Where(other => other.OwnerId == server.OwnerId && other.Id != server.Id && other.Intent == RunIntent.Running).GroupBy(_ => 1)
            .Select(some => new { Servers = some.Count(), Cpu = some.Sum(s => s.CpuMillis), Memory = some.Sum(s => s.MemoryMiB) }).SingleOrDefaultAsync(cancellation);
        Require("running servers", 1, all.Servers with { Used = running?.Servers ?? 0 });
        Require("CPU", server.CpuMillis, all.CpuMillis with { Used = running?.Cpu ?? 0 }, Cores);
        Require("memory", server.MemoryMiB, all.MemoryMiB with { Used = running?.Memory ?? 0 }, Size);
    }

    // what has no unit is counted: "1 server", "2 ports"
    static void Require(string resource, int asked, QuotaLine line, Func<int, string>? unit = null)
    {
        if (asked <= line.Left) return;
        string Words(int amount) => unit is null ? string.Create(CultureInfo.InvariantCulture, $"{amount} {(amount == 1 ? resource[..^1] : resource)}") : unit(amount);
        throw new QuotaExceededException(resource, unit is null ? Words(asked) : $"{Words(asked)} of {resource}", line.Left == 0 ? "nothing" : Words(line.Left), Words(line.Limit));
    }

    static string Cores(int millis) => string.Create(CultureInfo.InvariantCulture, $"{millis / 1000.0:0.###} cores");

    static string Size(int mib) => mib < 1024 ? string.Create(CultureInfo.InvariantCulture, $"{mib} MiB") : string.Create(CultureInfo.InvariantCulture, $"{mib / 1024.0:0.##} GiB");
}
