using Panel.Core.Errors;

namespace Panel.Core.Servers;

/// <summary>
/// The cluster that servers run on. Every call is idempotent: doing it again changes nothing. Each throws
/// <see cref="ClusterUnavailableException"/> when the cluster cannot be reached or refuses.
/// </summary>
public interface IServerCluster
{
    /// <summary>Whether an install script that needs it is the root of its own container.</summary>
    bool ScriptsMayBeRoot { get; }

    /// <summary>Makes the volume claim, the Service, the Secret and the StatefulSet as the spec says. How many pods run is left alone.</summary>
    Task ApplyAsync(ServerSpec spec, CancellationToken cancellation);

    /// <summary>Sets how many pods run: 0 or 1.</summary>
    Task ScaleAsync(string objectName, int replicas, CancellationToken cancellation);

    /// <summary>Ends the server's pod; with <paramref name="now"/> at once, without a chance to save. No pod is no error.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="podUid">The pod that is meant; another one, made since, is left alone.</param>
    /// <param name="now">Whether it gets no grace period.</param>
    /// <param name="cancellation">Gives up waiting for the answer.</param>
    Task EndPodAsync(string objectName, string podUid, bool now, CancellationToken cancellation);

    /// <summary>Makes the volume claim and runs the install script of the spec, which must have one, once for its attempt.</summary>
    Task InstallAsync(ServerSpec spec, CancellationToken cancellation);

    /// <summary>Asks for the removal of all the server has, its files included.</summary>
    /// <returns>Whether nothing is left.</returns>
    Task<bool> DeleteAsync(string objectName, CancellationToken cancellation);

    /// <summary>The names of all servers that the cluster holds anything of, to find what no row speaks of.</summary>
    Task<IReadOnlyCollection<string>> ListAsync(CancellationToken cancellation);
}
