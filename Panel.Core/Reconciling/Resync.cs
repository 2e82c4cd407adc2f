using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Reconciling;

/// <summary>
/// Asks for a pass of every server at the start, every few minutes, so that a lost hint does no harm, and when the cluster is back after it was
/// away, so that nobody's wish waits for its turn to be tried again; and looks for objects in the cluster that no row speaks of. Those of a server that was removed are removed; any other is left alone and shown to administrators: a database
/// that was put back from an older copy must not cost anybody their files.
/// </summary>
public sealed partial class Resync(IDbContextFactory<PanelDb> databases, Wake wake, IServerCluster cluster, ObservedCluster state, TimeProvider clock, ILogger<Resync> log)
{
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(5), Grace = TimeSpan.FromMinutes(2), AfterFailure = TimeSpan.FromSeconds(15), Kept = TimeSpan.FromDays(90);

    readonly Dictionary<string, DateTimeOffset> strangers = [];

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var pause = Pause;
            try
            {
                await WakeAllAsync(cancellation);
                await SweepAsync(cancellation);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                pause = AfterFailure;
                if (failure is ClusterUnavailableException) LogUnavailable(failure.Message);
                else LogFailed(failure);
            }
            await PauseAsync(pause * (0.8 + (0.4 * Random.Shared.NextDouble())), cancellation);
        }
    }

    /// <summary>Waits, but no longer than until the cluster is back.</summary>
    async Task PauseAsync(TimeSpan pause, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(Task.Delay(pause, clock, over.Token), BackAsync(over.Token));
        await over.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    async Task BackAsync(CancellationToken cancellation)
    {
        var away = false;
        await foreach (var now in state.FollowAsync(cancellation))
        {
            if (now.Connected && away) return;
            away = !now.Connected;
        }
    }

    /// <summary>Asks for a pass of every server.</summary>
    public async Task WakeAllAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        foreach (var id in await db.Servers.Select(server => server.Id).ToListAsync(cancellation)) wake.Server(id);
    }

    /// <summary>Removes what is left of removed servers, and notes what nobody knows.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        var present = await cluster.ListAsync(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var known = (await db.Servers.Select(server => server.ObjectName).ToListAsync(cancellation)).ToHashSet(StringComparer.Ordinal);
        var unknown = present.Where(name => !known.Contains(name)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in strangers.Keys.Where(name => !unknown.Contains(name)).ToList()) strangers.Remove(name);
        foreach (var name in unknown) strangers.TryAdd(name, now);

        var old = strangers.Where(pair => now - pair.Value >= Grace).Select(pair => pair.Key).ToList();
        var removed = await db.RemovedServers.Where(server => old.Contains(server.ObjectName)).Select(server => server.ObjectName).ToListAsync(cancellation);
        foreach (var name in removed)
        {
            LogRemoving(name);
            await cluster.DeleteAsync(name, cancellation);
        }
        state.Strangers = [.. old.Except(removed, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var forgotten = now - Kept;
        await db.RemovedServers.Where(server => server.At < forgotten).ExecuteDeleteAsync(cancellation);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Removing what is left of the removed server {Server}")]
    partial void LogRemoving(string server);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cluster does not answer: {Problem}")]
    partial void LogUnavailable(string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "The resync failed")]
    partial void LogFailed(Exception failure);
}
