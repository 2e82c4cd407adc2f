using Panel.Contracts.Console;
using Panel.Core.Console;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Console;

public class ConsoleFeedTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public async Task Viewer_gets_the_history_first_and_whole()
    {
        var feed = Feed();
        feed.Publish(Lines(0, 1500), ConsoleSource.Program);
        await using var batches = feed.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal(1500, batches.Current.Lines.Count);
        Assert.Equal(0, batches.Current.Dropped);
        Assert.Equal(Enumerable.Range(1, 1500).Select(number => (long)number), batches.Current.Lines.Select(line => line.Number));
    }

    [Fact]
    public async Task Flood_is_shown_and_dropped_to_the_last_line()
    {
        const int sent = 160_000;
        var feed = Feed();
        long shown = 0, dropped = 0, last = 0;
        using var deadline = Deadline.Source();
        var viewer = Task.Run(async () =>
        {
            await foreach (var batch in feed.ReadAsync(deadline.Token))
            {
                foreach (var line in batch.Lines) Assert.True(line.Number > last, $"{line.Number} came after {last}");
                Assert.Equal(batch.Lines[0].Number - last - 1, batch.Dropped);
                last = batch.Lines[^1].Number;
                shown += batch.Lines.Count;
                dropped += batch.Dropped;
            }
        }, deadline.Token);
        for (var at = 0; at < sent; at += 400)
        {
            feed.Publish(Lines(at, 400), ConsoleSource.Program);
            if (at % 8000 == 0) await Task.Delay(20, deadline.Token);
        }
        feed.Complete();
        await viewer.Within("the end of the console");
        Assert.Equal(sent, shown + dropped);
        Assert.True(dropped > 0);
    }

    [Fact]
    public async Task Batches_keep_their_pace_but_for_a_few_after_a_quiet_time()
    {
        var feed = Feed();
        using var deadline = Deadline.Source();
        var count = 0;
        var started = TimeProvider.System.GetTimestamp();
        var viewer = Task.Run(async () =>
        {
            await foreach (var batch in feed.ReadAsync(deadline.Token)) count += batch.Lines.Count > 0 ? 1 : 0;
        }, deadline.Token);
        for (var at = 0; TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(1.5); at++)
        {
            feed.Publish(Lines(at, 1), ConsoleSource.Program);
            await Task.Delay(5, deadline.Token);
        }
        feed.Complete();
        await viewer.Within("the end of the console");
        Assert.InRange(count, 2, 5 + (int)(TimeProvider.System.GetElapsedTime(started) / TimeSpan.FromMilliseconds(100)));
    }

    [Fact]
    public async Task Line_after_a_quiet_time_waits_for_nothing()
    {
        var feed = Feed();
        using var deadline = Deadline.Source();
        await using var batches = feed.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        var waiting = batches.MoveNextAsync();
        Assert.False(waiting.IsCompleted);
        feed.Publish(Lines(0, 1), ConsoleSource.Program);
        Assert.True(await waiting);
        Assert.Single(batches.Current.Lines);
    }

    [Theory]
    [InlineData(900, 500)]
    [InlineData(1200, 62)]
    public async Task Reader_of_what_is_more_than_twice_a_batch_gets_a_few_of_the_newest_and_the_number_of_the_others(int came, int given)
    {
        var feed = Feed();
        feed.Publish(Lines(0, 1), ConsoleSource.Program);
        using var deadline = Deadline.Source();
        await using var batches = feed.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        Assert.True(await batches.MoveNextAsync());
        feed.Publish(Lines(1, came), ConsoleSource.Program);
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal((given, came - given, $"line {came}"), (batches.Current.Lines.Count, batches.Current.Dropped, batches.Current.Lines[^1].Text));
    }

    [Fact]
    public async Task Answers_to_commands_one_after_another_wait_for_no_pace()
    {
        var clock = new NotedClock();
        var feed = new ConsoleFeed(new(), clock);
        using var deadline = Deadline.Source();
        await using var batches = feed.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        for (var at = 0; at < 20; at++)
        {
            feed.Say($"ann > command {at}");
            Assert.True(await batches.MoveNextAsync());
            feed.Publish(Lines(at, 1), ConsoleSource.Program);
            Assert.True(await batches.MoveNextAsync());
        }
        Assert.All(clock.Waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public async Task History_is_bounded_by_lines_and_by_bytes()
    {
        var feed = Feed(lines: 100, bytes: 64 * 1024);
        feed.Publish(Lines(0, 5000), ConsoleSource.Program);
        Assert.Equal(100, (await FirstAsync(feed)).Lines.Count);
        feed.Publish([.. Enumerable.Range(0, 50).Select(_ => new SourceLine(Start, new string('x', 10_000)))], ConsoleSource.Program);
        var kept = (await FirstAsync(feed)).Lines;
        Assert.InRange(kept.Sum(line => 2 * line.Text.Length), 1, 64 * 1024);
        Assert.All(kept, line => Assert.True(line.Text.Length <= ConsoleLine.MaxLength));
        Assert.Equal(5050, kept[^1].Number);
    }

    [Fact]
    public async Task Long_line_is_cut_between_characters()
    {
        var feed = Feed();
        feed.Publish([new(Start, new string('x', ConsoleLine.MaxLength - 1) + "😀")], ConsoleSource.Program);
        Assert.Equal(ConsoleLine.MaxLength - 1, (await FirstAsync(feed)).Lines[0].Text.Length);
    }

    [Fact]
    public async Task Many_viewers_each_get_every_line()
    {
        var feed = Feed();
        using var deadline = Deadline.Source();
        var viewers = Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            long count = 0;
            await foreach (var batch in feed.ReadAsync(deadline.Token)) count += batch.Lines.Count + batch.Dropped;
            return count;
        }, deadline.Token)).ToList();
        for (var at = 0; at < 1000; at += 10) feed.Publish(Lines(at, 10), ConsoleSource.Program);
        await Task.Delay(50, deadline.Token);
        feed.Complete();
        foreach (var viewer in viewers) Assert.Equal(1000, await viewer.Within("a viewer's end"));
    }

    [Fact]
    public void Tail_holds_the_program_alone_and_begins_where_it_is_told()
    {
        var feed = Feed();
        feed.Publish(Lines(0, 3), ConsoleSource.Program);
        feed.Say("between");
        feed.Publish(Lines(3, 2), ConsoleSource.Program);
        Assert.Equal(["line 2", "line 3", "line 4"], feed.Tail(3));
        Assert.Equal(["line 3", "line 4"], feed.Tail(10, from: 4));
    }

    [Fact]
    public void Long_flood_leaves_no_memory_behind()
    {
        var feed = Feed();
        var lines = Lines(0, 500);
        for (var i = 0; i < 20; i++) feed.Publish(lines, ConsoleSource.Program);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 2000; i++) feed.Publish(lines, ConsoleSource.Program); // a million lines
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4 * 1024 * 1024);
    }

    static async Task<ConsoleBatch> FirstAsync(ConsoleFeed feed)
    {
        await using var batches = feed.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await batches.MoveNextAsync());
        return batches.Current;
    }

    static ConsoleFeed Feed(int lines = 2000, int bytes = 512 * 1024) => new(new() { HistoryLines = lines, HistoryBytes = bytes, BatchLines = 500 }, TimeProvider.System);

    static List<SourceLine> Lines(int from, int count) => [.. Enumerable.Range(from, count).Select(number => new SourceLine(Start.AddTicks(number), $"line {number}"))];

    /// <summary>The system's clock, which notes how long somebody wanted to wait.</summary>
    sealed class NotedClock : TimeProvider
    {
        public System.Collections.Concurrent.ConcurrentQueue<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Enqueue(dueTime);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
