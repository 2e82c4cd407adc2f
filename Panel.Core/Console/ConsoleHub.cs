using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Core.Templates;

namespace Panel.Core.Console;

/// <summary>
/// The consoles of all servers. Each is read once, whether nobody looks or many: what a program says also tells when it is ready and who plays.
/// </summary>
public sealed class ConsoleHub(
    IOptions<ConsoleOptions> options, ServerRows rows, TemplateCatalogue templates, IConsoleSource source, ObservedServers observed, TimeProvider clock, ILogger<ConsoleHub> log) : IDisposable
{
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    readonly ConcurrentDictionary<ServerId, ConsoleFeed> feeds = new();
    readonly ConcurrentDictionary<ServerId, Following> followers = new();
    readonly CancellationTokenSource closing = new();

    /// <summary>Follows the console of every server that runs or is being installed, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var news = observed.Changed.FollowAsync(Pace, cancellation).GetAsyncEnumerator(cancellation);
        var next = news.MoveNextAsync(); // it listens from here on; what was seen before is looked at now
        foreach (var id in observed.Ids) Look(id, cancellation);
        while (await next)
        {
            foreach (var id in news.Current) Look(id, cancellation);
            next = news.MoveNextAsync();
        }
    }

    /// <summary>The console of a server.</summary>
    internal ConsoleFeed Feed(ServerId id) => feeds.GetOrAdd(id, _ => new(options.Value, clock));

    /// <summary>Ends the console of a server that was removed.</summary>
    internal void Forget(ServerId id)
    {
        if (followers.TryRemove(id, out var following)) following.Stop();
        feeds.TryRemove(id, out _);
    }

    void Look(ServerId id, CancellationToken cancellation)
    {
        if (!followers.TryGetValue(id, out var following))
        {
            if (observed.Find(id) is not ({ Pod: not null } or { Install: not null })) return;
            following = new(CancellationTokenSource.CreateLinkedTokenSource(cancellation, closing.Token), new(id, Feed(id), rows, templates, source, observed, new(clock, log)));
            if (!followers.TryAdd(id, following)) return;
            following.Start();
        }
        following.Look();
    }

    /// <summary>Ends every follower.</summary>
    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
    }

    /// <summary>A follower and what ends it.</summary>
    sealed class Following(CancellationTokenSource stop, ConsoleFollower follower)
    {
        public void Start()
        {
            var token = stop.Token;
            _ = Task.Run(() => follower.RunAsync(token), CancellationToken.None); // it ends with its token, and tells of all else itself
        }

        public void Look() => follower.Look();

        public void Stop()
        {
            stop.Cancel();
            stop.Dispose();
        }
    }
}
