using Microsoft.Extensions.Logging;
using Panel.Core.Errors;

namespace Panel.Core.Console;

/// <summary>
/// Reads one output through as many streams as it takes: one that breaks is opened again after a wait that grows, where the one before
/// ended; no line comes twice, and none is left out that is still kept.
/// </summary>
internal sealed partial class OutputReader(TimeProvider clock, ILogger log)
{
    /// <summary>Lines that are taken in one go before others get their turn.</summary>
    const int Turn = 2000;

    static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250), LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>How long a stream may go on once its program is known to have ended.</summary>
    static readonly TimeSpan Drain = TimeSpan.FromSeconds(3);

    /// <summary>A stream ends with its program, and the news of that takes a moment. To open it sooner would read the next run as this one.</summary>
    static readonly TimeSpan NewsOfTheEnd = TimeSpan.FromSeconds(2);

    DateTimeOffset? last; // when the last line was written,
    int linesAtLast; //      and how many were at that very tick
    int sinceTurn;

    /// <summary>Begins at a new output, whose lines start at a time.</summary>
    public void Begin(DateTimeOffset? startedAt)
    {
        // lines of it may have come already, before it was known to be a new one
        if (startedAt is null || last >= startedAt) return;
        (last, linesAtLast) = (null, 0);
    }

    /// <summary>Goes on behind what was read before, by another.</summary>
    public void Resume(LogPlace? place) => (last, linesAtLast) = (place?.At, place?.Same ?? 0);

    /// <summary>Reads until the output is over.</summary>
    /// <param name="output">Where it comes from, and who takes it.</param>
    /// <param name="over">Ends when nothing more is to come but what is on the way.</param>
    /// <param name="cancellation">Ends it at once.</param>
    public async Task ReadAsync(IOutput output, Func<CancellationToken, Task> over, CancellationToken cancellation)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ended = over(reading.Token);
        var wait = FirstWait;
        var (failures, lost) = (0, false);
        try
        {
            while (true)
            {
                var onceMore = ended.IsCompleted;
                var stream = ReadStreamAsync(output, lost, reading.Token);
                if (await Task.WhenAny(stream, ended) == ended) await Task.WhenAny(stream, Task.Delay(Drain, clock, cancellation));
                if (ended.IsCompleted && !stream.IsCompleted) await reading.CancelAsync();
                var (lines, failure) = await stream;
                // what was written last may still be there to read where the stream broke before the end
                if (ended.IsCompleted && (failure is null || onceMore || cancellation.IsCancellationRequested)) break;
                if (lines > 0) (wait, failures, lost) = (FirstWait, 0, false);
                await Task.WhenAny(ended, Task.Delay(failure is null ? NewsOfTheEnd : wait * (0.75 + (0.5 * Random.Shared.NextDouble())), clock, cancellation));
                cancellation.ThrowIfCancellationRequested();
                if (ended.IsCompleted && failure is null) break;
                if (failure is null || ended.IsCompleted) continue;
                // a break that the next stream mends is nobody's news
                if (++failures == 2) output.Lose(failure is PanelException ? failure.Message : "The connection broke.");
                lost = failures >= 2;
                wait = TimeSpan.FromTicks(Math.Min(2 * wait.Ticks, LongestWait.Ticks));
            }
        }
        finally
        {
            await reading.CancelAsync();
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Reads one stream to its end, and tells how many lines it had and why it broke.</summary>
    async Task<(long Lines, Exception? Failure)> ReadStreamAsync(IOutput output, bool lost, CancellationToken cancellation)
    {
        long count = 0;
        try
        {
            // from a tick before the last line, whose tick may hold lines that did not come; what came is cut below
            var (cutAt, cut) = (last, linesAtLast);
            await foreach (var batch in output.Open(last?.AddTicks(-1), cancellation))
            {
                var lines = cutAt is { } at ? Cut(batch, at, ref cut) : batch;
                if (lines.Count == 0) continue;
                cutAt = null;
                if (lost && count == 0) output.Regain();
                count += lines.Count;
                Note(lines);
                output.Take(lines);
                if ((sinceTurn += lines.Count) < Turn) continue;
                sinceTurn = 0;
                await Task.Yield();
            }
            return (count, null);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return (count, null);
        }
        catch (Exception failure)
        {
            LogBroke(failure, output.Name);
            return (count, failure);
        }
    }

    /// <summary>The lines that did not come before.</summary>
    static IReadOnlyList<SourceLine> Cut(IReadOnlyList<SourceLine> batch, DateTimeOffset at, ref int cut)
    {
        var i = 0;
        for (; i < batch.Count && batch[i].At <= at; i++)
        {
            if (batch[i].At == at && cut-- <= 0) break;
        }
        return i == 0 ? batch : [.. batch.Skip(i)];
    }

    void Note(IReadOnlyList<SourceLine> lines)
    {
        var newest = lines[^1].At;
        var same = 0;
        for (var i = lines.Count - 1; i >= 0 && lines[i].At == newest; i--) same++;
        linesAtLast = newest == last ? linesAtLast + same : same;
        last = newest;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The console stream of {Name} broke")]
    partial void LogBroke(Exception failure, string name);
}

/// <summary>An output that is read.</summary>
internal interface IOutput
{
    /// <summary>What it is called in logs.</summary>
    string Name { get; }

    /// <summary>Opens a stream of the lines later than a time.</summary>
    IAsyncEnumerable<IReadOnlyList<SourceLine>> Open(DateTimeOffset? after, CancellationToken cancellation);

    /// <summary>Takes new lines.</summary>
    void Take(IReadOnlyList<SourceLine> lines);

    /// <summary>The stream broke, and is being opened again.</summary>
    void Lose(string reason);

    /// <summary>Lines come again after a break.</summary>
    void Regain();
}
