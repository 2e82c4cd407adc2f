using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Tests.Console;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Servers;

public class AnnounceStopTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Players_are_told_and_a_stop_that_is_called_off_does_not_come()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        var (announce, countdowns) = (stage.Get<AnnounceStop>(), stage.Get<StopCountdowns>());
        await announce.RunAsync(stage.Owner, stage.Id, PowerAction.Stop, 30, Stop);
        await Deadline.UntilAsync("the announcement", () => stage.Source.Typed.Contains("say The server stops in 30 seconds."));
        await stage.UntilShownAsync("ann: the server stops in 30 seconds.");
        Assert.Equal((PowerAction.Stop, "ann"), (countdowns.Find(stage.Id)!.Action, countdowns.Find(stage.Id)!.By));
        await Assert.ThrowsAsync<ConflictException>(() => announce.RunAsync(stage.Owner, stage.Id, PowerAction.Restart, 60, Stop));
        await announce.CancelAsync(stage.Owner, stage.Id, Stop);
        Assert.Null(countdowns.Find(stage.Id));
        Assert.Equal("say The stop was called off.", stage.Source.Typed[^1]);
        await stage.UntilShownAsync("ann called the stop off.");
        await Assert.ThrowsAsync<ConflictException>(() => announce.CancelAsync(stage.Owner, stage.Id, Stop));
        Assert.Equal(RunIntent.Running, (await stage.Get<ServerRows>().FindAsync(stage.Id, Stop))!.Value.Server.Intent);
    }

    [Theory]
    [InlineData(PowerAction.Restart), InlineData(PowerAction.Stop), InlineData(PowerAction.Kill), InlineData(PowerAction.Start)]
    public async Task Countdown_ends_with_what_somebody_does_by_hand_and_says_so(PowerAction action)
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        await stage.Get<AnnounceStop>().RunAsync(stage.Owner, stage.Id, PowerAction.Stop, 30, Stop);
        await stage.Get<ChangePower>().RunAsync(stage.Owner, stage.Id, action, Stop);
        Assert.Null(stage.Get<StopCountdowns>().Find(stage.Id));
        await stage.UntilShownAsync($"The announced stop does not come: ann chose {action.ToString().ToLowerInvariant()}.");
        await using var db = await stage.Get<IDbContextFactory<PanelDb>>().CreateDbContextAsync(Stop);
        Assert.Empty(await db.StopCountdowns.ToListAsync(Stop));
    }

    [Fact]
    public async Task Stop_comes_when_the_countdown_is_over()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        await stage.Get<AnnounceStop>().RunAsync(stage.Owner, stage.Id, PowerAction.Stop, 30, Stop);
        await Deadline.UntilAsync("the stop", async () => (await stage.Get<ServerRows>().FindAsync(stage.Id, Stop))!.Value.Server.Intent == RunIntent.Stopped, TimeSpan.FromSeconds(60));
        Assert.Equal([30, 10, 5, 3, 2, 1], stage.Source.Typed.Select(line => int.Parse(line.Split(' ')[^2])));
        await Deadline.UntilAsync("the countdown's end", () => stage.Get<StopCountdowns>().Find(stage.Id) is null);
    }

    [Fact]
    public async Task Stop_is_announced_by_who_may_stop_and_only_while_the_server_runs()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        var announce = stage.Get<AnnounceStop>();
        await Assert.ThrowsAsync<ConflictException>(() => announce.RunAsync(stage.Owner, stage.Id, PowerAction.Stop, 30, Stop));
        stage.Show(ConsoleStage.Running());
        var other = new Actor("eve", "eve", new HashSet<string> { PanelPermissions.CreateServers }, null);
        await Assert.ThrowsAsync<NotFoundException>(() => announce.RunAsync(other, stage.Id, PowerAction.Stop, 30, Stop));
        await Assert.ThrowsAsync<InvalidFieldException>(() => announce.RunAsync(stage.Owner, stage.Id, PowerAction.Kill, 30, Stop));
        await Assert.ThrowsAsync<InvalidFieldException>(() => announce.RunAsync(stage.Owner, stage.Id, PowerAction.Stop, 31, Stop));
        await announce.RunAsync(stage.Owner, stage.Id, PowerAction.Stop, 60, Stop);
        await Assert.ThrowsAsync<NotFoundException>(() => announce.CancelAsync(other, stage.Id, Stop));
        Assert.NotNull(stage.Get<StopCountdowns>().Find(stage.Id));
    }

    [Fact]
    public async Task Two_that_carry_out_the_same_countdown_tell_and_stop_once()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        using var ending = new CancellationTokenSource();
        var other = Task.Run(() => stage.Get<CarryOutStops>().RunAsync(ending.Token), Stop);
        await stage.Get<AnnounceStop>().RunAsync(stage.Owner, stage.Id, PowerAction.Stop, 30, Stop);
        await Deadline.UntilAsync("the stop", async () => (await stage.Get<ServerRows>().FindAsync(stage.Id, Stop))!.Value.Server.Intent == RunIntent.Stopped, TimeSpan.FromSeconds(60));
        Assert.Equal([30, 10, 5, 3, 2, 1], stage.Source.Typed.Select(line => int.Parse(line.Split(' ')[^2])));
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other.Within("the other's end"));
        await using var db = await stage.Get<IDbContextFactory<PanelDb>>().CreateDbContextAsync(Stop);
        Assert.Equal(1, await db.Audit.CountAsync(record => record.Action == "server.power.stop", Stop));
    }

    [Fact]
    public async Task Countdown_of_one_who_is_suspended_meanwhile_ends_without_a_stop()
    {
        await using var core = await CoreHost.OnSqliteAsync();
        var (ann, bob) = (await core.AccountAsync("ann"), await core.AccountAsync("bob", isAdmin: true));
        await core.AccountAsync("cleo", isAdmin: true);
        var id = await core.ServerAsync(ann);
        core.Get<ObservedServers>().Publish(id, new() { Exists = true, Pod = ConsoleStage.Running() });
        using var ending = new CancellationTokenSource();
        var stops = Task.Run(() => core.Get<CarryOutStops>().RunAsync(ending.Token), Stop);
        await core.Get<AnnounceStop>().RunAsync(bob, id, PowerAction.Stop, 30, Stop);
        await core.Get<SuspendAccount>().RunAsync(CoreHost.Admin, bob.UserId, new() { Reason = "Left" }, Stop);
        await Deadline.UntilAsync("the countdown's end", () => core.Get<StopCountdowns>().Find(id) is null, TimeSpan.FromSeconds(60));
        Assert.Equal(RunIntent.Running, (await core.RowAsync(id))!.Intent);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stops.Within("the end of the countdowns"));
    }
}
