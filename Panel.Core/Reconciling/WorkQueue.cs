using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Panel.Core.Reconciling;

/// <summary>
/// Keys that need a pass. A key is never worked on twice at once; however often it is added while it waits, it is worked on once; added
/// while it is worked on, it comes again. One that failed comes back after a jittered wait that doubles with each failure.
/// The shape is that of client-go's workqueue.
/// </summary>
public sealed class WorkQueue<TKey>(TimeProvider clock) where TKey : notnull
{
    internal static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50), LongestWait = TimeSpan.FromMinutes(2);

    readonly Lock gate = new();
    readonly HashSet<TKey> queued = [], working = [], touched = [];
    readonly Dictionary<TKey, int> failures = [];
    readonly Dictionary<TKey, ITimer> timers = [];
    // a key stands in it once, so that it is bounded by the number of keys
    readonly Channel<TKey> waiting = Channel.CreateUnbounded<TKey>();

    /// <summary>Asks for a pass.</summary>
    public void Add(TKey key)
    {
        lock (gate)
        {
            if (working.Contains(key)) touched.Add(key);
            else Enqueue(key);
        }
    }

    /// <summary>Asks for a pass after a while; a pass asked for before that does not cancel it. One such wish a key is kept: the latest.</summary>
    public void AddAfter(TKey key, TimeSpan wait)
    {
        lock (gate)
        {
            if (timers.Remove(key, out var old)) old.Dispose();
            timers[key] = clock.CreateTimer(_ => Due(key), null, wait, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Keys to work on; each must be given back by <see cref="Finish"/>. Several readers may share the queue.</summary>
    public async IAsyncEnumerable<TKey> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var key in waiting.Reader.ReadAllAsync(cancellation))
        {
            lock (gate)
            {
                queued.Remove(key);
                working.Add(key);
            }
            yield return key;
        }
    }

    /// <summary>Gives a key back.</summary>
    /// <param name="key">A key that was read.</param>
    /// <param name="succeeded">Whether its pass went through; if not, it comes again after a wait.</param>
    public void Finish(TKey key, bool succeeded)
    {
        lock (gate)
        {
            working.Remove(key);
            if (succeeded)
            {
                failures.Remove(key);
            }
            else
            {
                var count = failures[key] = failures.GetValueOrDefault(key) + 1;
                AddAfter(key, Wait(count));
            }
            if (touched.Remove(key)) Enqueue(key);
        }
    }

    /// <summary>How many keys wait or are worked on.</summary>
    public int Count
    {
        get
        {
            lock (gate) return queued.Count + working.Count;
        }
    }

    void Due(TKey key)
    {
        lock (gate)
        {
            if (timers.Remove(key, out var timer)) timer.Dispose();
        }
        Add(key);
    }

    void Enqueue(TKey key)
    {
        if (queued.Add(key)) waiting.Writer.TryWrite(key);
    }

    static TimeSpan Wait(int failures)
    {
        var full = Math.Min(LongestWait.TotalMilliseconds, FirstWait.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 20)));
        return TimeSpan.FromMilliseconds(full * (0.75 + (0.5 * Random.Shared.NextDouble())));
    }
}
