using Microsoft.Extensions.Logging;

namespace Panel.LocalCluster;

/// <summary>The cluster of one machine, running in this process: API server, controllers and kubelet.</summary>
public sealed class LocalClusterHost : IAsyncDisposable
{
    LocalClusterHost(Uri address, string token, string kubeconfigPath, IsolationStatus isolation) =>
        (Address, Token, KubeconfigPath, Isolation) = (address, token, kubeconfigPath, isolation);

    /// <summary>Where the API answers.</summary>
    public Uri Address { get; }

    /// <summary>The bearer token it wants.</summary>
    public string Token { get; }

    /// <summary>A kubeconfig of both, readable by this user alone.</summary>
    public string KubeconfigPath { get; }

    /// <summary>Whether pods are kept apart from the machine.</summary>
    public IsolationStatus Isolation { get; }

    /// <summary>Takes over the pods of an earlier run and starts to serve.</summary>
    /// <exception cref="InvalidOperationException">Isolation is required and cannot be had, or the data directory is in use.</exception>
    public static Task<LocalClusterHost> StartAsync(LocalClusterOptions options, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellation) =>
        throw new InvalidOperationException("The local cluster is not built yet.");

    /// <summary>Ends pods or leaves them (<see cref="LocalClusterOptions.OnShutdown"/>), then stops serving.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
