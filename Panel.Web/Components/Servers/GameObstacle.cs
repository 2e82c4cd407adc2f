using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Templates;
using Panel.Web.Components.Kit;

namespace Panel.Web.Components.Servers;

/// <summary>Why a game does not run on this cluster.</summary>
/// <param name="Words">In a few words.</param>
/// <param name="Why">What is missing, and what to do about it where something can be done.</param>
public sealed record GameObstacle(string Words, string Why)
{
    /// <summary>What keeps a game from running here; null where nothing is known against it.</summary>
    /// <param name="template">The game.</param>
    /// <param name="missing">What the cluster lacks; null where it does not tell.</param>
    /// <param name="nodes">Its machines; null where they are not known.</param>
    public static GameObstacle? Of(Template template, IReadOnlyList<MissingProgram>? missing, IReadOnlyList<ClusterNode>? nodes)
    {
        if (template.Lacks(null, missing ?? []) is { Count: > 0 } lacks) return new("Not installed", string.Join(" ", lacks.Select(program => program.Advice).Distinct()));
        if (nodes is null or []) return null;
        if (template.Architectures.Count > 0 && nodes.All(node => node.Architecture is { } kind && !template.Architectures.Contains(kind))) return new("Other processor", $"Its images are for {string.Join(", ", template.Architectures)}, and no machine of the cluster is.");
        return nodes.All(node => node.MemoryMiB > 0 && node.MemoryMiB < template.MinMemoryMiB) ? new("Too large here", $"It runs from {Amount.MiB(template.MinMemoryMiB)} of memory, and no machine of the cluster has that.") : null;
    }

    /// <summary>The machines of the cluster; null where they cannot be asked for: no game is marked for them then.</summary>
    public static async Task<IReadOnlyList<ClusterNode>?> NodesAsync(IClusterMachines machines, CancellationToken cancellation)
    {
        try { return (await machines.ReadAsync(cancellation)).Nodes; }
        catch (PanelException) { return null; }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested) { return null; }
    }
}
