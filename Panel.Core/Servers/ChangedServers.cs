using System.Runtime.CompilerServices;
using Panel.Contracts.Servers;
using Panel.Core.Reconciling;

namespace Panel.Core.Servers;

/// <summary>Tells which servers have something new to show. A reader that is slow finds one entry a server, never a queue.</summary>
public sealed class ChangedServers(TimeProvider clock)
{
    readonly Lock gate = new();
    readonly List<Listener> listeners = [];
    long count;

    /// <summary>Grows with each change.</summary>
    public long Count => Interlocked.Read(ref count);

    /// <summary>Something of the server changed: its row, or what is seen of it.</summary>
    public void Tell(ServerId id)
    {
        Interlocked.Increment(ref count);
        lock (gate)
        {
            foreach (var listener in listeners) listener.Add(id);
        }
    }

    /// <summary>The servers that changed since the batch before; it listens from the first step on.</summary>
    /// <param name="pace">The least time between two batches.</param>
    /// <param name="cancellation">Ends the following.</param>
    public async IAsyncEnumerable<IReadOnlyCollection<ServerId>> FollowAsync(TimeSpan pace, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var listener = Listen();
        while (true)
        {
            yield return await listener.NextAsync(cancellation);
            await Task.Delay(pace, clock, cancellation);
        }
    }

    /// <summary>Begins to listen at once.</summary>
    internal Listener Listen()
    {
        var listener = new Listener(this);
        lock (gate) listeners.Add(listener);
        return listener;
    }

    /// <summary>One reader, and what it has not read.</summary>
    internal sealed class Listener(ChangedServers owner) : IDisposable
    {
        readonly Pending<ServerId> waiting = new();

        /// <summary>The servers that changed since the last time; waits until there is one.</summary>
        public Task<IReadOnlyCollection<ServerId>> NextAsync(CancellationToken cancellation) => waiting.TakeAsync(cancellation);

        internal void Add(ServerId id) => waiting.Add(id);

        public void Dispose()
        {
            lock (owner.gate) owner.listeners.Remove(this);
            waiting.Dispose();
        }
    }
}
