using Microsoft.AspNetCore.Builder;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>The Kubernetes API over the store.</summary>
public static class ClusterApi
{
    /// <summary>Maps authentication and every endpoint of stored objects. What needs the kubelet (logs, exec, attach, metrics) is mapped by it, after this.</summary>
    /// <param name="app">Where to map.</param>
    /// <param name="store">The objects.</param>
    /// <param name="operations">The verbs on them.</param>
    /// <param name="token">The bearer token that every request must carry.</param>
    public static void Map(WebApplication app, ObjectStore store, ObjectOperations operations, string token)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentException.ThrowIfNullOrEmpty(token);
    }
}
