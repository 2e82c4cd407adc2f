using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Contracts.Servers;
using Panel.Core.Servers;

namespace Panel.Core.Console;

/// <summary>
/// The consoles of all servers: each is read once, however many people look, and also while nobody does, for its lines tell when
/// a server is ready and who plays.
/// </summary>
public sealed class ConsoleHub(
    IOptionsMonitor<ConsoleOptions> options, ObservedServers observed, ChangedServers changed, IConsoleSource source, ConsoleSubjects subjects, TimeProvider clock, ILogger<ConsoleHub> log) : IDisposable
{
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    readonly ConcurrentDictionary<ServerId, ConsoleFollower> consoles = new();
    readonly ConsoleParts parts = new(observed, source, subjects, clock, log);

    /// <summary>Follows the consoles of all servers that run, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var changes = changed.FollowAsync(Pace, cancellation).GetAsyncEnumerator(cancellation);
        var next = changes.MoveNextAsync(); // from here on changes are kept: what is seen now comes before them
        try
        {
            foreach (var id in observed.Ids) Look(id, cancellation);
            while (await next)
            {
                foreach (var id in changes.Current) Look(id, cancellation);
                next = changes.MoveNextAsync();
            }
        }
        finally
        {
            if (cancellation.IsCancellationRequested) await Task.WhenAll(consoles.Values.Select(console => console.Task));
        }
    }

    /// <summary>The lines of a server's console.</summary>
    internal ConsoleFeed Feed(ServerId id) => Console(id).Feed;

    /// <summary>The lines of a server's console; null where nobody looked and nothing ran yet.</summary>
    internal ConsoleFeed? Known(ServerId id) => consoles.GetValueOrDefault(id)?.Feed;

    /// <summary>All consoles that somebody looked at, or whose server ran.</summary>
    internal IEnumerable<(ServerId Id, ConsoleFeed Feed)> Feeds => consoles.Select(console => (console.Key, console.Value.Feed));

    /// <summary>Ends the console of a server that was removed.</summary>
    internal void Forget(ServerId id)
    {
        if (consoles.TryRemove(id, out var console)) console.Forget();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var console in consoles.Values) console.Dispose();
    }

    void Look(ServerId id, CancellationToken cancellation)
    {
        if (consoles.TryGetValue(id, out var console) || ConsoleFollower.IsDue(observed.Find(id), parts)) (console ?? Console(id)).Look(cancellation);
    }

    ConsoleFollower Console(ServerId id)
    {
        var console = consoles.GetOrAdd(id, id => new(id, new(options.CurrentValue, clock, continues: true), parts));
        console.Begin(() => changed.Tell(id));
        return console;
    }
}
