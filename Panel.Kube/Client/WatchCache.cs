using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Panel.Core.Metrics;
using Panel.Kube.Wire;

namespace Panel.Kube.Client;

/// <summary>How long a watch may last.</summary>
/// <param name="Watch">After this the server ends it in order, and another begins where it ended.</param>
/// <param name="Silence">A connection that has told nothing for so long counts as dead: a server sends a bookmark about once a minute.</param>
public sealed record WatchTimes(TimeSpan Watch, TimeSpan Silence)
{
    /// <summary>290 s, as kube-rs has it, and two minutes.</summary>
    public static WatchTimes Usual { get; } = new(TimeSpan.FromSeconds(290), TimeSpan.FromMinutes(2));
}

/// <summary>
/// The objects of one kind in one namespace, kept as the server has them: all pages are listed, what vanished meanwhile is told as
/// gone, then a watch goes on from there; a watch that expired leads to a new list. Objects must not be changed by those who read them.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="kind">What is watched.</param>
/// <param name="space">Where; null for kinds without a namespace.</param>
/// <param name="selection">Which of them.</param>
/// <param name="changed">Is told each object that came, changed or went, on the reading loop: it may only note that and return.</param>
/// <param name="reported">Is told null whenever the server answers, and otherwise what went wrong.</param>
/// <param name="clock">Tells the time.</param>
sealed partial class WatchCache<T>(KubeClient client, Kind<T> kind, string? space, Selection selection, Action<T> changed, Action<Exception?> reported, TimeProvider clock)
    where T : KubeObject
{
    static readonly TimeSpan VeryShort = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<string, T> items = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, ImmutableArray<T>> groups = new(StringComparer.Ordinal);
    string? version;

    /// <summary>How long a watch may last.</summary>
    public WatchTimes Times { get; init; } = WatchTimes.Usual;

    /// <summary>A version that the first watch goes on from; null to begin with a list.</summary>
    public string? From { init => version = value; }

    /// <summary>Takes only what is wanted of the objects; null for all.</summary>
    public Func<T, bool>? Keep { get; init; }

    /// <summary>What objects are grouped by, see <see cref="Group"/>; null for no groups.</summary>
    public Func<T, string?>? GroupBy { get; init; }

    /// <summary>Where failures are logged.</summary>
    public ILogger? Log { get; init; }

    /// <summary>Whether the objects are complete.</summary>
    public bool Synced { get; private set; }

    /// <summary>The objects.</summary>
    public IEnumerable<T> Items => items.Values;

    /// <summary>An object, or null where there is none.</summary>
    public T? Find(string name) => items.GetValueOrDefault(name);

    /// <summary>The objects of one group.</summary>
    public ImmutableArray<T> Group(string key) => groups.GetValueOrDefault(key, []);

    /// <summary>Keeps the objects until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var backoff = new Backoff(clock);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (version is null) await ListAsync(cancellation);
                reported(null);
                if (await WatchAsync(cancellation)) continue;
            }
            catch (KubeException refusal) when (refusal.Expired)
            {
                version = null;
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                // a request that the server cannot make sense of is not mended by repeating it: the version is what may be wrong
                if (failure is KubeException { Code: not (HttpStatusCode.TooManyRequests or HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized) }) version = null;
                reported(failure);
                if (Log is not null) LogFailure(Log, kind.Plural, failure.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            PanelMeter.WatchRestarted(kind.Plural);
            if (!await PauseAsync(backoff, cancellation)) return;
        }
    }

    static async Task<bool> PauseAsync(Backoff backoff, CancellationToken cancellation)
    {
        try
        {
            await backoff.WaitAsync(cancellation);
            return true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    async Task ListAsync(CancellationToken cancellation)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        string? listVersion = null;
        await foreach (var page in client.PagesAsync(kind, space, selection, cancellation))
        {
            foreach (var item in page.Items)
            {
                if (Keep?.Invoke(item) == false) continue;
                listed.Add(item.Metadata.Name!);
                Put(item);
            }
            listVersion = page.Metadata.ResourceVersion;
        }
        // only now is it known what is gone: an object may stand on a later page
        foreach (var name in items.Keys)
        {
            if (!listed.Contains(name)) Remove(items[name]);
        }
        version = listVersion;
        Synced = true;
    }

    /// <returns>Whether it lasted and ended in order, so that the next may begin at once.</returns>
    async Task<bool> WatchAsync(CancellationToken cancellation)
    {
        var seconds = (int)Math.Ceiling(Times.Watch.TotalSeconds);
        var path = string.Create(CultureInfo.InvariantCulture,
            $"{kind.Path(space)}?watch=1&allowWatchBookmarks=true&timeoutSeconds={seconds}&resourceVersion={Uri.EscapeDataString(version!)}{selection.Query}");
        using var alive = new CancellationTokenSource(Times.Silence, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(alive.Token, cancellation);
        var (begin, events) = (clock.GetTimestamp(), 0);
        try
        {
            await using var stream = await client.OpenAsync(path, either.Token);
            await foreach (var (type, item) in WatchEvents.ReadAsync(stream, kind.Item, either.Token))
            {
                events++;
                alive.CancelAfter(Times.Silence);
                Take(type, item);
                version = item.Metadata.ResourceVersion ?? version;
            }
        }
        catch (OperationCanceledException) when (alive.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // a stream without an end and without a word: the connection is dead, and the next watch tells what this one kept back
            return events > 0;
        }
        return events > 0 || clock.GetElapsedTime(begin) > VeryShort;
    }

    void Take(WatchEventType type, T item)
    {
        if (type == WatchEventType.Bookmark) return;
        var kept = type != WatchEventType.Deleted && Keep?.Invoke(item) != false;
        if (kept) Put(item);
        else Remove(item);
    }

    void Remove(T item)
    {
        if (!items.TryRemove(item.Metadata.Name!, out var old)) return;
        Regroup(old, null);
        changed(item);
    }

    void Put(T item)
    {
        var name = item.Metadata.Name!;
        if (items.TryGetValue(name, out var old) && old.Metadata.ResourceVersion == item.Metadata.ResourceVersion && old.Metadata.Uid == item.Metadata.Uid) return;
        items[name] = item;
        Regroup(old, item);
        changed(item);
    }

    // only the reading loop writes, so that read and write need not be one step
    void Regroup(T? old, T? now)
    {
        if (GroupBy is null) return;
        if (old is not null && GroupBy(old) is { } left)
        {
            var rest = Group(left).RemoveAll(item => item.Metadata.Name == old.Metadata.Name);
            if (rest.IsEmpty) groups.TryRemove(left, out _);
            else groups[left] = rest;
        }
        if (now is not null && GroupBy(now) is { } joined) groups[joined] = Group(joined).Add(now);
    }

    [LoggerMessage(LogLevel.Warning, "Watching {Kind} failed: {Message}")]
    static partial void LogFailure(ILogger log, string kind, string message);
}
