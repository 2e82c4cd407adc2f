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
    readonly ConsoleLine[] ring = new ConsoleLine[options.HistoryLines];
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
    public IReadOnlyList<string> Tail(int count)
    {
        var tail = new List<string>();
        lock (gate)
        {
            for (var number = next - 1; number >= first && tail.Count < count; number--)
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
        ring[next % ring.Length] = new(next, line.At, source, text);
        next++;
        bytes += Cost(text);
        // the ring's own turn overwrites the oldest, whose bytes were taken off when it became too many
        while (next - first > ring.Length - 1 || (bytes > options.HistoryBytes && next - first > 1))
        {
            bytes -= Cost(ring[first % ring.Length].Text);
            ring[first % ring.Length] = null!;
            first++;
        }
    }

    static int Cost(string text) => LineBytes + (2 * text.Length);
}
