using System.Globalization;
using Panel.Core.Servers;
using Panel.Kube.Client;

namespace Panel.Kube.Servers;

/// <summary>What a cluster can do of what servers are given.</summary>
/// <param name="ClaimRetention">Whether a StatefulSet can say what becomes of its claims (Kubernetes 1.23).</param>
/// <param name="NetworkPolicies">Whether it has network policies.</param>
/// <param name="DisruptionBudgets">Whether it has disruption budgets.</param>
/// <param name="OldDisruptionBudgets">Whether it has those of <c>policy/v1beta1</c> alone (before Kubernetes 1.21).</param>
sealed record ClusterAbilities(bool ClaimRetention, bool NetworkPolicies, bool DisruptionBudgets, bool OldDisruptionBudgets = false)
{
    /// <summary>Those of a cluster of today.</summary>
    public static ClusterAbilities All { get; } = new(true, true, true);

    /// <summary>The disruption budgets that it has.</summary>
    public Kind<Wire.PodDisruptionBudget> BudgetKind() => OldDisruptionBudgets ? Kinds.OldDisruptionBudgets : Kinds.DisruptionBudgets;

    /// <summary>Asks the cluster, and notes what servers must do without.</summary>
    public static async Task<ClusterAbilities> FindAsync(KubeClient client, KubeOptions options, ObservedCluster notes, CancellationToken cancellation)
    {
        var version = await client.VersionAsync(cancellation);
        var minor = int.TryParse(version.Minor.TrimEnd('+'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
        var networks = await client.ServesAsync(Kinds.NetworkPolicies, cancellation);
        var budgets = await client.ServesAsync(Kinds.DisruptionBudgets, cancellation);
        var old = !budgets && await client.ServesAsync(Kinds.OldDisruptionBudgets, cancellation);
        Note(Kinds.NetworkPolicies, networks || !options.NetworkPolicies, "servers can reach each other and the cluster's own network");
        Note(Kinds.DisruptionBudgets, budgets || old || !options.DisruptionBudgets, "whoever empties a node stops the servers on it");
        return new(version.Major != "1" || minor >= 23, networks, budgets || old, old);

        void Note<T>(Kind<T> kind, bool well, string without) where T : Wire.KubeObject =>
            notes.Note(kind.Plural, well ? null : $"This cluster ({version.GitVersion}) has no {kind.Plural} ({kind.ApiVersion}): {without}.");
    }
}
