namespace Panel.Core.Servers;

/// <summary>A machine of the cluster.</summary>
/// <param name="Name">What the cluster calls it.</param>
/// <param name="Ready">Whether it takes pods.</param>
/// <param name="CpuMillis">The processor share that pods can have, in thousandths of a core.</param>
/// <param name="MemoryMiB">The memory that pods can have, in MiB.</param>
/// <param name="DiskMiB">The disk that pods can have beside their volumes, in MiB; null where the cluster does not tell.</param>
/// <param name="Version">The version of Kubernetes it runs.</param>
/// <param name="System">Its operating system, in words.</param>
/// <param name="Architecture">Its kind of processor, as Kubernetes calls it (<c>amd64</c>); null where the cluster does not tell.</param>
public sealed record ClusterNode(string Name, bool Ready, long CpuMillis, long MemoryMiB, long? DiskMiB, string Version, string System, string? Architecture = null)
{
    /// <summary>Its labels, which node pools choose by.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

/// <summary>A kind of volumes that the cluster makes.</summary>
/// <param name="Name">What the cluster calls it.</param>
/// <param name="Provisioner">What makes them.</param>
/// <param name="Default">Whether it is the one that is used when none is named.</param>
/// <param name="Grows">Whether a volume can grow.</param>
public sealed record ClusterStorage(string Name, string Provisioner, bool Default, bool Grows);

/// <summary>What the cluster is made of.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Nodes">Its machines; null where the panel's account may not see them.</param>
/// <param name="Storage">Its kinds of volumes; null where it has none to name, or the panel's account may not see them.</param>
public sealed record ClusterMachines(string Version, IReadOnlyList<ClusterNode>? Nodes, IReadOnlyList<ClusterStorage>? Storage);

/// <summary>Reads what the cluster is made of.</summary>
public interface IClusterMachines
{
    /// <summary>Asks the cluster.</summary>
    /// <exception cref="Errors.ClusterUnavailableException">The cluster cannot be reached or refuses.</exception>
    Task<ClusterMachines> ReadAsync(CancellationToken cancellation);
}
