using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>Runs a pass over the whole store after writes that matter to it, many writes to one pass, and again after a while when it failed.</summary>
/// <param name="store">The objects.</param>
/// <param name="matters">Whether a write may have made work.</param>
/// <param name="sweep">Does the work that a state of the store calls for.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="logger">Is told of passes that fail.</param>
sealed class StoreSweep(ObjectStore store, Func<ObjectEvent, bool> matters, Func<StoreState, CancellationToken, Task> sweep, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20), FirstWait = TimeSpan.FromMilliseconds(100), LongestWait = TimeSpan.FromSeconds(30), Resync = TimeSpan.FromMinutes(5);

    readonly Channel<bool> wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public Task RunAsync(CancellationToken cancellation)
    {
        var version = store.State.Version;
        wanted.Writer.TryWrite(true);
        return ClusterLoops.TogetherAsync(cancellation, [SweepAsync, ResyncAsync, .. Resources.All.Select<Resource, Func<CancellationToken, Task>>(resource => token => FollowAsync(resource, version, token))]);
    }

    async Task FollowAsync(Resource resource, long version, CancellationToken cancellation)
    {
        await foreach (var batch in store.FollowAsync(resource, version, cancellation))
        {
            if (batch is null || batch.Any(matters)) wanted.Writer.TryWrite(true);
        }
    }

    async Task ResyncAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Resync, clock);
        while (await timer.WaitForNextTickAsync(cancellation)) wanted.Writer.TryWrite(true);
    }

    async Task SweepAsync(CancellationToken cancellation)
    {
        var wait = FirstWait;
        await foreach (var _ in wanted.Reader.ReadAllAsync(cancellation))
        {
            try
            {
                await sweep(store.State, cancellation);
                wait = FirstWait;
                await Task.Delay(Pace, clock, cancellation);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                logger.LogWarning(failure, "A pass over the objects failed; again in {Seconds:0.0} s", wait.TotalSeconds);
                await Task.Delay(wait * (1 + Random.Shared.NextDouble()), clock, cancellation);
                wait = TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, wait.Ticks * 2));
                wanted.Writer.TryWrite(true);
            }
        }
    }
}
