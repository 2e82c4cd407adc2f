using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Xunit;

namespace Panel.Tests.Console;

public class SendCommandTests
{
    [Fact]
    public async Task Command_is_sent_shown_before_its_answer_and_noted()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Source.Echoes = true;
        stage.Show(ConsoleStage.Running());
        await SendAsync(stage, "say hi");
        await stage.UntilShownAsync("you typed");
        Assert.Equal(["say hi"], stage.Source.Typed);
        Assert.Equal(["Start: The server starts.", "Command: ann > say hi", "Program: you typed say hi"], stage.Shown.Order(StringComparer.Ordinal).OrderBy(line => line.Contains("ann", StringComparison.Ordinal) ? 1 : line.StartsWith("Program", StringComparison.Ordinal) ? 2 : 0));
        Assert.True(stage.Shown.ToList().FindIndex(line => line.Contains("ann >", StringComparison.Ordinal)) < stage.Shown.ToList().FindIndex(line => line.Contains("you typed", StringComparison.Ordinal)));
        await using var db = stage.Get<IDbContextFactory<PanelDb>>().CreateDbContext();
        var record = await db.Audit.SingleAsync(record => record.Action == "server.command", TestContext.Current.CancellationToken);
        Assert.Equal(("ann", "192.0.2.7", "say hi"), (record.ActorName, record.Address, record.Detail));
    }

    [Fact]
    public async Task Command_to_a_server_that_does_not_run_is_refused()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        await Assert.ThrowsAsync<ConflictException>(() => SendAsync(stage, "say hi"));
        stage.Show(ConsoleStage.Running() with { Running = false });
        await Assert.ThrowsAsync<ConflictException>(() => SendAsync(stage, "say hi"));
        Assert.Empty(stage.Source.Typed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("say hi\nop eve")]
    [InlineData("say\0hi")]
    public async Task Command_that_is_no_line_is_refused(string command)
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        await Assert.ThrowsAsync<InvalidFieldException>(() => SendAsync(stage, command));
        await Assert.ThrowsAsync<InvalidFieldException>(() => SendAsync(stage, new string('x', 1025)));
        Assert.Empty(stage.Source.Typed);
    }

    [Fact]
    public async Task Stranger_knows_of_no_console()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        var stranger = new Actor("someone", "someone", new HashSet<string>(), null);
        await Assert.ThrowsAsync<NotFoundException>(() => stage.Get<SendCommand>().RunAsync(stranger, stage.Id, new() { Command = "stop" }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<NotFoundException>(async () =>
        {
            await foreach (var batch in stage.Get<OpenConsole>().RunAsync(stranger, stage.Id, TestContext.Current.CancellationToken)) Assert.Fail($"{batch.Lines.Count} lines");
        });
        Assert.Empty(stage.Source.Typed);
    }

    [Fact]
    public async Task Command_that_stops_the_game_is_a_stop()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        await SendAsync(stage, "stop");
        await using var db = stage.Get<IDbContextFactory<PanelDb>>().CreateDbContext();
        Assert.Equal(RunIntent.Stopped, (await db.Servers.SingleAsync(TestContext.Current.CancellationToken)).Intent);
        Assert.Empty(stage.Source.Typed);
    }

    static Task SendAsync(ConsoleStage stage, string command) => stage.Get<SendCommand>().RunAsync(stage.Owner, stage.Id, new SendCommandRequest { Command = command }, TestContext.Current.CancellationToken);
}
