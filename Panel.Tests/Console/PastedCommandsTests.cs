using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Console;

/// <summary>What was pasted is sent to its end without the page it was pasted into.</summary>
public class PastedCommandsTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Paste_is_sent_to_its_last_line_while_nobody_looks()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        var (pastes, lines) = (stage.Get<PastedCommands>(), Lines(16));
        using (var page = new CancellationTokenSource())
        {
            await pastes.BeginAsync(stage.Owner, stage.Id, lines, page.Token);
            await page.CancelAsync(); // the tab is left
        }
        await Assert.ThrowsAsync<ConflictException>(() => pastes.BeginAsync(stage.Owner, stage.Id, lines, Stop));
        await Deadline.UntilAsync("some of them, told to who comes back", async () => await ProgressAsync(stage) is { Sent: >= 10, Of: 16 });
        await Deadline.UntilAsync("all of them", async () => stage.Source.Typed.Count == lines.Length && await ProgressAsync(stage) is null, TimeSpan.FromSeconds(30));
        Assert.Equal(lines, stage.Source.Typed);
    }

    [Fact]
    public async Task Paste_that_is_stopped_says_what_was_not_sent()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        var pastes = stage.Get<PastedCommands>();
        await pastes.BeginAsync(stage.Owner, stage.Id, Lines(40), Stop);
        await Deadline.UntilAsync("the first", () => stage.Source.Typed.Count >= 10);
        await pastes.StopAsync(stage.Owner, stage.Id, Stop);
        await stage.UntilShownAsync("Of the 40 commands that ann pasted");
        Assert.Contains(stage.Shown, line => line.EndsWith("were not: it was stopped.", StringComparison.Ordinal));
        Assert.InRange(stage.Source.Typed.Count, 10, 12);
        Assert.Null(await ProgressAsync(stage));
    }

    [Fact]
    public async Task Paste_ends_with_the_server_and_says_why()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        await stage.Get<PastedCommands>().BeginAsync(stage.Owner, stage.Id, Lines(40), Stop);
        await Deadline.UntilAsync("the first", () => stage.Source.Typed.Count >= 10);
        stage.Show(null);
        await stage.UntilShownAsync("were not: The server is not running; start it first.");
    }

    [Fact]
    public async Task More_lines_than_go_at_once_and_strangers_are_refused()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        var pastes = stage.Get<PastedCommands>();
        await Assert.ThrowsAsync<InvalidFieldException>(() => pastes.BeginAsync(stage.Owner, stage.Id, Lines(PastedCommands.Most + 1), Stop));
        await Assert.ThrowsAsync<NotFoundException>(() => pastes.BeginAsync(new("eve", "eve", new HashSet<string> { PanelPermissions.CreateServers }, null), stage.Id, Lines(2), Stop));
        Assert.Empty(stage.Source.Typed);
    }

    [Fact]
    public async Task Page_that_follows_asks_nothing_until_something_changes()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        var clock = new CountingClock();
        using var pastes = new PastedCommands(stage.Get<SendCommand>(), stage.Get<Panel.Core.Servers.ServerOperations>(), stage.Get<Actors>(), stage.Get<CommandPace>(), stage.Get<SaidLines>(), clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<PastedCommands>.Instance);
        await using var progress = pastes.FollowAsync(stage.Owner, stage.Id, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await progress.MoveNextAsync());
        Assert.Null(progress.Current);
        var next = progress.MoveNextAsync().AsTask();
        await Task.Delay(TimeSpan.FromSeconds(1), Stop);
        Assert.Equal(0, clock.Timers);
        await pastes.BeginAsync(stage.Owner, stage.Id, Lines(3), Stop);
        await Deadline.UntilAsync("all of them", () => stage.Source.Typed.Count == 3);
        await pastes.BeginAsync(stage.Owner, stage.Id, Lines(40), Stop);
        Assert.True(await next.Within("the news"));
        Assert.NotNull(progress.Current);
    }

    sealed class CountingClock : TimeProvider
    {
        int timers;

        public int Timers => Volatile.Read(ref timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref timers);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    static string[] Lines(int count) => [.. Enumerable.Range(1, count).Select(number => $"say {number}")];

    static async Task<PasteProgress?> ProgressAsync(ConsoleStage stage)
    {
        await foreach (var progress in stage.Get<PastedCommands>().FollowAsync(stage.Owner, stage.Id, Stop)) return progress;
        return null;
    }
}
