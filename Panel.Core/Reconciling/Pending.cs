namespace Panel.Core.Reconciling;

/// <summary>Keys that wait for one reader: a key waits once, however often it is added, so that a slow reader finds no queue.</summary>
sealed class Pending<TKey> : IDisposable where TKey : notnull
{
    readonly Lock gate = new();
    readonly SemaphoreSlim signal = new(0, 1);
    HashSet<TKey> waiting = [];
    bool closed;

    /// <summary>Adds a key; nothing, when there is no reader any more.</summary>
    public void Add(TKey key)
    {
        lock (gate)
        {
            if (closed) return;
            waiting.Add(key);
            if (signal.CurrentCount == 0) signal.Release();
        }
    }

    /// <summary>How many keys wait.</summary>
    public int Count
    {
        get
        {
            lock (gate) return waiting.Count;
        }
    }

    /// <summary>Takes all keys; waits until there is one.</summary>
    public async Task<IReadOnlyCollection<TKey>> TakeAsync(CancellationToken cancellation)
    {
        await signal.WaitAsync(cancellation);
        lock (gate)
        {
            var taken = waiting;
            waiting = [];
            return taken;
        }
    }

    public void Dispose()
    {
        lock (gate) closed = true;
        signal.Dispose();
    }
}
