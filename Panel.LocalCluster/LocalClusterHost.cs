using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Panel.LocalCluster.Access;
using Panel.LocalCluster.Api;
using Panel.LocalCluster.Controllers;
using Panel.LocalCluster.Kubelet;
using Panel.LocalCluster.Kubelet.Processes;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster;

/// <summary>The cluster of one machine, running in this process: API server, controllers and kubelet.</summary>
public sealed class LocalClusterHost : IAsyncDisposable
{
    readonly ObjectStore store;
    readonly KubeletHost kubelet;
    readonly ClusterLoops loops;
    readonly WebApplication web;

    LocalClusterHost(ObjectStore store, Objects objects, KubeletHost kubelet, ClusterLoops loops, WebApplication web, ClusterAccess access)
    {
        (this.store, this.kubelet, this.loops, this.web) = (store, kubelet, loops, web);
        Objects = objects;
        (Address, Token, KubeconfigPath, Certificate, Isolation) = (access.Address, access.Token, access.KubeconfigPath, access.Certificate, kubelet.Isolation);
    }

    /// <summary>Where the API answers.</summary>
    public Uri Address { get; }

    /// <summary>The bearer token it wants.</summary>
    public string Token { get; }

    /// <summary>A kubeconfig of both, readable by this user alone.</summary>
    public string KubeconfigPath { get; }

    /// <summary>What the API proves itself by; self-signed, and in the kubeconfig.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Whether pods are kept apart from the machine.</summary>
    public IsolationStatus Isolation { get; }

    /// <summary>The objects, for tests that need no HTTP.</summary>
    internal Objects Objects { get; }

    /// <summary>Takes over the pods of an earlier run and starts to serve.</summary>
    /// <exception cref="InvalidOperationException">Isolation is required and cannot be had, or this machine does not run Linux.</exception>
    /// <exception cref="IOException">The port or the data directory is in use.</exception>
    public static async Task<LocalClusterHost> StartAsync(LocalClusterOptions options, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!OperatingSystem.IsLinux()) throw new InvalidOperationException("The local cluster runs on Linux. Elsewhere, use a Kubernetes cluster (Panel:Cluster:Mode=Kubernetes).");
        Posix.CloseInheritedInChildren();
        var paths = new ClusterPaths(options.DataDirectory);
        paths.Prepare();
        ObjectStore? store = null;
        ClusterLoops? loops = null;
        WebApplication? web = null;
        try
        {
            store = ObjectStore.Open(paths.Store, loggers.CreateLogger<ObjectStore>());
            var operations = new ObjectOperations(store, clock);
            var objects = new Objects(store, operations);
            await ClusterSeed.PlantAsync(objects, cancellation);
            var kubelet = await KubeletHost.CreateAsync(options, paths, objects, loggers, clock, cancellation);
            loops = new(loggers.CreateLogger<ClusterLoops>(), clock);
            ClusterLoops.AddControllers(loops, objects, paths, loggers, clock);
            ClusterLoops.AddCollectors(loops, store, operations, objects, loggers, clock);
            var token = ClusterAccess.FindToken(options, paths);
            var certificate = ClusterCertificate.Find(paths, clock.GetUtcNow());
            ClusterLoops.AddAccounts(loops, objects, store, certificate, loggers, clock);
            await kubelet.StartAsync(loops, cancellation);
            web = BuildWeb(options, certificate, loggers);
            ClusterApi.Map(web, store, operations, new(token, certificate.GetECDsaPrivateKey()!), clock);
            kubelet.Map(web);
            await web.StartAsync(cancellation);
            var address = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            return new(store, objects, kubelet, loops, web, ClusterAccess.Write(paths, new(address), token, certificate));
        }
        catch
        {
            if (web is not null) await web.DisposeAsync();
            if (loops is not null) await loops.DisposeAsync();
            if (store is not null) await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends pods or leaves them (<see cref="LocalClusterOptions.OnShutdown"/>), then stops serving.</summary>
    public async ValueTask DisposeAsync()
    {
        await loops.DisposeAsync();
        await kubelet.DisposeAsync();
        // watches and log streams go on for ever: they are cut, not waited for
        using (var cut = new CancellationTokenSource(TimeSpan.FromSeconds(1))) await web.StopAsync(cut.Token);
        await web.DisposeAsync();
        await store.DisposeAsync();
        Certificate.Dispose();
    }

    static WebApplication BuildWeb(LocalClusterOptions options, X509Certificate2 certificate, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = typeof(LocalClusterHost).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 16 << 20;
            kestrel.Limits.MaxRequestLineSize = 256 << 10;   // the arguments of an exec stand in its query
            kestrel.Listen(IPAddress.Loopback, options.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(certificate);
            });
        });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        var web = builder.Build();
        web.UseWebSockets(new() { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(60) });
        return web;
    }
}
