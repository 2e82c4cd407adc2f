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
/// unless <c>PANEL_TEST_CLUSTER</c> names the kubeconfig of another.
/// </summary>
public sealed class Cluster : IAsyncDisposable
{
    // its pods may use up their time to end
    static readonly TimeSpan LongEnd = TimeSpan.FromMinutes(2);

    readonly SemaphoreSlim gate = new(1);
    readonly TempFolder folder = new();
    LocalClusterHost? host;
    int spaces;

    /// <summary>An image with a POSIX shell, GNU coreutils and findutils, which the cluster has or can pull; <c>PANEL_TEST_IMAGE</c> names another.</summary>
    public static string Image => Environment.GetEnvironmentVariable("PANEL_TEST_IMAGE") is { Length: > 0 } named ? named : Other is null ? "panel/tools:1" : "debian:bookworm-slim";

    /// <summary>The kubeconfig of a cluster that is there already.</summary>
    static string? Other => Environment.GetEnvironmentVariable("PANEL_TEST_CLUSTER") is { Length: > 0 } other ? other : null;

    /// <summary>A namespace of its own with an adapter that watches it.</summary>
    /// <param name="watching">Whether it does.</param>
    /// <param name="settings">Settings of the adapter, over the usual ones.</param>
    public async Task<ClusterSpace> OpenAsync(bool watching = true, params (string Key, string Value)[] settings)
    {
        var space = string.Create(CultureInfo.InvariantCulture, $"test-{Environment.ProcessId}-{Interlocked.Increment(ref spaces)}");
        var opened = new ClusterSpace(await KubeconfigAsync(), space, settings);
        await opened.Get<ServerNamespace>().EnsureAsync(TestContext.Current.CancellationToken);
        if (watching) await opened.WatchAsync();
        return opened;
    }

    /// <summary>A kubeconfig of the cluster.</summary>
    public async Task<string> KubeconfigAsync()
    {
        if (Other is { } other) return other;
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
        if (host is not null) await host.DisposeAsync().AsTask().EndsWithin("the end of the cluster of the tests", LongEnd);
        folder.Dispose();
        gate.Dispose();
    }
}

/// <summary>A namespace and the adapter that works in it.</summary>
public sealed class ClusterSpace : IAsyncDisposable
{
    readonly ServiceProvider services;
    readonly bool own;
    readonly CancellationTokenSource closing = new();
    Task watch = Task.CompletedTask;

    internal ClusterSpace(string kubeconfig, string space, params (string Key, string Value)[] settings)
    {
        var named = settings.FirstOrDefault(setting => setting.Key == $"{KubeOptions.Section}:{nameof(KubeOptions.Namespace)}").Value;
        (Kubeconfig, Space, own) = (kubeconfig, named ?? space, named is null);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"{KubeOptions.Section}:{nameof(KubeOptions.Kubeconfig)}"] = kubeconfig,
            [$"{KubeOptions.Section}:{nameof(KubeOptions.Namespace)}"] = space,
            [$"{KubeOptions.Section}:{nameof(KubeOptions.ToolsImage)}"] = Cluster.Image,
        }).AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
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

    public IServerTools Tools => Get<IServerTools>();

    public IServerArchives Archives => Get<IServerArchives>();

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
        await watch.ContinueWith(static _ => { }, TaskScheduler.Default).EndsWithin("the end of the watches");
        if (own) await RemoveAsync().EndsWithin("the namespace's removal");
        await services.DisposeAsync().AsTask().EndsWithin("the end of the adapter");
        closing.Dispose();
    }

    async Task RemoveAsync()
    {
        // no test waits for a game to save
        foreach (var name in await Servers.ListAsync(CancellationToken.None)) await Servers.DeleteAsync(name, CancellationToken.None);
        await Client.DeleteAsync(Kinds.Namespaces, null, Space, null, CancellationToken.None);
    }
}
