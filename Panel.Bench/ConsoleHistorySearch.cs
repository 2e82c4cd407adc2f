using System.Diagnostics;
using System.Globalization;
using Panel.Contracts.Console;
using Panel.Core.Console;

namespace Panel.Bench;

/// <summary>A text that is in no line, looked for in 100,000 kept lines of a game's log; beside it `grep -i` on the same lines in a file.</summary>
static class ConsoleHistorySearch
{
    const int Lines = 100_000, Runs = 50;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var feed = new ConsoleFeed(new() { HistoryLines = Lines, HistoryBytes = 8 * 1024 * 1024 }, TimeProvider.System);
        for (var at = 0; at < Lines; at += 500) feed.Publish([.. Enumerable.Range(at, 500).Select(Line)], ConsoleSource.Program);
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;

        var samples = new List<double>();
        for (var i = -5; i < Runs; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var found = feed.Open().Search(new() { Text = "There is no such text" }, TimeSpan.FromMinutes(1));
            if (found is not { Count: 0, Whole: true }) throw new InvalidOperationException("The search did not look at all lines.");
            if (i >= 0) samples.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        var kept = feed.Open().All().Count();
        if (kept < Lines * 0.99) throw new InvalidOperationException($"Only {kept} lines are kept.");

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, Enumerable.Range(0, Lines).Select(i => Line(i).Text), cancellation);
            var peer = new List<double>();
            for (var i = 0; i < Runs; i++) peer.Add(await GrepAsync(file, cancellation));
            var usual = new ConsoleFeed(new(), TimeProvider.System);
            for (var at = 0; at < Lines; at += 500) usual.Publish([.. Enumerable.Range(at, 500).Select(Line)], ConsoleSource.Program);
            var remark = $"`grep -i` on a file of them, its start included: p50 {peer.Percentile(0.5).Ms()}; {kept:N0} lines of {new FileInfo(file).Length / kept} bytes take {bytes / 1024.0 / 1024:0.0} MiB; within the usual 1 MiB {usual.Open().All().Count():N0} are kept";
            return [new("Search of 100,000 console lines for what is not there", "≤ 100 ms", $"p50 {samples.Percentile(0.5).Ms()}, p99 {samples.Percentile(0.99).Ms()} of {Runs}", remark)];
        }
        finally
        {
            File.Delete(file);
        }
    }

    static SourceLine Line(int i)
    {
        var at = DateTimeOffset.UnixEpoch.AddMilliseconds(i * 137L);
        var text = (i % 5) switch
        {
            0 => $"Player{i % 97}[/192.0.2.{i % 250}:{30000 + (i * 31 % 30000)}] logged in with entity id {i * 7919 % 100000} at ({i * 13 % 2000}.5, 64.0, {i * 29 % 2000}.5)",
            1 => $"<Player{i % 97}> this is what somebody says number {i}",
            2 => $"Can't keep up! Is the server overloaded? Running {2000 + (i * 17 % 9000)}ms or {40 + (i % 160)} ticks behind",
            3 => $"Player{i % 89} has made the advancement [Stone Age {i % 61}]",
            _ => $"Saving chunks for level 'ServerLevel[world]'/minecraft:overworld {i}",
        };
        return new(at, string.Create(CultureInfo.InvariantCulture, $"[{at:HH:mm:ss}] [Server thread/INFO]: {text}"));
    }

    static async Task<double> GrepAsync(string file, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        using var grep = Process.Start(new ProcessStartInfo("grep", ["-i", "-F", "There is no such text", file]))!;
        await grep.WaitForExitAsync(cancellation);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
