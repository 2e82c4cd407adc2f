using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Console;
using Panel.Core;
using Panel.Core.Console;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Console;

/// <summary>What a restart of the panel leaves of a console: all that it showed.</summary>
public class KeptConsoleTests
{
    static readonly ExitSeen Crash = new(1, "Error", null, DateTimeOffset.UtcNow.AddSeconds(1));

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restart_of_the_panel_leaves_runs_with_their_ends_commands_and_lines_as_they_were()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        var pod = await TwoRunsAsync(stage);
        var before = await stage.HistoryAsync();
        await stage.RestartAsync();
        stage.Source.Write("meanwhile");
        stage.Show(pod);
        await stage.UntilShownAsync("meanwhile");
        Assert.Equal([.. before, "Program: meanwhile"], await stage.HistoryAsync());
        Assert.Equal(before, stage.Shown.Take(before.Count)); // a page begins with it
    }

    [Fact]
    public async Task Many_restarts_double_nothing_and_lose_nothing()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        var pod = await TwoRunsAsync(stage);
        var expected = (await stage.HistoryAsync()).ToList();
        for (var round = 0; round < 4; round++)
        {
            await stage.RestartAsync();
            stage.Source.Write(sameTick: true, $"a {round}", $"b {round}", $"a {round}");
            stage.Show(pod);
            await stage.UntilShownAsync($"b {round}");
            stage.Get<SaidLines>().Say(stage.Id, $"ann > say {round}", ConsoleSource.Command);
            await stage.UntilShownAsync($"say {round}");
            expected.AddRange([$"Program: a {round}", $"Program: b {round}", $"Program: a {round}", $"Command: ann > say {round}"]);
            await stage.KeepAsync();
            Assert.Equal(expected, await stage.HistoryAsync());
        }
    }

    [Fact]
    public async Task Lines_that_were_not_kept_before_a_kill_come_from_the_log_once_each()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        var pod = ConsoleStage.Running();
        stage.Show(pod);
        stage.Source.Write(sameTick: true, "1", "2", "3");
        await stage.UntilShownAsync("Program: 3");
        await stage.KeepAsync();
        stage.Source.Write(sameTick: false, "4", "5");
        await stage.UntilShownAsync("Program: 5");
        await stage.RestartAsync();
        stage.Source.Write("6");
        stage.Show(pod);
        await stage.UntilShownAsync("Program: 6");
        Assert.Equal(["Start: The server starts.", .. Enumerable.Range(1, 6).Select(number => $"Program: {number}")], await stage.HistoryAsync());
    }

    [Fact]
    public async Task Run_that_ended_while_the_panel_was_away_is_told_with_its_last_lines_and_its_reason()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        stage.Source.Write("1");
        await stage.UntilShownAsync("Program: 1");
        await stage.KeepAsync();
        await stage.RestartAsync();
        stage.Source.Write("last words");
        stage.Source.Restart();
        stage.Source.Write("again");
        stage.Show(ConsoleStage.Running(restarts: 1, last: Crash));
        await stage.UntilShownAsync("again");
        Assert.Equal(["Start: The server starts.", "Program: 1", "Program: last words", "End: The server stopped: code 1.", "Start: The server starts.", "Program: again"], await stage.HistoryAsync());
    }

    [Fact]
    public async Task End_that_was_told_is_not_told_again()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        var pod = ConsoleStage.Running();
        stage.Show(pod);
        stage.Source.Write("1");
        await stage.UntilShownAsync("Program: 1");
        stage.Show(pod = pod with { Running = false, LastExit = Crash });
        stage.Source.End();
        await stage.UntilShownAsync("stopped");
        await stage.KeepAsync();
        var before = await stage.HistoryAsync();
        await stage.RestartAsync();
        stage.Show(pod);
        stage.Show(pod with { Message = "again" });
        await stage.HistoryAsync();
        stage.Get<SaidLines>().Say(stage.Id, "after it");
        await stage.UntilShownAsync("after it");
        Assert.Equal([.. before, "Panel: after it"], await stage.HistoryAsync());
    }

    [Fact]
    public async Task What_nobody_could_read_while_the_panel_was_away_is_told_in_line()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        var pod = ConsoleStage.Running(startedAt: stage.Source.LastAt);
        stage.Show(pod);
        stage.Source.Write("1", "2");
        await stage.UntilShownAsync("Program: 2");
        await stage.KeepAsync();
        await stage.RestartAsync();
        stage.Source.Write("3", "4");
        stage.Source.Rotate(3);
        stage.Show(pod);
        await stage.UntilShownAsync("Program: 4");
        Assert.Matches("^Panel: Lines between .* UTC were not kept: the panel was away, and the cluster's log begins later.$", (await stage.HistoryAsync())[3]);
        await stage.KeepAsync();

        await stage.RestartAsync();
        stage.Show(ConsoleStage.Running(pod: 2));
        await stage.UntilShownAsync("The server stopped.");
        await Deadline.UntilAsync("the second start", async () => (await stage.HistoryAsync()).Count(line => line.StartsWith("Start", StringComparison.Ordinal)) == 2);
        Assert.Matches("^Panel: Lines between .* UTC were not kept: the panel was away.$", (await stage.HistoryAsync())[5]);
    }

    [Fact]
    public async Task Install_that_goes_on_over_a_restart_of_the_panel_is_shown_once()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(null, new(1, InstallState.Running, null));
        stage.Source.WriteInstall("download", "unpack");
        await stage.UntilShownAsync("unpack");
        await stage.KeepAsync();
        await stage.RestartAsync();
        stage.Source.WriteInstall("clean up");
        stage.Source.End();
        stage.Show(null, new(1, InstallState.Succeeded, null));
        await stage.UntilShownAsync("The install is done.");
        Assert.Equal(["Start: The install starts.", "Install: download", "Install: unpack", "Install: clean up", "End: The install is done."], await stage.HistoryAsync());
        await stage.KeepAsync();
        await stage.RestartAsync();
        stage.Show(null, new(1, InstallState.Succeeded, null));
        Assert.Equal(5, (await stage.HistoryAsync()).Count);
    }

    [Fact]
    public async Task Flood_is_kept_within_its_bound_and_says_what_is_not()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        await stage.UntilShownAsync("starts");
        var feed = stage.Get<ConsoleHub>().Feed(stage.Id);
        var number = 0;
        for (var round = 0; round < 6; round++)
        {
            for (var batch = 0; batch < 20; batch++) feed.Publish([.. Enumerable.Range(0, 1000).Select(_ => new SourceLine(DateTimeOffset.UtcNow, $"{++number} {new string('x', 60)}"))], ConsoleSource.Program);
            await stage.KeepAsync();
        }
        await using var db = await stage.Get<IDbContextFactory<PanelDb>>().CreateDbContextAsync(Stop);
        var chunks = await db.ConsoleChunks.AsNoTracking().OrderBy(chunk => chunk.Sequence).ToListAsync(Stop);
        Assert.InRange(chunks.Sum(chunk => chunk.Size), ConsoleKeeping.MostKept / 2, ConsoleKeeping.MostKept);
        Assert.InRange(chunks.Count, 2, 40);
        var kept = await stage.Get<KeptConsoles>().ReadAsync(stage.Id, Stop);
        List<ConsoleLine> lines = [.. kept.Blocks.SelectMany(block => block.Lines()), .. kept.Recent];
        Assert.StartsWith($"{number} ", lines[^1].Text, StringComparison.Ordinal);
        Assert.Contains(lines, line => line is { Source: ConsoleSource.Panel } && line.Text.EndsWith("were not kept: they came too fast.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Quiet_console_grows_one_row_and_not_a_row_a_line()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        for (var line = 0; line < 30; line++)
        {
            stage.Source.Write($"line {line}.");
            await stage.UntilShownAsync($"line {line}.");
            await stage.KeepAsync();
        }
        await using var db = await stage.Get<IDbContextFactory<PanelDb>>().CreateDbContextAsync(Stop);
        Assert.Equal(31, (await db.ConsoleChunks.AsNoTracking().SingleAsync(Stop)).Lines);
    }

    [Fact]
    public async Task Console_that_another_replica_kept_is_not_kept_twice()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        await TwoRunsAsync(stage);
        var before = await stage.HistoryAsync();
        var feed = stage.Get<ConsoleHub>().Feed(stage.Id);
        feed.Kept = new(0, 0, 1); // as one that stood by while another led
        stage.Source.Write("under the new leader");
        await stage.UntilShownAsync("under the new leader");
        await stage.KeepAsync();
        var kept = await stage.Get<KeptConsoles>().ReadAsync(stage.Id, Stop);
        Assert.Equal([.. before, "Program: under the new leader"], kept.Blocks.SelectMany(block => block.Lines()).Concat(kept.Recent).Select(line => $"{line.Source}: {line.Text}"));
    }

    [Fact, Trait("Lane", "postgres")]
    public async Task Replicas_on_PostgreSQL_show_and_keep_the_same_history()
    {
        await using var one = await CoreHost.OnPostgresAsync();
        var ann = await one.AccountAsync();
        var id = await one.ServerAsync(ann);
        var start = DateTimeOffset.UtcNow;
        ConsoleFeed Feed(CoreHost core) => core.Get<ConsoleHub>().Feed(id);
        async Task<IReadOnlyList<string>> ShownAsync(CoreHost core) => [.. (await core.Get<ReadHistory>().AllAsync(ann, id, Stop)).Select(line => $"{line.Source}: {line.Text}")];
        void Write(int number, params CoreHost[] readers)
        {
            foreach (var core in readers) Feed(core).Publish([new(start.AddTicks(number), $"line {number}")], ConsoleSource.Program); // each reads the same log
        }

        Write(1, one);
        Feed(one).Say("ann > list", ConsoleSource.Command);
        Assert.Equal(2, (await ShownAsync(one)).Count);
        await one.Get<ConsoleKeeping>().KeepAsync(all: true, Stop);
        await using var two = await CoreHost.OnSqliteAsync(("Panel:Database:Provider", "Postgres"), ("ConnectionStrings:Panel", one.Settings["ConnectionStrings:Panel"]!));
        Assert.Equal(await ShownAsync(one), await ShownAsync(two));
        Write(2, one, two);
        await one.Get<ConsoleKeeping>().KeepAsync(all: true, Stop);
        Write(3, one, two);
        await two.Get<ConsoleKeeping>().KeepAsync(all: true, Stop); // it leads from here on
        await one.Get<ConsoleKeeping>().KeepAsync(all: true, Stop); // and this one believes for a moment that it still does
        Assert.Equal(await ShownAsync(one), await ShownAsync(two));
        var kept = await two.Get<KeptConsoles>().ReadAsync(id, Stop);
        Assert.Equal(await ShownAsync(one), [.. kept.Blocks.SelectMany(block => block.Lines()).Concat(kept.Recent).Select(line => $"{line.Source}: {line.Text}")]);
    }

    [Fact]
    public async Task What_is_kept_goes_with_its_server_and_what_is_broken_is_passed_over()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        await TwoRunsAsync(stage);
        await using var db = await stage.Get<IDbContextFactory<PanelDb>>().CreateDbContextAsync(Stop);
        await db.ConsoleChunks.ExecuteUpdateAsync(set => set.SetProperty(chunk => chunk.Content, new byte[] { 1, 2, 3 }), Stop);
        Assert.Empty((await stage.Get<KeptConsoles>().ReadAsync(stage.Id, Stop)).Recent);
        await db.Servers.ExecuteDeleteAsync(Stop);
        Assert.Empty(await db.ConsoleChunks.ToListAsync(Stop));
        stage.Source.Write("after it went");
        await Deadline.UntilAsync("the line to be kept", () => stage.Get<ConsoleHub>().Feeds.Any(console => console.Feed.HasUnkept(true)));
        await stage.KeepAsync();
        Assert.Empty(await db.ConsoleChunks.ToListAsync(Stop));
    }

    static async Task<PodSeen> TwoRunsAsync(ConsoleStage stage)
    {
        var first = ConsoleStage.Running();
        stage.Show(first);
        stage.Source.Write("one", "two");
        await stage.UntilShownAsync("two");
        stage.Get<SaidLines>().Say(stage.Id, "ann > list", ConsoleSource.Command);
        stage.Show(first with { Running = false, LastExit = Crash });
        stage.Source.Restart();
        await stage.UntilShownAsync("stopped");
        var second = ConsoleStage.Running(restarts: 1, last: Crash);
        stage.Show(second);
        stage.Source.Write("three");
        await stage.UntilShownAsync("three");
        await stage.KeepAsync();
        return second;
    }
}
