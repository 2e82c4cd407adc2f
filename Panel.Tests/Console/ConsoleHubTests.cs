using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Servers;
using Panel.Core.Console;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Console;

public class ConsoleHubTests
{
    static readonly ExitSeen Crash = new(1, "Error", null, DateTimeOffset.UtcNow.AddSeconds(1));

    [Fact]
    public async Task Reading_what_is_kept_ends_with_the_server()
    {
        await using var core = await CoreHost.OnSqliteAsync();
        await using (var db = core.Open()) await db.Database.ExecuteSqlRawAsync("ALTER TABLE ConsoleChunks RENAME TO Away", TestContext.Current.CancellationToken);
        var (hub, id) = (core.Get<ConsoleHub>(), ServerId.New());
        var begun = hub.Feed(id).BegunAsync(TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.False(begun.IsCompleted);    // it tries again and again
        hub.Forget(id);
        await begun.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Run_is_shown_from_its_start_to_its_end_with_the_reason_after_the_last_line()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        stage.Source.Write("one", "two");
        await stage.UntilShownAsync("two");
        stage.Show(ConsoleStage.Running() with { Running = false, LastExit = Crash });
        stage.Source.Write("Address already in use");
        stage.Source.End();
        await stage.UntilShownAsync("stopped");
        Assert.Equal(["Start: The server starts.", "Program: one", "Program: two", "Program: Address already in use", "End: The server stopped: code 1."], stage.Shown);
        Assert.Equal(["one", "two", "Address already in use"], stage.Observed.LastLines);
    }

    [Fact]
    public async Task Stream_that_breaks_goes_on_without_a_lost_or_doubled_line()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        stage.Source.Write(sameTick: true, "1", "2", "3");
        await stage.UntilShownAsync("Program: 3");
        for (var i = 4; i < 25; i += 3)
        {
            stage.Source.Break();
            stage.Source.Write(sameTick: true, $"{i}", $"{i + 1}");
            stage.Source.Write($"{i + 2}");
            await stage.UntilShownAsync($"Program: {i + 2}");
        }
        Assert.Equal(Enumerable.Range(1, 24).Select(number => $"Program: {number}"), stage.Shown.Where(line => line.StartsWith("Program", StringComparison.Ordinal)));
        Assert.True(stage.Source.Streams > 7);
    }

    [Fact]
    public async Task Lines_of_the_same_tick_on_both_sides_of_a_break_come_once_each()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        stage.Source.Write(sameTick: true, [.. Enumerable.Range(1, 5).Select(number => $"{number}")]);
        await stage.UntilShownAsync("Program: 5");
        stage.Source.Break();
        await Deadline.UntilAsync("a second stream", () => stage.Source.Streams >= 2);
        stage.Source.Write("after");
        await stage.UntilShownAsync("after");
        Assert.Equal(6, stage.Shown.Count(line => line.StartsWith("Program", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Cluster_that_goes_away_is_told_once_and_its_return_too()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        stage.Source.Write("before");
        await stage.UntilShownAsync("before");
        stage.Source.Down = true;
        stage.Source.Break();
        await stage.UntilShownAsync("connection was lost");
        await Deadline.UntilAsync("more attempts", () => stage.Source.Streams >= 4);
        stage.Source.Write("meanwhile");
        stage.Source.Down = false;
        await stage.UntilShownAsync("meanwhile");
        Assert.Single(stage.Shown, line => line.Contains("lost", StringComparison.Ordinal));
        Assert.Equal(["Panel: The console is connected again.", "Program: meanwhile"], stage.Shown.TakeLast(2));
    }

    [Fact]
    public async Task Ready_line_marks_this_run_and_no_other()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        stage.Source.Write("[12:00:00] [main/INFO]: Preparing", "\u001b[32m[12:00:01] [main/INFO]\u001b[0m: Done (0.1s)!");
        await Deadline.UntilAsync("ready", () => stage.Observed.ReadySeen);
        stage.Show(ConsoleStage.Running(restarts: 1));
        Assert.False(stage.Observed.ReadySeen);
        stage.Source.Restart();
        await Deadline.UntilAsync("the second start", () => stage.Shown.Count(line => line == "Start: The server starts.") == 2);
        stage.Source.Write("[12:00:02] [main/INFO]: Done (0.1s)!");
        await Deadline.UntilAsync("ready again", () => stage.Observed.ReadySeen);
        await stage.UntilShownAsync("12:00:02");
        Assert.Equal(3, stage.Shown.Count(line => line.StartsWith("Program", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Ready_line_that_comes_before_the_news_of_its_run_counts_for_that_run()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running(startedAt: stage.Source.LastAt));
        stage.Source.Write("[12:00:01] [main/INFO]: Done (0.1s)!");
        await Deadline.UntilAsync("ready", () => stage.Observed.ReadySeen);
        var second = stage.Source.LastAt.AddTicks(1);
        stage.Source.Restart();
        stage.Source.Write("[12:00:02] [main/INFO]: Done (0.1s)!");
        await stage.UntilShownAsync("12:00:02");
        stage.Show(ConsoleStage.Running(restarts: 1, startedAt: second));
        await Deadline.UntilAsync("ready again", () => stage.Observed.ReadySeen);
    }

    [Fact]
    public async Task Ready_line_of_a_run_that_ended_in_the_same_second_counts_not_for_the_next()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        var second = stage.Source.LastAt.AddTicks(-(stage.Source.LastAt.Ticks % TimeSpan.TicksPerSecond));
        stage.Show(ConsoleStage.Running(startedAt: second));
        stage.Source.Write("[12:00:01] [main/INFO]: Done (0.1s)!");
        await Deadline.UntilAsync("ready", () => stage.Observed.ReadySeen);
        stage.Source.End();
        stage.Show(null);
        await stage.UntilShownAsync("The server stopped.");

        stage.Source.Restart();
        stage.Show(ConsoleStage.Running(pod: 2, startedAt: second));
        stage.Source.Write("[12:00:01] [main/INFO]: Preparing");
        await stage.UntilShownAsync("Preparing");
        Assert.False(stage.Observed.ReadySeen);
        stage.Source.Write("[12:00:01] [main/INFO]: Done (0.1s)!");
        await Deadline.UntilAsync("ready again", () => stage.Observed.ReadySeen);
    }

    [Fact]
    public async Task Log_without_its_beginning_counts_as_ready()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Source.Write("in the middle of a long day");
        stage.Show(ConsoleStage.Running(startedAt: DateTimeOffset.UtcNow.AddHours(-3)));
        await Deadline.UntilAsync("ready", () => stage.Observed.ReadySeen);
        await stage.UntilShownAsync("The server runs since");
    }

    [Fact]
    public async Task Players_come_and_go_and_go_with_the_program()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        await Deadline.UntilAsync("nobody", () => stage.Observed.Players is { Online: 0, Max: 7 });
        stage.Source.Write("[12:00] [x]: ann joined the game", "[12:00] [x]: bob joined the game", "[12:00] [x]: <bob> eve joined the game!", "[12:00] [x]: ann joined the game");
        await Deadline.UntilAsync("two players", () => stage.Observed.Players is { Online: 2 });
        Assert.Equal(["ann", "bob"], stage.Observed.Players!.Names);
        stage.Source.Write("[12:01] [x]: ann left the game");
        await Deadline.UntilAsync("one player", () => stage.Observed.Players is { Online: 1, Names: ["bob"] });
        stage.Show(null);
        stage.Source.End();
        await Deadline.UntilAsync("no players", () => stage.Observed.Players is null);
    }

    [Fact]
    public async Task Two_ends_within_one_second_are_both_told_with_their_code()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        for (var run = 0; run < 2; run++)
        {
            var running = ConsoleStage.Running(restarts: run, last: run == 0 ? null : Crash);
            stage.Show(running);
            stage.Source.Write($"run {run}");
            await stage.UntilShownAsync($"run {run}");
            stage.Show(running with { Running = false, LastExit = Crash with { Code = run + 1 } });
            stage.Source.End();
            await stage.UntilShownAsync($"The server stopped: code {run + 1}.");
        }
    }

    [Fact]
    public async Task Program_that_ended_before_anybody_looked_is_read_and_explained()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Source.Write("no space left on device");
        stage.Source.End();
        stage.Show(ConsoleStage.Running() with { Running = false, Waiting = "CrashLoopBackOff", LastExit = Crash });
        await stage.UntilShownAsync("stopped");
        Assert.Equal(["Start: The server starts.", "Program: no space left on device", "End: The server stopped: code 1."], stage.Shown);
        Assert.Equal(["no space left on device"], stage.Observed.LastLines);
    }

    [Fact]
    public async Task Install_is_shown_and_told_how_it_ended()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(null, new(1, InstallState.Running, null));
        stage.Source.WriteInstall("fetching");
        await stage.UntilShownAsync("fetching");
        stage.Source.Break();
        stage.Source.WriteInstall("unpacking");
        await stage.UntilShownAsync("unpacking");
        stage.Source.End();
        stage.Show(null, new(1, InstallState.Failed, "code 2"));
        await stage.UntilShownAsync("failed");
        Assert.Equal(["Start: The install starts.", "Install: fetching", "Install: unpacking", "End: The install failed. code 2"], stage.Shown);
    }

    [Fact]
    public async Task Stream_that_goes_on_after_the_program_is_cut_off()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        stage.Source.Write("one");
        await stage.UntilShownAsync("one");
        stage.Show(null);
        await stage.UntilShownAsync("The server stopped.");
    }

    [Fact]
    public async Task Flood_of_50000_lines_a_second_is_read_and_starves_nobody()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        var lines = Enumerable.Range(0, 500).Select(number => $"[12:00:00] [Server thread/INFO]: \u001b[33mflood line {number} of some usual length, as a busy server writes it").ToArray();
        var slowest = TimeSpan.Zero;
        var started = TimeProvider.System.GetTimestamp();
        for (var sent = 0; sent < 150_000; sent += lines.Length)
        {
            stage.Source.Write(lines);
            var turn = TimeProvider.System.GetTimestamp();
            await Task.Run(() => { }, TestContext.Current.CancellationToken);
            var waited = TimeProvider.System.GetElapsedTime(turn);
            if (waited > slowest) slowest = waited;
            if (TimeSpan.FromSeconds((sent + lines.Length) / 50_000.0) - TimeProvider.System.GetElapsedTime(started) is { Ticks: > 0 } ahead) await Task.Delay(ahead, TestContext.Current.CancellationToken);
        }
        stage.Source.Write("[12:00:00] [x]: Done (1s)!");
        await Deadline.UntilAsync("the last line", () => stage.Observed.ReadySeen);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(15), $"read after {TimeProvider.System.GetElapsedTime(started)}");
        Assert.True(slowest < TimeSpan.FromSeconds(1), $"others waited {slowest}");
    }

    [Theory]
    [InlineData(InstallState.Succeeded, "The install is done.")]
    [InlineData(InstallState.Failed, "The install failed. no such mirror")]
    public async Task Install_that_ended_before_anybody_looked_is_shown_whole_to_who_reads_along(InstallState state, string end)
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Source.WriteInstall("fetching", "unpacking");
        stage.Source.EndInstall();
        stage.Show(null, new(1, state, state is InstallState.Failed ? "no such mirror" : null, DateTimeOffset.UtcNow));
        await stage.UntilShownAsync(end);
        Assert.Equal(["Start: The install starts.", "Install: fetching", "Install: unpacking", $"End: {end}"], stage.Shown);

        // told once, also after the panel was started again
        await stage.KeepAsync();
        await stage.RestartAsync();
        stage.Show(ConsoleStage.Running(), new(1, state, null, DateTimeOffset.UtcNow));
        stage.Source.Write("the game");
        await stage.UntilShownAsync("the game");
        Assert.Single(stage.Shown, line => line.StartsWith("Start: The install", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Install_that_was_done_long_before_the_panel_began_is_no_news()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Source.WriteInstall("of last week");
        stage.Show(ConsoleStage.Running(), new(1, InstallState.Succeeded, null, DateTimeOffset.UtcNow.AddDays(-7)));
        stage.Source.Write("the game");
        await stage.UntilShownAsync("the game");
        Assert.DoesNotContain(stage.Shown, line => line.Contains("install", StringComparison.OrdinalIgnoreCase) || line.Contains("of last week", StringComparison.Ordinal));
    }
}
