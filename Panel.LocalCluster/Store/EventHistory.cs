namespace Panel.LocalCluster.Store;

/// <summary>One write, as watchers see it.</summary>
/// <param name="Version">The store's version that the write made.</param>
/// <param name="Before">The object before; null when it was created.</param>
/// <param name="Object">The object after, or, when removed, its last state stamped with this version.</param>
/// <param name="Removed">Whether it is gone.</param>
/// <param name="Items">All objects of the resource after the write: the snapshot of that version.</param>
public sealed record ObjectEvent(long Version, StoredObject? Before, StoredObject Object, bool Removed, ObjectSet Items);

/// <summary>
/// The latest writes of one resource. Watchers hold a position, not a queue: one that falls behind what is kept here is told so, and costs no memory.
/// </summary>
sealed class EventHistory(int maxEvents = 2048, long maxBytes = 16 << 20)
{
    readonly Lock gate = new();
    readonly List<ObjectEvent> events = [];
    long bytes;
    long floor, aged;
    ObjectSet floorItems = ObjectSet.Empty;
    TaskCompletionSource changed = NewSignal();

    /// <summary>Ends when something is written after this is asked.</summary>
    public Task Changed
    {
        get
        {
            lock (gate) return changed.Task;
        }
    }

    /// <summary>Starts the history: what was written up to this version is not known one by one.</summary>
    public void Start(long version, ObjectSet items)
    {
        lock (gate) (floor, floorItems) = (version, items);
    }

    public void Add(ObjectEvent item)
    {
        lock (gate)
        {
            events.Add(item);
            bytes += item.Object.Json.Length;
            if (events.Count > maxEvents || bytes > maxBytes) Trim();
        }
    }

    /// <summary>Wakes the watchers.</summary>
    public void Signal()
    {
        TaskCompletionSource ended;
        lock (gate) (ended, changed) = (changed, NewSignal());
        ended.TrySetResult();
    }

    /// <summary>The writes after one version up to another, oldest first; null when some of them are no longer known.</summary>
    public IReadOnlyList<ObjectEvent>? Between(long after, long upTo)
    {
        lock (gate)
        {
            if (after < floor) return null;
            var first = CountUpTo(after);
            return events.GetRange(first, CountUpTo(upTo) - first);
        }
    }

    /// <summary>The objects as they were at a version; null when that is no longer known.</summary>
    public ObjectSet? At(long version)
    {
        lock (gate)
        {
            if (version < floor) return null;
            var known = CountUpTo(version);
            return known == 0 ? floorItems : events[known - 1].Items;
        }
    }

    /// <summary>Forgets what was already there when this was asked the last time: after many writes at once, nobody needs them for ever.</summary>
    public void Age()
    {
        lock (gate)
        {
            Drop(CountUpTo(aged));
            aged = events is [.., var last] ? last.Version : floor;
            events.TrimExcess();
        }
    }

    // a quarter goes at once, so that a full history does not move on every write
    void Trim()
    {
        var (dropped, left) = (0, bytes);
        while (dropped < events.Count - 1 && (events.Count - dropped > maxEvents * 3 / 4 || left > maxBytes * 3 / 4)) left -= events[dropped++].Object.Json.Length;
        Drop(dropped);
    }

    void Drop(int dropped)
    {
        if (dropped == 0) return;
        for (var at = 0; at < dropped; at++) bytes -= events[at].Object.Json.Length;
        (floor, floorItems) = (events[dropped - 1].Version, events[dropped - 1].Items);
        events.RemoveRange(0, dropped);
    }

    int CountUpTo(long version)
    {
        var (low, high) = (0, events.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (events[middle].Version <= version) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
