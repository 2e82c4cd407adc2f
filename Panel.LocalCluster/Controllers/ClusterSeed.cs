using Panel.Kube.Wire;
using Panel.LocalCluster.Authorization;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>What every cluster has from the beginning.</summary>
static class ClusterSeed
{
    public static async Task PlantAsync(Objects objects, CancellationToken cancellation)
    {
        foreach (var name in (string[])["default", "kube-system", "kube-public", "kube-node-lease"])
        {
            if (objects.Find<Namespace>(null, name) is null) await objects.CreateAsync(new Namespace { Metadata = new() { Name = name } }, cancellation);
        }
        await BootstrapRoles.PlantAsync(objects, cancellation);
    }
}
