using Microsoft.Extensions.Options;
using Panel.LocalCluster;

namespace Panel.Web.Hosting;

/// <summary>Runs the cluster of this machine inside the panel, and ends it last: pods are stopped in order.</summary>
public sealed class LocalCluster(IOptions<LocalClusterOptions> options, LocalClusterState state, ILoggerFactory logs, Preparation preparation, TimeProvider clock, ILogger<LocalCluster> log) : Loop(preparation, clock, log)
{
    readonly Lock gate = new();
    LocalClusterHost? host;
    Task? ended;

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            host = await LocalClusterHost.StartAsync(options.Value, logs, Clock, stopping);
            state.Set(new(host.Address, host.Isolation.On, host.Isolation.Reason, null));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            state.Set(new(null, false, "", failure.Message));
            throw;
        }
        await Task.Delay(Timeout.InfiniteTimeSpan, Clock, stopping);
    }

    /// <inheritdoc/>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        // a host may be stopped by two at once: both wait for the one end
        lock (gate) return ended ??= EndAsync(cancellationToken);
    }

    async Task EndAsync(CancellationToken cancellation)
    {
        await base.StopAsync(cancellation);
        if (host is not null) await host.DisposeAsync();
    }
}

/// <summary>What an administrator is told of the cluster of this machine.</summary>
/// <param name="Address">Where its API answers; null while it does not run.</param>
/// <param name="Isolated">Whether game servers run apart from the rest of the machine.</param>
/// <param name="IsolationReason">Why, or why not.</param>
/// <param name="Problem">Why it does not run; null while it does, or starts.</param>
public sealed record LocalClusterView(Uri? Address, bool Isolated, string IsolationReason, string? Problem);

/// <summary>Holds how the cluster of this machine is.</summary>
public sealed class LocalClusterState
{
    readonly TaskCompletionSource tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    LocalClusterView? view;

    /// <summary>Ends once the cluster runs or could not be started: before that, nobody needs to ask it anything.</summary>
    internal Task Tried => tried.Task;

    /// <summary>How it is; null while it starts, and where the panel uses another cluster.</summary>
    public LocalClusterView? View => Volatile.Read(ref view);

    internal void Set(LocalClusterView now)
    {
        Volatile.Write(ref view, now);
        NotUsed();
    }

    /// <summary>Another cluster is used, which is there already.</summary>
    internal void NotUsed() => tried.TrySetResult();
}
