using System.Net;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>Reads the machines and the kinds of volumes of a cluster. Both belong to the whole cluster: an account of one namespace may not see them, and does well without.</summary>
sealed class KubeMachines(KubeClient client) : IClusterMachines
{
    const string DefaultClass = "storageclass.kubernetes.io/is-default-class";

    public Task<ClusterMachines> ReadAsync(CancellationToken cancellation) => ClusterCalls.GuardAsync(async () =>
    {
        var version = await client.VersionAsync(cancellation);
        var nodes = await AllAsync(Kinds.Nodes, cancellation);
        var storage = await AllAsync(Kinds.StorageClasses, cancellation);
        return new ClusterMachines(version.GitVersion, nodes is null ? null : [.. nodes.Select(Node)], storage is null ? null : [.. storage.Select(Storage)]);
    });

    async Task<List<T>?> AllAsync<T>(Kind<T> kind, CancellationToken cancellation) where T : KubeObject
    {
        try
        {
            var all = new List<T>();
            await foreach (var page in client.PagesAsync(kind, space: null, new(), cancellation)) all.AddRange(page.Items);
            return all;
        }
        catch (KubeException refusal) when (refusal.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    static ClusterNode Node(Node node)
    {
        var ready = node.Spec?.Unschedulable != true && node.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
        var system = node.Status?.NodeInfo;
        return new(node.Metadata.Name ?? "", ready, Amount(node, "cpu", 1000) ?? 0, Amount(node, "memory", 1 / 1048576m) ?? 0, Amount(node, "ephemeral-storage", 1 / 1048576m), system?.KubeletVersion ?? "", system?.OsImage ?? "", node.Metadata.Labels?.GetValueOrDefault("kubernetes.io/arch")) { Labels = node.Metadata.Labels ?? [] };
    }

    static long? Amount(Node node, string resource, decimal unit) =>
        Quantity.TryParse((node.Status?.Allocatable ?? node.Status?.Capacity)?.GetValueOrDefault(resource), out var amount) ? (long)(amount * unit) : null;

    static ClusterStorage Storage(StorageClass kind) =>
        new(kind.Metadata.Name ?? "", kind.Provisioner ?? "", kind.Metadata.Annotations?.GetValueOrDefault(DefaultClass) == "true", kind.AllowVolumeExpansion == true);
}
