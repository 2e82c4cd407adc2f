using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Console;

public class ReadHistoryTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task History_of_somebody_elses_server_stays_shut()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        var (other, history) = (new Actor("eve", "eve", new HashSet<string> { PanelPermissions.CreateServers }, null), stage.Get<ReadHistory>());
        await Assert.ThrowsAsync<NotFoundException>(() => history.PageAsync(other, stage.Id, new(), Stop));
        await Assert.ThrowsAsync<NotFoundException>(() => history.SearchAsync(other, stage.Id, new() { Text = "secret" }, Stop));
        await Assert.ThrowsAsync<NotFoundException>(() => history.AllAsync(other, stage.Id, Stop));
        await Assert.ThrowsAsync<NotFoundException>(() => history.FindAsync(other, stage.Id, 1, 1, Stop));
        await Assert.ThrowsAsync<NotFoundException>(() => stage.Get<ReadPastLog>().RunAsync(other, stage.Id, PastLog.Previous, Stop));
    }

    [Fact]
    public async Task Bad_questions_are_refused()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        var history = stage.Get<ReadHistory>();
        await Assert.ThrowsAsync<InvalidFieldException>(() => history.SearchAsync(stage.Owner, stage.Id, new() { Text = " " }, Stop));
        await Assert.ThrowsAsync<InvalidFieldException>(() => history.SearchAsync(stage.Owner, stage.Id, new() { Text = new('x', 201) }, Stop));
        await Assert.ThrowsAsync<InvalidFieldException>(() => history.PageAsync(stage.Owner, stage.Id, new() { Count = 1_000_000 }, Stop));
    }

    [Fact]
    public async Task Console_that_opens_on_a_second_run_begins_with_the_run_before_and_how_it_ended()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Source.Write("first run", "it breaks");
        stage.Source.Restart();
        var restarted = stage.Source.LastAt.AddTicks(1);
        stage.Source.Write("second run");
        var exit = new ExitSeen(137, "OOMKilled", null, stage.Source.LastAt);
        stage.Show(ConsoleStage.Running(restarts: 1, startedAt: restarted, last: exit));
        await stage.UntilShownAsync("second run");
        Assert.Equal(["Program: first run", "Program: it breaks"], stage.Shown.Take(2));
        Assert.StartsWith("End: The server stopped: ", stage.Shown[2], StringComparison.Ordinal);
        Assert.Equal(["Start: The server starts.", "Program: second run"], stage.Shown.Skip(3));
    }

    [Fact]
    public async Task Log_of_the_run_before_is_read_or_said_to_be_gone()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        var logs = stage.Get<ReadPastLog>();
        await Assert.ThrowsAsync<ConflictException>(() => logs.RunAsync(stage.Owner, stage.Id, PastLog.Previous, Stop));
        await Assert.ThrowsAsync<ConflictException>(() => logs.RunAsync(stage.Owner, stage.Id, PastLog.Install, Stop));
        stage.Source.Write([.. Enumerable.Range(0, 6_000).Select(i => $"line {i}")]);
        stage.Source.Restart();
        var lines = await logs.RunAsync(stage.Owner, stage.Id, PastLog.Previous, Stop);
        Assert.Equal((5_000, "line 1000", "line 5999"), (lines.Count, lines[0].Text, lines[^1].Text));
        stage.Source.WriteInstall("unpacking");
        stage.Source.End();
        stage.Show(null, new(1, InstallState.Succeeded, null));
        var reading = logs.RunAsync(stage.Owner, stage.Id, PastLog.Install, Stop);
        Assert.Equal("unpacking", Assert.Single(await reading.Within("the install's log")).Text);
    }

    [Fact]
    public async Task Lines_have_the_level_of_the_first_pattern_that_matches_and_others_none()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        stage.Source.Write("[12:00:00] [main/INFO]: plain", "[12:00:00] [main/WARN]: odd", "[12:00:00] [main/\u001b[31mERROR\u001b[0m]: bad");
        await stage.UntilShownAsync("bad");
        var page = await stage.Get<ReadHistory>().PageAsync(stage.Owner, stage.Id, new(), Stop);
        Assert.Equal([ConsoleLevel.None, ConsoleLevel.Warning, ConsoleLevel.Error], page.Lines.Where(line => !line.IsOwn).Select(line => line.Level));
    }
}
