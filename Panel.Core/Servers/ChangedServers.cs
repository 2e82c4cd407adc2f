using System.Runtime.CompilerServices;
using Panel.Contracts.Servers;

namespace Panel.Core.Servers;

/// <summary>Tells which servers have something new to show. A reader that is slow finds one entry a server, never a queue.</summary>
public sealed class ChangedServers(TimeProvider clock)
{
    readonly Lock gate = new();
    readonly List<Reader> readers = [];

    /// <summary>Something of the server changed: its row, or what is seen of it.</summary>
    public void Tell(ServerId id)
    {
        lock (gate)
        {
            foreach (var reader in readers) reader.Add(id);
        }
    }

    /// <summary>The servers that changed since the batch before, from now on.</summary>
    /// <param name="pace">The least time between two batches.</param>
    /// <param name="cancellation">Ends the following.</param>
    public async IAsyncEnumerable<IReadOnlyCollection<ServerId>> FollowAsync(TimeSpan pace, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = new Reader();
        lock (gate) readers.Add(reader);
        try
        {
            while (true)
            {
                await reader.Signal.WaitAsync(cancellation);
                IReadOnlyCollection<ServerId> changed;
                lock (gate) changed = reader.Take();
                yield return changed;
                await Task.Delay(pace, clock, cancellation);
            }
        }
        finally
        {
            lock (gate) readers.Remove(reader);
        }
    }

    /// <summary>What one reader has not read; the gate of its owner guards it.</summary>
    sealed class Reader : IDisposable
    {
        HashSet<ServerId> waiting = [];

        public SemaphoreSlim Signal { get; } = new(0, 1);

        public void Add(ServerId id)
        {
            waiting.Add(id);
            if (Signal.CurrentCount == 0) Signal.Release();
        }

        public HashSet<ServerId> Take()
        {
            var taken = waiting;
            waiting = [];
            return taken;
        }

        public void Dispose() => Signal.Dispose();
    }
}
