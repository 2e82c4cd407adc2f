using System.Globalization;
using Panel.Core.Servers;
using Panel.Kube.Client;

namespace Panel.Kube.Servers;

/// <summary>What a cluster can do of what servers are given.</summary>
/// <param name="ClaimRetention">Whether a StatefulSet can say what becomes of its claims (Kubernetes 1.23).</param>
/// <param name="NetworkPolicies">Whether it has network policies.</param>
/// <param name="DisruptionBudgets">Whether it has disruption budgets (Kubernetes 1.21).</param>
sealed record ClusterAbilities(bool ClaimRetention, bool NetworkPolicies, bool DisruptionBudgets)
{
    /// <summary>Those of a cluster of today.</summary>
    public static ClusterAbilities All { get; } = new(true, true, true);

    /// <summary>Asks the cluster, and notes what servers must do without.</summary>
    public static async Task<ClusterAbilities> FindAsync(KubeClient client, KubeOptions options, ObservedCluster notes, CancellationToken cancellation)
    {
        var version = await client.VersionAsync(cancellation);
        var minor = int.TryParse(version.Minor.TrimEnd('+'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
        return new(version.Major != "1" || minor >= 23,
            await ServesAsync(client, Kinds.NetworkPolicies, options.NetworkPolicies, "servers can reach each other and the cluster's own network", version, notes, cancellation),
            await ServesAsync(client, Kinds.DisruptionBudgets, options.DisruptionBudgets, "whoever empties a node stops the servers on it", version, notes, cancellation));
    }

    static async Task<bool> ServesAsync<T>(KubeClient client, Kind<T> kind, bool wanted, string without, Wire.ClusterVersion version, ObservedCluster notes, CancellationToken cancellation)
        where T : Wire.KubeObject
    {
        var served = await client.ServesAsync(kind, cancellation);
        notes.Note(kind.Plural, served || !wanted ? null : $"This cluster ({version.GitVersion}) has no {kind.Plural} ({kind.ApiVersion}): {without}.");
        return served;
    }
}
