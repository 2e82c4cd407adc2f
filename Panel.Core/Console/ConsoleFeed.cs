using System.Runtime.CompilerServices;
using Panel.Contracts.Console;

namespace Panel.Core.Console;

/// <summary>
/// The last lines of one console, and those who read along. Lines are kept once, in a ring bounded by number and bytes; a viewer is a
/// place in it. One who is slower than the ring turns loses lines, and is told how many; publishing never waits for anybody. What the
/// ring gives up is packed and kept to look back at.
/// </summary>
/// <param name="options">Its bounds.</param>
/// <param name="clock">The clock that waits go by.</param>
/// <param name="continues">Whether it goes on with what was kept: it shows nothing before it was told what that is.</param>
public sealed class ConsoleFeed(ConsoleOptions options, TimeProvider clock, bool continues = false)
{
    /// <summary>What a line takes besides its text, in bytes: the record, the string's head, the place in the ring.</summary>
    const int LineBytes = 96;

    /// <summary>How many batches may come faster than the pace after a quiet time.</summary>
    const double Burst = 3;

    /// <summary>Of a flood a reader gets this part of a batch.</summary>
    const int FloodPart = 8;

    /// <summary>So many batches wait, at most, for what was kept.</summary>
    const int MostEarly = 1000;

    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100), Gap = TimeSpan.FromMilliseconds(10);

    readonly Lock gate = new();
    readonly ConsoleArchive archive = new(options.HistoryLines - options.RecentLines, options.HistoryBytes / 2, options.HistoryBytes / 8);
    readonly int recentBytes = options.HistoryBytes / 8 * 3;
    ConsoleLine[] ring = new ConsoleLine[Math.Min(64, options.RecentLines)]; // grows: most consoles are quiet
    long first = 1, next = 1;
    long bytes;
    bool completed, begun = !continues;
    readonly TaskCompletionSource beginning = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<Early> early = [];
    ConsoleMark? mark;
    long lastOwn;
    TaskCompletionSource? published;

    /// <summary>The number that the next line gets.</summary>
    public long Next
    {
        get
        {
            lock (gate) return next;
        }
    }

    /// <summary>Of which runs it told last; null where it told of none.</summary>
    internal ConsoleMark? Mark
    {
        get
        {
            lock (gate) return mark;
        }
    }

    /// <summary>How far it is kept: whoever keeps it says so. Null before it was begun.</summary>
    internal KeptPlace? Kept { get; set; }

    /// <summary>Ends when it has what was kept.</summary>
    internal Task BegunAsync(CancellationToken cancellation) => continues ? beginning.Task.WaitAsync(cancellation) : Task.CompletedTask;

    /// <summary>Goes on with what was kept. What was published before follows it.</summary>
    internal void Begin(KeptConsole kept)
    {
        lock (gate)
        {
            if (begun) return;
            begun = true;
            archive.Begin(kept.Blocks);
            if (kept.Blocks is [.., var last]) first = next = last.Next;
            foreach (var line in kept.Recent) Add(new(line.At, line.Text), line.Source, line.Level);
            (mark, lastOwn, Kept) = (kept.Mark, 0, kept.Place with { Next = next });
            foreach (var batch in early) Add(batch);
            early.Clear();
        }
        beginning.TrySetResult();
        Pack();
    }

    /// <summary>Whether lines came that are not kept: any, or such that no log would bring again.</summary>
    internal bool HasUnkept(bool any)
    {
        lock (gate) return begun && Kept is { } kept && (any ? next > kept.Next : lastOwn >= kept.Next);
    }

    /// <summary>The lines from a number on, of which there are many the newest, and what goes with them.</summary>
    internal (List<ConsoleLine> Lines, long Next, ConsoleMark Mark) Newest(long from, int most)
    {
        ConsoleHistory? history;
        var lines = new List<ConsoleLine>();
        long end;
        ConsoleMark told;
        lock (gate)
        {
            (end, told) = (next, mark ?? new());
            from = Math.Max(from, end - most);
            history = from < first ? Look() : null;
            for (var number = from; number < end && history is null; number++) lines.Add(ring[number % ring.Length]);
        }
        return (history?.Range(from, end) ?? lines, end, told);
    }

    /// <summary>All that is kept, as it is now.</summary>
    internal ConsoleHistory Open()
    {
        lock (gate) return Look();
    }

    ConsoleHistory Look()
    {
        var recent = new List<ConsoleLine>(archive.Open.Count + (int)(next - first));
        recent.AddRange(archive.Open);
        for (var number = first; number < next; number++) recent.Add(ring[number % ring.Length]);
        return new(archive.Blocks, recent, next);
    }

    /// <summary>Adds lines.</summary>
    /// <param name="lines">The lines, oldest first.</param>
    /// <param name="source">Where they come from.</param>
    /// <param name="level">Tells how grave a line is; null where nothing does.</param>
    public void Publish(IReadOnlyList<SourceLine> lines, ConsoleSource source, Func<string, ConsoleLevel>? level = null) => Publish(lines, source, level, null);

    /// <param name="lines">The lines, oldest first.</param>
    /// <param name="source">Where they come from.</param>
    /// <param name="level">Tells how grave a line is; null where nothing does.</param>
    /// <param name="told">Of which runs it has told with them; null where that is as before.</param>
    /// <inheritdoc cref="Publish(IReadOnlyList{SourceLine}, ConsoleSource, Func{string, ConsoleLevel}?)"/>
    internal void Publish(IReadOnlyList<SourceLine> lines, ConsoleSource source, Func<string, ConsoleLevel>? level, ConsoleMark? told)
    {
        var graded = new ConsoleLevel[level is null ? 0 : lines.Count];
        for (var i = 0; i < graded.Length; i++) graded[i] = level!(Cut(lines[i].Text));
        TaskCompletionSource? waiting;
        lock (gate)
        {
            var batch = new Early(lines, source, graded, told);
            if (!begun)
            {
                if (early.Count < MostEarly) early.Add(batch);
                return;
            }
            Add(batch);
            (waiting, published) = (published, null);
        }
        waiting?.TrySetResult();
        Pack();
    }

    /// <summary>Packs what the ring gave up, while readers and other writers go on: packing takes longer than all else together.</summary>
    void Pack()
    {
        while (true)
        {
            ConsoleBlock? block;
            lock (gate) block = archive.TakeUnpacked();
            if (block is null) return;
            block.Pack();
            lock (gate) archive.Packed(block);
        }
    }

    /// <summary>Adds a line of the panel's own.</summary>
    public void Say(string text, ConsoleSource source = ConsoleSource.Panel) => Say(text, source, null);

    /// <summary>Adds a line that tells of a run.</summary>
    internal void Say(string text, ConsoleSource source, ConsoleMark? told) => Publish([new(clock.GetUtcNow(), text)], source, null, told);

    /// <summary>Nothing comes any more: whoever reads gets what is left, and then the end.</summary>
    public void Complete()
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            completed = begun = true;
            (waiting, published) = (published, null);
        }
        beginning.TrySetResult();
        waiting?.TrySetResult();
    }

    /// <summary>The last lines of the program, oldest first.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="from">The number of the first line that may be among them.</param>
    public IReadOnlyList<string> Tail(int count, long from = 0)
    {
        var tail = new List<string>();
        lock (gate)
        {
            for (var number = next - 1; number >= Math.Max(first, from) && tail.Count < count; number--)
            {
                var line = ring[number % ring.Length];
                if (!line.IsOwn) tail.Add(line.Text);
            }
        }
        tail.Reverse();
        return tail;
    }

    /// <summary>How far the lines at hand of one source reach; null where there are none.</summary>
    internal LogPlace? Reaches(ConsoleSource source)
    {
        lock (gate) return LogPlace.Of(AtHand(), source);
    }

    /// <summary>The number of the first line at hand that its program wrote at a time or later; the next one where none is.</summary>
    internal long NumberAt(DateTimeOffset at)
    {
        lock (gate) return AtHand().FirstOrDefault(line => line.Source == ConsoleSource.Program && line.At >= at)?.Number ?? next;
    }

    IEnumerable<ConsoleLine> AtHand()
    {
        for (var number = first; number < next; number++) yield return ring[number % ring.Length];
    }

    /// <summary>The program's lines from a number on that were written at that time or later, oldest first, as far as they are kept.</summary>
    internal IReadOnlyList<SourceLine> Since(DateTimeOffset at, long from)
    {
        var lines = new List<SourceLine>();
        lock (gate) lines.AddRange(AtHand().Where(line => line.Source == ConsoleSource.Program && line.At >= at && line.Number >= from).Select(line => new SourceLine(line.At, line.Text)));
        return lines;
    }

    /// <summary>
    /// The newest that is kept, then what comes; one batch in 100 ms, but for the first few after a quiet time, which come at once. Of more
    /// lines than a batch holds the newest are given and the others counted, of a flood fewer: given and counted are together all that were
    /// published.
    /// </summary>
    public async IAsyncEnumerable<ConsoleBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await BegunAsync(cancellation);
        long place;
        double credit = Burst;
        var last = clock.GetTimestamp();
        var limit = options.RecentLines; // what is at hand is given whole
        lock (gate) place = first;
        while (true)
        {
            Task? more = null;
            ConsoleBatch? batch = null;
            lock (gate)
            {
                if (place < next) batch = Take(ref place, Fits(next - place, limit));
                else if (!completed) more = (published ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
            limit = options.BatchLines;
            if (batch is not null)
            {
                yield return batch;
                // three may come in quick succession, so that an answer does not wait behind the echo of its command; nor does it when
                // many commands are typed: the panel's own lines are few, and someone waits for what follows them
                var now = clock.GetTimestamp();
                credit = (batch.Lines.Any(line => line.IsOwn) ? Burst : Math.Min(Burst, credit + (clock.GetElapsedTime(last, now) / Pace))) - 1;
                last = now;
                await Task.Delay(credit >= 1 ? Gap : (1 - credit) * Pace, clock, cancellation);
            }
            else if (more is not null)
            {
                await more.WaitAsync(cancellation);
            }
            else
            {
                yield break;
            }
        }
    }

    /// <summary>
    /// How many of the lines that came a reader gets. Where more than half of them would be lost anyway nobody reads line by line: a few of
    /// the newest show what goes on, and what a hundred readers would cost is left to what else the panel does.
    /// </summary>
    static int Fits(long came, int limit) => came > 2L * limit ? Math.Max(1, limit / FloodPart) : limit;

    ConsoleBatch Take(ref long place, int limit)
    {
        var from = Math.Max(Math.Max(place, first), next - limit);
        var lines = new List<ConsoleLine>((int)(next - from));
        for (var number = from; number < next; number++) lines.Add(ring[number % ring.Length]);
        var batch = new ConsoleBatch(lines, from - place);
        place = next;
        return batch;
    }

    void Add(Early batch)
    {
        for (var i = 0; i < batch.Lines.Count; i++) Add(batch.Lines[i], batch.Source, i < batch.Graded.Length ? batch.Graded[i] : default);
        if (batch.Told is { } told) mark = told;
    }

    void Add(SourceLine line, ConsoleSource source, ConsoleLevel level)
    {
        if (source >= ConsoleSource.Panel) lastOwn = next;
        if (next - first == ring.Length) MakeRoom();
        var text = Cut(line.Text);
        ring[next % ring.Length] = new(next, line.At, source, text, level);
        next++;
        bytes += Cost(text);
        while (bytes > recentBytes && next - first > 1) Forget();
    }

    /// <summary>Grows the ring, or gives up its oldest line where it is as long as it may be.</summary>
    void MakeRoom()
    {
        if (ring.Length >= options.RecentLines)
        {
            Forget();
            return;
        }
        var larger = new ConsoleLine[Math.Min(2 * ring.Length, options.RecentLines)];
        for (var number = first; number < next; number++) larger[number % larger.Length] = ring[number % ring.Length];
        ring = larger;
    }

    void Forget()
    {
        var oldest = ring[first % ring.Length];
        bytes -= Cost(oldest.Text);
        archive.Add(oldest);
        ring[first % ring.Length] = null!;
        first++;
    }

    static string Cut(string text)
    {
        if (text.Length <= ConsoleLine.MaxLength) return text;
        return text[..(char.IsHighSurrogate(text[ConsoleLine.MaxLength - 1]) ? ConsoleLine.MaxLength - 1 : ConsoleLine.MaxLength)];
    }

    sealed record Early(IReadOnlyList<SourceLine> Lines, ConsoleSource Source, ConsoleLevel[] Graded, ConsoleMark? Told);

    /// <summary>How many bytes a line with this text takes.</summary>
    internal static int Cost(string text) => LineBytes + (2 * text.Length);
}
