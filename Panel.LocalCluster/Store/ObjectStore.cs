using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Panel.LocalCluster.Store;

/// <summary>What a change made of an object.</summary>
/// <param name="Object">The object after; when it was removed, its last state.</param>
/// <param name="Before">The object before; null when it was created.</param>
/// <param name="Removed">Whether it is gone.</param>
public sealed record Written(StoredObject Object, StoredObject? Before, bool Removed);

/// <summary>
/// The objects of the cluster: in memory as immutable documents, on disk as a journal. One loop makes all changes, in order, many to one flush of the disk;
/// a change becomes visible, to readers and watchers, when it is on disk. Reads are lock-free snapshots.
/// </summary>
public sealed class ObjectStore : IAsyncDisposable
{
    const int MaxBatch = 256;
    const long CompactBytes = 8 << 20;

    readonly Channel<Change> changes = Channel.CreateBounded<Change>(new BoundedChannelOptions(1024) { SingleReader = true });
    readonly Dictionary<Resource, EventHistory> histories = Resources.All.ToDictionary(resource => resource, _ => new EventHistory());
    readonly FileStream held;
    readonly Journal journal;
    readonly ILogger logger;
    readonly Task writing;
    long compactAt = CompactBytes;
    volatile StoreState state;

    ObjectStore(FileStream held, Journal journal, IReadOnlyList<JournalRecord> records, ILogger logger)
    {
        (this.held, this.journal, this.logger) = (held, journal, logger);
        state = Replay(records);
        writing = Task.Run(WriteAsync);
    }

    /// <summary>Everything, at one moment.</summary>
    public StoreState State => state;

    /// <summary>Opens the store of a directory, or begins one.</summary>
    /// <exception cref="IOException">Another process has it open, or the disk fails.</exception>
    public static ObjectStore Open(string directory, ILogger logger)
    {
        Directory.CreateDirectory(directory);
        var held = new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            var (journal, records) = Journal.Open(directory, logger);
            return new(held, journal, records, logger);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public StoredObject? Find(ObjectKey key) => state.Find(key);

    /// <summary>Changes one object. The function sees the newest state, runs alone, and must not block; what it throws comes back to the caller.</summary>
    /// <param name="key">Which object.</param>
    /// <param name="cancellation">Ends the wait; what was already asked may still be written.</param>
    /// <param name="change">Gives the document to be written, null to remove the object; the given document is the function's own to change.</param>
    /// <returns>What was written, after it is on disk. A document equal to the present one is not written.</returns>
    /// <exception cref="IOException">The disk is full or failing; nothing was written.</exception>
    public async Task<Written> ChangeAsync(ObjectKey key, Func<StoreState, StoredObject?, JsonObject?> change, CancellationToken cancellation)
    {
        var asked = new Change(key, change);
        try
        {
            await changes.Writer.WriteAsync(asked, cancellation);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(ObjectStore));
        }
        return await asked.Done.WaitAsync(cancellation);
    }

    /// <summary>What <see cref="ChangeAsync"/> would write now, without writing it.</summary>
    public Written Try(ObjectKey key, Func<StoreState, StoredObject?, JsonObject?> change)
    {
        var seen = state;
        return new Change(key, change).Make(seen, seen.Version);
    }

    /// <summary>The objects of a resource as they were at a version; null when that is no longer known.</summary>
    public ObjectSet? At(Resource resource, long version) => histories[resource].At(version);

    /// <summary>Forgets the writes, one by one, that were already known when this was asked the last time.</summary>
    public void Age()
    {
        foreach (var history in histories.Values) history.Age();
    }

    /// <summary>Ends when the resource changes after this is asked.</summary>
    public Task Changed(Resource resource) => histories[resource].Changed;

    /// <summary>The writes to a resource after a version, and the version up to which they are complete; null when some are no longer known.</summary>
    public (IReadOnlyList<ObjectEvent> Events, long UpTo)? EventsAfter(Resource resource, long version)
    {
        // read first: what the history holds up to this version is complete
        var upTo = state.Version;
        return histories[resource].Between(version, upTo) is { } events ? (events, Math.Max(upTo, version)) : null;
    }

    /// <summary>The writes to a resource after a version, batch by batch as they come; null instead of what is no longer known.</summary>
    public async IAsyncEnumerable<IReadOnlyList<ObjectEvent>?> FollowAsync(Resource resource, long version, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var changed = Changed(resource);
            if (EventsAfter(resource, version) is not { } read)
            {
                version = state.Version;
                yield return null;
                continue;
            }
            if (read.Events.Count > 0) yield return read.Events;
            else await changed.WaitAsync(cancellation);
            version = read.UpTo;
        }
    }

    public async ValueTask DisposeAsync()
    {
        changes.Writer.TryComplete();
        await writing;
        journal.Dispose();
        await held.DisposeAsync();
    }

    StoreState Replay(IReadOnlyList<JournalRecord> records)
    {
        var read = StoreState.Empty.At(records is [{ Key: null } first, ..] ? first.Version : 0);
        var floor = read.Version;
        foreach (var record in records.Where(record => record.Key is not null && record.Version <= floor)) read = read.With(record.Object!);
        foreach (var (resource, history) in histories) history.Start(floor, read.Of(resource));
        foreach (var record in records.Where(record => record.Version > floor))
        {
            var key = record.Key!;
            var before = read.Find(key);
            read = record.Object is { } written ? read.With(written) : read.Without(key, record.Version);
            var item = record.Object ?? before?.At(record.Version);
            if (item is not null) histories[key.Resource].Add(new(record.Version, before, item, record.Object is null, read.Of(key.Resource)));
        }
        return read;
    }

    async Task WriteAsync()
    {
        while (await changes.Reader.WaitToReadAsync())
        {
            var batch = new List<Change>();
            while (batch.Count < MaxBatch && changes.Reader.TryRead(out var asked)) batch.Add(asked);
            WriteBatch(batch);
            if (journal.Length > compactAt) Compact();
        }
    }

    void WriteBatch(List<Change> batch)
    {
        var (next, made) = (state, new List<(Change Change, Written Written)>());
        var events = new List<ObjectEvent>();
        foreach (var asked in batch)
        {
            try
            {
                var written = asked.Make(next, next.Version + 1);
                made.Add((asked, written));
                if (!written.Removed && ReferenceEquals(written.Object, written.Before)) continue;
                next = written.Removed ? next.Without(written.Object.Key, written.Object.Version) : next.With(written.Object);
                events.Add(new(written.Object.Version, written.Before, written.Object, written.Removed, next.Of(written.Object.Key.Resource)));
            }
            catch (Exception refusal)
            {
                asked.Fail(refusal);
            }
        }
        try
        {
            if (events.Count > 0) journal.Append(events.Select(item => new JournalRecord(item.Version, item.Object.Key, item.Removed ? null : item.Object)));
        }
        catch (Exception failure)
        {
            // whatever it is: the loop must live on, or every later write would wait for ever
            logger.LogError(failure, "The journal cannot be written; {Count} changes were refused.", made.Count);
            foreach (var (change, _) in made) change.Fail(new IOException("The cluster's store cannot be written: " + failure.Message, failure));
            return;
        }
        foreach (var item in events) histories[item.Object.Key.Resource].Add(item);
        state = next;
        foreach (var (change, written) in made) change.Succeed(written);
        foreach (var resource in events.Select(item => item.Object.Key.Resource).Distinct()) histories[resource].Signal();
    }

    void Compact()
    {
        try
        {
            journal.Compact(state);
        }
        catch (Exception failure)
        {
            logger.LogWarning(failure, "The journal could not be rewritten; it goes on growing.");
        }
        compactAt = Math.Max(CompactBytes, journal.Length * 4);
    }
}
