using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Panel.Kube.Wire;
using Panel.LocalCluster;
using Panel.LocalCluster.Store;
using Panel.Tests.Support;

namespace Panel.Tests.LocalCluster.Kubelet;

/// <summary>A cluster of this machine for one test: a free port, a folder of its own, nothing left behind.</summary>
public sealed class LocalMachine : IAsyncDisposable
{
    public const string Space = "default";

    readonly TempFolder folder = new();
    LocalClusterHost? host;

    LocalMachine(IsolationMode isolation, ShutdownMode onShutdown) => Options = new() { DataDirectory = folder["cluster"], Isolation = isolation, OnShutdown = onShutdown, NodeName = "test" };

    public LocalClusterOptions Options { get; }
    public LocalClusterHost Host => host ?? throw new InvalidOperationException("The cluster is down.");
    internal Objects Objects => Host.Objects;

    public static async Task<LocalMachine> StartAsync(IsolationMode isolation = IsolationMode.Auto, ShutdownMode onShutdown = ShutdownMode.Stop, Action<LocalClusterOptions>? options = null)
    {
        var machine = new LocalMachine(isolation, onShutdown);
        options?.Invoke(machine.Options);
        await machine.UpAsync();
        return machine;
    }

    public async Task UpAsync()
    {
        using var deadline = Deadline.Source();
        host = await LocalClusterHost.StartAsync(Options, NullLoggerFactory.Instance, TimeProvider.System, deadline.Token);
    }

    public async Task DownAsync()
    {
        if (host is { } up) await up.DisposeAsync().AsTask().EndsWithin("the cluster's end", TimeSpan.FromMinutes(1));
        host = null;
    }

    /// <summary>A pod of one container that runs a shell script.</summary>
    internal static Pod Shell(string name, string script, Action<Pod>? change = null)
    {
        var pod = new Pod
        {
            Metadata = new() { Name = name, Namespace = Space },
            Spec = new() { Containers = [new() { Name = "game", Image = "panel/tools:1", Command = ["/bin/sh", "-c", script] }], TerminationGracePeriodSeconds = 5 },
        };
        change?.Invoke(pod);
        return pod;
    }

    internal Task<Pod> RunAsync(string name, string script, Action<Pod>? change = null) => Objects.CreateAsync(Shell(name, script, change), CancellationToken.None);

    internal Pod? Find(string name) => Objects.Find<Pod>(Space, name);

    internal ContainerStatus? Container(string name) => Find(name)?.Status?.ContainerStatuses?[0];

    internal async Task<Pod> UntilAsync(string name, string what, Func<Pod, bool> isSo, TimeSpan? limit = null)
    {
        Pod? seen = null;
        try
        {
            await Deadline.UntilAsync($"{name}: {what}", () => (seen = Find(name)) is { } pod && isSo(pod), limit);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; its status: {System.Text.Json.JsonSerializer.Serialize(seen, KubeJson.Default.Pod)}", late);
        }
        return seen!;
    }

    internal Task<Pod> UntilRunningAsync(string name) => UntilAsync(name, "running", pod => pod.Status?.ContainerStatuses?[0].State?.Running is not null);

    internal Task<Pod> UntilReadyAsync(string name) => UntilAsync(name, "ready", pod => pod.Status?.ContainerStatuses?[0].Ready == true);

    public HttpClient Client()
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(Host.Certificate);
        var client = new HttpClient(new SocketsHttpHandler { SslOptions = new() { CertificateChainPolicy = trust } }) { BaseAddress = Host.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Host.Token);
        return client;
    }

    public async Task<string> LogAsync(string name, string query = "")
    {
        using var client = Client();
        using var answer = await client.GetAsync(new Uri($"/api/v1/namespaces/{Space}/pods/{name}/log{query}", UriKind.Relative));
        return await answer.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // a test that kept its pods ends them here
        Options.OnShutdown = ShutdownMode.Stop;
        await DownAsync();
        await LeftProcesses.EndAsync(folder.Path);
        folder.Dispose();
    }
}
