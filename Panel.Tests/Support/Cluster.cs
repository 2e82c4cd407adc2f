using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Panel.Contracts.Servers;
using Panel.Core.Console;
using Panel.Core.Files;
using Panel.Core.Reconciling;
using Panel.Core.Replicas;
using Panel.Core.Servers;
using Panel.Kube;
using Panel.Kube.Client;
using Panel.Kube.Replicas;
using Panel.Kube.Servers;
using Panel.LocalCluster;
using Xunit;

[assembly: AssemblyFixture(typeof(Panel.Tests.Support.Cluster))]

namespace Panel.Tests.Support;

/// <summary>
/// One cluster for the whole run, started with the first test that asks for it, and a namespace a test. It is the cluster of this machine
/// unless <c>PANEL_TEST_KUBECONFIG</c> names another.
/// </summary>
public sealed class Cluster : IAsyncDisposable
{
    readonly SemaphoreSlim gate = new(1);
    readonly TempFolder folder = new();
    LocalClusterHost? host;
    int spaces;

    /// <summary>A namespace of its own with an adapter that watches it.</summary>
    public async Task<ClusterSpace> OpenAsync(bool watching = true)
    {
        var space = string.Create(CultureInfo.InvariantCulture, $"test-{Environment.ProcessId}-{Interlocked.Increment(ref spaces)}");
        var opened = new ClusterSpace(await KubeconfigAsync(), space);
        await opened.Get<ServerNamespace>().EnsureAsync(TestContext.Current.CancellationToken);
        if (watching) await opened.WatchAsync();
        return opened;
    }

    /// <summary>A kubeconfig of the cluster.</summary>
    public async Task<string> KubeconfigAsync()
    {
        if (Environment.GetEnvironmentVariable("PANEL_TEST_KUBECONFIG") is { Length: > 0 } other) return other;
        await gate.WaitAsync();
        try
        {
            host ??= await LocalClusterHost.StartAsync(new() { DataDirectory = folder["cluster"] }, NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None);
            return host.KubeconfigPath;
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        folder.Dispose();
        gate.Dispose();
    }
}

/// <summary>A namespace and the adapter that works in it.</summary>
public sealed class ClusterSpace : IAsyncDisposable
{
    readonly ServiceProvider services;
    readonly CancellationTokenSource closing = new();
    Task watch = Task.CompletedTask;

    internal ClusterSpace(string kubeconfig, string space)
    {
        (Kubeconfig, Space) = (kubeconfig, space);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"{KubeOptions.Section}:{nameof(KubeOptions.Kubeconfig)}"] = kubeconfig,
            [$"{KubeOptions.Section}:{nameof(KubeOptions.Namespace)}"] = space,
        }).Build();
        services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddSingleton(TimeProvider.System)
            .AddSingleton<WorkQueue<ServerId>>().AddSingleton<ChangedServers>().AddSingleton<ChangesMade>().AddSingleton<Wake>().AddSingleton<LeaderGate>().AddSingleton(new ReplicaName(space)).AddSingleton<ObservedServers>().AddSingleton<ObservedCluster>()
            .AddKube().BuildServiceProvider();
    }

    /// <summary>How to reach the cluster.</summary>
    public string Kubeconfig { get; }

    /// <summary>The namespace.</summary>
    public string Space { get; }

    public IServerCluster Servers => Get<IServerCluster>();

    public IConsoleSource Consoles => Get<IConsoleSource>();

    public IServerFiles Files => Get<IServerFiles>();

    public ObservedServers Observed => Get<ObservedServers>();

    internal KubeClient Client => Get<KubeClient>();

    internal T Get<T>() where T : notnull => services.GetRequiredService<T>();

    internal async Task WatchAsync()
    {
        watch = Task.Run(() => Get<ServerWatch>().RunAsync(closing.Token));
        await Deadline.UntilAsync("the watches to be complete", () => Get<ObservedCluster>().Connected);
    }

    /// <summary>Waits until the server looks as it should.</summary>
    public async Task<ServerSeen?> SeenAsync(ServerId id, string what, Func<ServerSeen?, bool> isSo, TimeSpan? limit = null)
    {
        try
        {
            await Deadline.UntilAsync(what, () => isSo(Observed.Find(id)), limit);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; seen: {Observed.Find(id)}");
        }
        return Observed.Find(id);
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await watch.ContinueWith(static _ => { }, TaskScheduler.Default);
        // no test waits for a game to save
        foreach (var name in await Servers.ListAsync(CancellationToken.None)) await Servers.DeleteAsync(name, CancellationToken.None);
        await Client.DeleteAsync(Kinds.Namespaces, null, Space, null, CancellationToken.None);
        await services.DisposeAsync();
        closing.Dispose();
    }
}
