using System.Runtime.CompilerServices;
using Panel.Contracts.Console;

namespace Panel.Core.Console;

/// <summary>
/// The last lines of one console, and those who read along. Lines are kept once, in a ring bounded by number and bytes; a viewer is a
/// place in it. One who is slower than the ring turns loses lines, and is told how many; publishing never waits for anybody.
/// </summary>
public sealed class ConsoleFeed(ConsoleOptions options, TimeProvider clock)
{
    /// <summary>What a line takes besides its text, in bytes: the record, the string's head, the place in the ring.</summary>
    const int LineBytes = 96;

    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    readonly Lock gate = new();
    ConsoleLine[] ring = new ConsoleLine[Math.Min(128, options.HistoryLines)];
    long first = 1, next = 1;
    long bytes;
    TaskCompletionSource? published;

    /// <summary>The number that the next line gets.</summary>
    public long Next
    {
        get
        {
            lock (gate) return next;
        }
    }

    /// <summary>Adds lines.</summary>
    public void Publish(IReadOnlyList<SourceLine> lines, ConsoleSource source)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            foreach (var line in lines) Add(line, source);
            (waiting, published) = (published, null);
        }
        waiting?.TrySetResult();
    }

    /// <summary>Adds a line of the panel's own.</summary>
    public void Say(string text) => Publish([new(clock.GetUtcNow(), text)], ConsoleSource.Panel);

    /// <summary>The last lines of the program, oldest first.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="from">Only lines of this number and later.</param>
    public IReadOnlyList<string> Tail(int count, long from = 0)
    {
        var tail = new List<string>();
        lock (gate)
        {
            for (var number = next - 1; number >= Math.Max(first, from) && tail.Count < count; number--)
            {
                var line = ring[number % ring.Length];
                if (line.Source != ConsoleSource.Panel) tail.Add(line.Text);
            }
        }
        tail.Reverse();
        return tail;
    }

    /// <summary>What is kept, then what comes; at most one batch in 100 ms. A line that comes after a quiet time is given at once.</summary>
    public async IAsyncEnumerable<ConsoleBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        long place;
        lock (gate) place = first;
        while (true)
        {
            Task? more = null;
            List<ConsoleLine>? lines = null;
            long dropped = 0;
            lock (gate)
            {
                if (place < next)
                {
                    var from = Math.Max(Math.Max(place, first), next - options.BatchLines);
                    dropped = from - place;
                    lines = new((int)(next - from));
                    for (var number = from; number < next; number++) lines.Add(ring[number % ring.Length]);
                    place = next;
                }
                else
                {
                    more = (published ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }
            }
            if (more is not null)
            {
                await more.WaitAsync(cancellation);
                continue;
            }
            yield return new(lines!, dropped);
            await Task.Delay(Pace, clock, cancellation);
        }
    }

    void Add(SourceLine line, ConsoleSource source)
    {
        var text = line.Text.Length <= ConsoleLine.MaxLength ? line.Text : line.Text[..ConsoleLine.MaxLength];
        if (next - first == ring.Length && ring.Length < options.HistoryLines) Grow();
        if (next - first == ring.Length) DropFirst();
        ring[next % ring.Length] = new(next, line.At, source, text);
        next++;
        bytes += Cost(text);
        while (bytes > options.HistoryBytes && next - first > 1) DropFirst();
    }

    void DropFirst()
    {
        bytes -= Cost(ring[first % ring.Length].Text);
        ring[first % ring.Length] = null!;
        first++;
    }

    void Grow()
    {
        var larger = new ConsoleLine[Math.Min(ring.Length * 2, options.HistoryLines)];
        for (var number = first; number < next; number++) larger[number % larger.Length] = ring[number % ring.Length];
        ring = larger;
    }

    static int Cost(string text) => LineBytes + (2 * text.Length);
}
