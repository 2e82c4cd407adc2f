using System.Diagnostics;
using System.Text;

namespace Panel.Games.Demo;

/// <summary>Prints lines at a rate, to see what a panel does with them.</summary>
sealed class Flood(GameLog log)
{
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);
    const int MaxBatch = 4096;
    int latest;

    /// <summary>Prints so many lines a second for so long; ends a flood that runs.</summary>
    public void Start(int linesASecond, TimeSpan duration)
    {
        var mine = Interlocked.Increment(ref latest);
        if (linesASecond > 0) new Thread(() => Run(linesASecond, duration, mine)) { IsBackground = true, Name = "flood" }.Start();
    }

    // in batches: a reader that stops holds this thread in the write, and nothing piles up here
    void Run(int linesASecond, TimeSpan duration, int mine)
    {
        var watch = Stopwatch.StartNew();
        var total = (long)(linesASecond * duration.TotalSeconds);
        var batch = new StringBuilder();
        var printed = 0L;
        while (printed < total && Volatile.Read(ref latest) == mine)
        {
            var due = Math.Min(total, (long)(watch.Elapsed.TotalSeconds * linesASecond));
            for (var end = Math.Min(due, printed + MaxBatch); printed < end; printed++)
            {
                batch.Append(log.Line("Server thread/INFO", $"flood {printed + 1} of {total}: the quick brown fox jumps over the lazy dog"));
            }
            if (batch.Length > 0) log.Raw(Encoding.UTF8.GetBytes(batch.ToString()));
            batch.Clear();
            if (printed >= due) Thread.Sleep(Pace);
        }
        log.Info($"flood: {printed} lines in {watch.Elapsed.TotalSeconds:0.0} s");
    }
}
