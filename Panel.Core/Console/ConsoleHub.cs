using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Panel.Contracts.Servers;

namespace Panel.Core.Console;

/// <summary>The consoles of all servers: each is read once, however many people look.</summary>
public sealed class ConsoleHub(IOptions<ConsoleOptions> options, TimeProvider clock)
{
    readonly ConcurrentDictionary<ServerId, ConsoleFeed> feeds = new();

    /// <summary>Follows the consoles of all servers that run, until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellation);

    /// <summary>The console of a server.</summary>
    internal ConsoleFeed Feed(ServerId id) => feeds.GetOrAdd(id, _ => new(options.Value, clock));
}
