using System.ComponentModel.DataAnnotations;
using System.Net.NetworkInformation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panel.Contracts.Servers;
using Panel.Core.Database;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>The ports that servers are given.</summary>
public sealed class PortOptions : IValidatableObject
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Ports";

    /// <summary>The first port.</summary>
    [Range(1024, 65535)]
    public int First { get; init; } = 25565;

    /// <summary>The last port.</summary>
    [Range(1024, 65535)]
    public int Last { get; init; } = 26564;

    /// <summary>Whether ports on which another program of this machine listens are passed over.</summary>
    public bool SkipBusy { get; init; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Last < First) yield return new("Panel:Ports:Last must not be below Panel:Ports:First.", [nameof(Last)]);
    }
}

/// <summary>The rules of <see cref="PortOptions"/>.</summary>
[OptionsValidator]
public sealed partial class PortOptionsValidator : IValidateOptions<PortOptions>;

/// <summary>Gives each server ports that no other server has.</summary>
public sealed class PortPool(IOptionsMonitor<PortOptions> options, IOptionsMonitor<NodePoolOptions> nodes)
{
    /// <summary>Refuses a plan whose nodes are not set up now: anywhere else the volume would be out of their reach once they are back.</summary>
    /// <exception cref="ConflictException">They are not.</exception>
    internal void RequireNodes(Plan plan)
    {
        if (plan.NodePool.Length > 0 && nodes.CurrentValue.Find(plan.NodePool) is null) throw new ConflictException($"The plan {plan.Name} is for the node pool {plan.NodePool}, which is not set up now. An administrator can set it up again (Panel:Cluster:NodePools) or choose another for the plan.");
    }

    /// <summary>Takes the lowest free ports of a server's nodes for a template, within the caller's transaction.</summary>
    /// <exception cref="ConflictException">All ports are taken.</exception>
    internal async Task<IReadOnlyList<Allocation>> TakeAsync(PanelDb db, Server server, Template template, CancellationToken cancellation)
    {
        if (template.Ports.Count == 0) return [];
        var free = await TakeAsync(db, server.NodePool, template.Ports.Count, cancellation);
        return [.. template.Ports.Select((port, order) => new Allocation { Port = free[order], ServerId = server.Id, Name = port.Name, Order = order })];
    }

    /// <summary>Takes the lowest free port of a server's nodes, within the caller's transaction.</summary>
    /// <exception cref="ConflictException">All ports are taken.</exception>
    internal async Task<int> TakeAsync(PanelDb db, Server server, CancellationToken cancellation) => (await TakeAsync(db, server.NodePool, 1, cancellation))[0];

    async Task<List<int>> TakeAsync(PanelDb db, string nodePool, int count, CancellationToken cancellation)
    {
        var pool = nodes.CurrentValue.Find(nodePool);
        var (first, last) = (pool?.First ?? options.CurrentValue.First, pool?.Last ?? options.CurrentValue.Last);
        // whoever updates this row first takes ports first, on both databases
        await db.Marks.Where(mark => mark.Name == Mark.Ports).ExecuteUpdateAsync(set => set.SetProperty(mark => mark.Stamp, mark => mark.Stamp + 1), cancellation);
        var taken = (await db.Allocations.Select(allocation => allocation.Port).ToListAsync(cancellation)).ToHashSet();
        if (options.CurrentValue.SkipBusy) taken.UnionWith(Busy());
        var free = Enumerable.Range(first, last - first + 1).Where(port => !taken.Contains(port)).Take(count).ToList();
        return free.Count == count ? free : throw new ConflictException(pool?.First is null ? "All ports are taken. An administrator can widen the range (Panel:Ports)." : $"All ports of the nodes {pool.Title} are taken. An administrator can widen their range (Panel:Cluster:NodePools).");
    }

    /// <summary>Ports that some program of this machine listens on now. Where the system does not tell, none.</summary>
    static IEnumerable<int> Busy()
    {
        try
        {
            var network = IPGlobalProperties.GetIPGlobalProperties();
            return [.. network.GetActiveTcpListeners().Concat(network.GetActiveUdpListeners()).Select(end => end.Port)];
        }
        catch (Exception failure) when (failure is NetworkInformationException or PlatformNotSupportedException)
        {
            return [];
        }
    }
}
