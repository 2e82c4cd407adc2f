using System.Globalization;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Conformance;

/// <summary>
/// What the tests of one class share: a namespace of their own on whichever cluster is judged. Nothing in this folder knows which one it is:
/// a test that asks for what the cluster lacks is skipped and says so.
/// </summary>
public sealed class ConformanceSpace(Cluster cluster) : IAsyncLifetime
{
    /// <summary>Real clusters pull, schedule and mount; thirty seconds are short for that on a busy machine.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    ClusterSpace? space;

    /// <summary>The namespace.</summary>
    internal ClusterSpace Space => space ?? throw new InvalidOperationException("The namespace is not there yet.");

    /// <summary>The server's own word for its version.</summary>
    internal string Version { get; private set; } = "";

    /// <summary>The second number of that.</summary>
    internal int Minor { get; private set; }

    public async ValueTask InitializeAsync()
    {
        space = await cluster.OpenAsync();
        var version = await space.Client.VersionAsync(TestContext.Current.CancellationToken);
        (Version, Minor) = (version.GitVersion, int.Parse(version.Minor.TrimEnd('+'), CultureInfo.InvariantCulture));
    }

    public ValueTask DisposeAsync() => space?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Another namespace, for a test that spoils its own; the test disposes of it.</summary>
    internal Task<ClusterSpace> OpenAsync(bool watching = true, params (string Key, string Value)[] settings) => cluster.OpenAsync(watching, settings);

    /// <summary>The kubeconfig of the cluster.</summary>
    internal Task<string> KubeconfigAsync() => cluster.KubeconfigAsync();

    /// <summary>Skips the test where the cluster has no such kind.</summary>
    internal async Task NeedAsync<T>(Kind<T> kind) where T : Panel.Kube.Wire.KubeObject =>
        Assert.SkipUnless(await Space.Client.ServesAsync(kind, TestContext.Current.CancellationToken), $"{Version} has no {kind.Plural} ({kind.ApiVersion}).");

    /// <summary>A server that is there and stopped.</summary>
    internal async Task<ServerSpec> MakeAsync(string script, Func<ServerSpec, ServerSpec>? change = null)
    {
        var spec = TestSpecs.Of(script);
        if (change is not null) spec = change(spec);
        await Space.Servers.ApplyAsync(spec, TestContext.Current.CancellationToken);
        return spec;
    }

    /// <summary>A server whose program runs.</summary>
    internal async Task<ServerSpec> RunAsync(string script, Func<ServerSpec, ServerSpec>? change = null)
    {
        var spec = await MakeAsync(script, change);
        await Space.Servers.ScaleAsync(spec.ObjectName, 1, TestContext.Current.CancellationToken);
        await Space.SeenAsync(spec.Id, "the program", seen => seen is { Pod.Running: true }, Long);
        return spec;
    }
}
