using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Settings;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Servers;

/// <summary>A server whose program ends again and again is stopped; the times are those that a cluster tells.</summary>
public sealed class CrashGuardTests : IAsyncLifetime
{
    readonly Watch clock = new();
    CoreHost host = null!;
    Actor ann = null!;
    ServerId id;

    /// <summary>The clock of the cluster's node.</summary>
    sealed class Watch : TimeProvider
    {
        DateTimeOffset now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => now;

        public void Pass(TimeSpan time) => now += time;
    }

    public async ValueTask InitializeAsync() => await SetUpAsync(await CoreHost.OnSqliteAsync());

    async Task SetUpAsync(CoreHost made)
    {
        host = made;
        ann = await host.AccountAsync();
        id = await host.ServerAsync(ann);
        await host.DrainAsync();
        await ShowAsync(pod => pod with { CreatedAt = clock.GetUtcNow(), StartedAt = clock.GetUtcNow() });
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    async Task ShowAsync(Func<PodSeen, PodSeen> change)
    {
        host.Cluster.Change((await host.RowAsync(id))!.ObjectName, change);
        await host.DrainAsync();
    }

    /// <summary>The program ends, and the cluster starts it again.</summary>
    async Task CrashAsync(TimeSpan after, int code = 1)
    {
        clock.Pass(after);
        await ShowAsync(pod => pod with { Restarts = pod.Restarts + 1, LastExit = new(code, code == 0 ? "Completed" : "Error", null, clock.GetUtcNow()), StartedAt = clock.GetUtcNow() });
    }

    [Fact]
    public async Task End_of_which_the_cluster_knows_no_time_counts_and_stops_no_pass()
    {
        await ShowAsync(pod => pod with { Restarts = pod.Restarts + 1, LastExit = new(137, "ContainerStatusUnknown", null, default) });
        Assert.DoesNotContain(host.Log, line => line.Contains("ArgumentOutOfRange", StringComparison.Ordinal));
        Assert.NotNull((await host.RowAsync(id))!.Crashes);
        await CrashAsync(TimeSpan.FromMinutes(1));
        Assert.Single((await host.RowAsync(id))!.Crashes!.Ends);    // that of no time lies outside every window
    }

    async Task<List<string>> AuditAsync(string action)
    {
        await using var db = host.Open();
        return await db.Audit.Where(record => record.Action == action).Select(record => record.ActorName + ": " + record.Detail).ToListAsync();
    }

    [Fact]
    public async Task Server_whose_program_ends_again_and_again_is_stopped_and_says_why()
    {
        for (var crash = 1; crash <= 4; crash++) await CrashAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((RunIntent.Running, ""), await StateAsync());
        await CrashAsync(TimeSpan.FromSeconds(30), code: 139);
        Assert.Equal((RunIntent.Stopped, "Its program ended 5 times within 10 minutes, last with signal 11."), await StateAsync());
        Assert.Equal(0, host.Cluster.Find((await host.RowAsync(id))!.ObjectName)!.Replicas);
        var shown = await host.ShownAsync(id);
        Assert.Equal((ServerPhase.Failing, "The panel stopped it. Its program ended 5 times within 10 minutes, last with signal 11. Start it once the cause is mended."), (shown.Phase, shown.Reason));
        Assert.Equal(["Panel: Its program ended 5 times within 10 minutes, last with signal 11."], await AuditAsync("server.crash-loop"));
        var said = await host.Get<ReadHistory>().AllAsync(ann, id, default);
        Assert.Contains(said, line => line.Source == ConsoleSource.End && line.Text.StartsWith("The panel stopped the server. Its program ended 5 times", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Clean_end_that_nobody_asked_for_counts_like_any_other()
    {
        for (var crash = 1; crash <= 5; crash++) await CrashAsync(TimeSpan.FromSeconds(30), code: 0);
        Assert.Equal((RunIntent.Stopped, "Its program ended 5 times within 10 minutes, last with code 0."), await StateAsync());
    }

    [Fact]
    public async Task Ends_that_lie_further_apart_than_the_time_do_not_stop_it()
    {
        for (var crash = 1; crash <= 12; crash++) await CrashAsync(TimeSpan.FromMinutes(2.6));
        Assert.Equal((RunIntent.Running, ""), await StateAsync());
        Assert.Equal(4, (await host.RowAsync(id))!.Crashes!.Ends.Count);
    }

    [Fact]
    public async Task Start_begins_to_count_anew_and_stop_takes_the_reason_away()
    {
        for (var crash = 1; crash <= 5; crash++) await CrashAsync(TimeSpan.FromSeconds(5));
        await host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Start, default);
        await host.DrainAsync();
        Assert.Equal((RunIntent.Running, ""), await StateAsync());
        Assert.Equal(ServerPhase.Starting, (await host.ShownAsync(id)).Phase);
        for (var crash = 1; crash <= 4; crash++) await CrashAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(RunIntent.Running, (await StateAsync()).Intent);
        await CrashAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(RunIntent.Stopped, (await StateAsync()).Intent);
        await host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Stop, default);
        await host.DrainAsync();
        Assert.Equal((ServerPhase.Offline, null), ((await host.ShownAsync(id)).Phase, (await host.ShownAsync(id)).Reason));
    }

    [Fact]
    public async Task What_was_counted_and_why_it_was_stopped_outlive_the_panel()
    {
        for (var crash = 1; crash <= 3; crash++) await CrashAsync(TimeSpan.FromSeconds(30));
        await RestartAsync();
        Assert.Equal(3, (await host.RowAsync(id))!.Crashes!.Ends.Count); // the same pod, seen again, is no news
        for (var crash = 1; crash <= 2; crash++) await CrashAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(RunIntent.Stopped, (await StateAsync()).Intent);
        await RestartAsync();
        Assert.StartsWith("The panel stopped it. Its program ended 5 times", (await host.ShownAsync(id)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_that_nobody_saw_are_counted_at_equal_distances()
    {
        clock.Pass(TimeSpan.FromMinutes(8));
        await ShowAsync(pod => pod with { Restarts = 4, LastExit = new(1, "Error", null, clock.GetUtcNow()) });
        Assert.Equal(4, (await host.RowAsync(id))!.Crashes!.Ends.Count);
        clock.Pass(TimeSpan.FromDays(2));
        await ShowAsync(pod => pod with { Restarts = 300, LastExit = new(1, "Error", null, clock.GetUtcNow()) });
        Assert.Equal(RunIntent.Running, (await StateAsync()).Intent); // one in ten minutes
        clock.Pass(TimeSpan.FromMinutes(3));
        await ShowAsync(pod => pod with { Restarts = 304, LastExit = new(1, "Error", null, clock.GetUtcNow()) });
        Assert.Equal(RunIntent.Stopped, (await StateAsync()).Intent);
    }

    [Fact]
    public async Task Ends_that_were_asked_for_do_not_count()
    {
        for (var crash = 1; crash <= 4; crash++) await CrashAsync(TimeSpan.FromSeconds(5));
        host.Cluster.Stubborn = true; // the pods of the starts before are seen to end
        for (var restart = 1; restart <= 3; restart++)
        {
            await host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Restart, default);
            await CrashAsync(TimeSpan.FromSeconds(1), code: 143); // before a pass marks the pod, and after
            await CrashAsync(TimeSpan.FromSeconds(1), code: 143);
        }
        Assert.Equal((RunIntent.Running, ""), await StateAsync());
        Assert.Null((await host.RowAsync(id))!.Crashes);
    }

    [Fact]
    public async Task Administrators_say_how_often_and_within_which_time_and_0_is_never()
    {
        var settings = host.Get<PanelSettings>();
        await settings.ChangeAsync(CoreHost.Admin, new Dictionary<string, string?> { ["Panel:Crashes:Most"] = "2", ["Panel:Crashes:WithinMinutes"] = "1" }, default);
        await CrashAsync(TimeSpan.FromSeconds(5));
        await CrashAsync(TimeSpan.FromSeconds(70));
        Assert.Equal(RunIntent.Running, (await StateAsync()).Intent);
        await settings.ChangeAsync(CoreHost.Admin, new Dictionary<string, string?> { ["Panel:Crashes:Most"] = "0" }, default);
        for (var crash = 1; crash <= 9; crash++) await CrashAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(RunIntent.Running, (await StateAsync()).Intent);
        await settings.ChangeAsync(CoreHost.Admin, new Dictionary<string, string?> { ["Panel:Crashes:Most"] = "2" }, default);
        await CrashAsync(TimeSpan.FromSeconds(5));
        Assert.Equal("Its program ended 11 times within a minute, last with code 1.", (await StateAsync()).StopReason);
        foreach (var (name, value) in ((string, string)[])[("Most", "21"), ("Most", "-1"), ("WithinMinutes", "0"), ("WithinMinutes", "1441")])
        {
            await Assert.ThrowsAsync<InvalidFieldException>(() => settings.ChangeAsync(CoreHost.Admin, new Dictionary<string, string?> { [$"Panel:Crashes:{name}"] = value }, default));
        }
    }

    [Fact, Trait("Lane", "postgres")]
    public async Task Two_replicas_that_both_believe_to_lead_count_each_end_once()
    {
        var postgres = await CoreHost.OnPostgresAsync();
        await host.DisposeAsync();
        await SetUpAsync(postgres);
        await using var other = host.Beside();
        var name = (await host.RowAsync(id))!.ObjectName;
        other.Cluster.TakeOver(host.Cluster);
        for (var crash = 1; crash <= 5; crash++)
        {
            clock.Pass(TimeSpan.FromSeconds(5));
            var at = clock.GetUtcNow();
            host.Cluster.Change(name, pod => pod with { Restarts = crash, LastExit = new(1, "Error", null, at) });
            other.Cluster.PublishAll();
            await Task.WhenAll(host.DrainAsync(), other.DrainAsync());
            await using var db = host.Open();
            Assert.Equal(crash, (await db.Servers.AsNoTracking().SingleAsync(server => server.Id == id)).Crashes!.Ends.Count);
        }
        Assert.Equal(RunIntent.Stopped, (await StateAsync()).Intent);
        Assert.Single(await AuditAsync("server.crash-loop"));
    }

    async Task RestartAsync()
    {
        var before = host.Cluster;
        await host.RestartAsync();
        host.Cluster.TakeOver(before);
        host.Cluster.PublishAll();
        await host.DrainAsync();
    }

    async Task<(RunIntent Intent, string StopReason)> StateAsync() => await host.RowAsync(id) is { } row ? (row.Intent, row.StopReason) : default;
}
