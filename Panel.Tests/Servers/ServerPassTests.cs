using System.Text;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Reconciling;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Servers;

public sealed class ServerPassTests
{
    [Fact]
    public async Task New_server_runs_with_its_settings_in_its_files()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        var id = await host.ServerAsync(ann);
        await host.DrainAsync();
        var row = (await host.RowAsync(id))!;
        var node = host.Cluster.Find(row.ObjectName)!;
        Assert.Equal((1, 1, 1), (node.Replicas, node.Pod!.Starts, host.Cluster.Pods));
        Assert.Equal(row.Allocations[0].Port.ToString(null, null), node.Spec!.Environment["SERVER_PORT"]);
        Assert.Contains($"server-port={row.Allocations[0].Port}\n", Encoding.UTF8.GetString(node.Files["/server.properties"]), StringComparison.Ordinal);
        Assert.Equal(ServerPhase.Starting, (await host.ShownAsync(id)).Phase); // its console has not told that it is ready
        host.Get<ObservedServers>().MarkReady(id, node.Pod.Uid, 0);
        Assert.Equal(ServerPhase.Running, (await host.ShownAsync(id)).Phase);
    }

    [Fact]
    public async Task Restart_patches_the_files_and_replaces_the_pod_once()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        var id = await host.ServerAsync(ann);
        await host.DrainAsync();
        await host.Get<ChangeVariables>().RunAsync(ann, id, new() { Variables = { ["MOTD"] = "häll = ✓" } }, default);
        await host.DrainAsync();
        Assert.True((await host.Get<ServerQueries>().FindAsync(ann, id, default)).RestartRequired);
        await host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Restart, default);
        await host.DrainAsync();
        var node = host.Cluster.Find((await host.RowAsync(id))!.ObjectName)!;
        Assert.Equal((2, 2), (node.Pod!.Starts, host.Cluster.Pods));
        Assert.Contains("motd=h\\u00e4ll = \\u2713\n", Encoding.UTF8.GetString(node.Files["/server.properties"]), StringComparison.OrdinalIgnoreCase);
        Assert.False((await host.Get<ServerQueries>().FindAsync(ann, id, default)).RestartRequired);
    }

    [Fact]
    public async Task Kill_ends_a_pod_that_will_not_stop_and_start_runs_a_new_one()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        var id = await host.ServerAsync(ann);
        await host.DrainAsync();
        host.Cluster.Stubborn = true;
        await host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Stop, default);
        await host.DrainAsync();
        Assert.Equal(ServerPhase.Stopping, (await host.ShownAsync(id)).Phase);
        await host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Kill, default);
        await host.DrainAsync();
        Assert.Equal(ServerPhase.Offline, (await host.ShownAsync(id)).Phase);
        await host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Start, default);
        await host.DrainAsync();
        Assert.Equal(2, host.Cluster.Find((await host.RowAsync(id))!.ObjectName)!.Pod!.Starts);
    }

    [Fact]
    public async Task Install_runs_once_before_the_first_start()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        host.Cluster.InstallEnds = null;
        var id = await host.ServerAsync(ann, template: "installed");
        await host.DrainAsync();
        Assert.Equal(ServerPhase.Installing, (await host.ShownAsync(id)).Phase);
        Assert.Equal(0, host.Cluster.Pods);
        var node = host.Cluster.Find((await host.RowAsync(id))!.ObjectName)!;
        node.Install = node.Install! with { State = InstallState.Succeeded };
        host.Cluster.PublishAll();
        await host.DrainAsync();
        Assert.Equal((ServerPhase.Running, 1), ((await host.ShownAsync(id)).Phase, host.Cluster.Installs.Count));
        Assert.Equal(["run", "x"], node.Spec!.Command);
    }

    [Fact]
    public async Task Failed_install_is_shown_and_another_one_repairs_it()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        host.Cluster.InstallEnds = InstallState.Failed;
        var id = await host.ServerAsync(ann, template: "installed");
        await host.DrainAsync();
        var shown = await host.ShownAsync(id);
        Assert.Equal(ServerPhase.Failing, shown.Phase);
        Assert.Contains("It ended with code 1.", shown.Reason, StringComparison.Ordinal);
        host.Cluster.InstallEnds = InstallState.Succeeded;
        await host.Get<ReinstallServer>().RunAsync(ann, id, new() { WipeFiles = true }, default);
        await host.DrainAsync();
        Assert.Equal(ServerPhase.Running, (await host.ShownAsync(id)).Phase);
        Assert.Equal((2, true), (host.Cluster.Installs[^1].Attempt, host.Cluster.Installs[^1].Wiped));
    }

    [Fact]
    public async Task Failed_install_can_be_taken_as_it_is_by_who_may_reinstall()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        host.Cluster.InstallEnds = InstallState.Failed;
        var id = await host.ServerAsync(ann, template: "installed");
        await host.DrainAsync();
        Assert.True((await host.Get<ServerQueries>().FindAsync(ann, id, default)).InstallFailed);
        await host.Get<AcceptInstall>().RunAsync(ann, id, default);
        await host.DrainAsync();
        Assert.Equal((ServerPhase.Running, 1), ((await host.ShownAsync(id)).Phase, host.Cluster.Installs.Count));
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<AcceptInstall>().RunAsync(ann, id, default));
        await using var db = host.Open();
        Assert.Equal("It ended with code 1.", Assert.Single(db.Audit, record => record.Action == "server.install.accept").Detail);
    }

    [Fact]
    public async Task Reinstall_stops_a_running_server_and_starts_it_again()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        var id = await host.ServerAsync(ann);
        await host.DrainAsync();
        var node = host.Cluster.Find((await host.RowAsync(id))!.ObjectName)!;
        node.Files["/world.dat"] = [1];
        await host.Get<ReinstallServer>().RunAsync(ann, id, new() { WipeFiles = true }, default);
        await host.DrainAsync();
        Assert.Equal(["/server.properties"], node.Files.Keys);
        Assert.Equal((1, 2), (node.Replicas, host.Cluster.Pods));
    }

    [Fact]
    public async Task Deleted_server_leaves_neither_row_nor_objects()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        var id = await host.ServerAsync(ann);
        await host.DrainAsync();
        var name = (await host.RowAsync(id))!.ObjectName;
        host.Cluster.Stubborn = true;
        await host.Get<DeleteServer>().RunAsync(ann, id, "One", default);
        await host.DrainAsync();
        Assert.Equal(ServerPhase.Deleting, (await host.ShownAsync(id)).Phase);
        host.Cluster.Stubborn = false;
        host.Get<Wake>().Server(id);
        await host.DrainAsync();
        Assert.Null(await host.RowAsync(id));
        Assert.Null(host.Cluster.Find(name));
        Assert.Null(host.Get<ObservedServers>().Find(id));
    }

    /// <summary>Each call of each journey fails once, before its effect and after it; the passes that follow end what was begun, and nothing twice.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public async Task Failure_at_any_call_is_repaired_by_the_next_pass(bool afterEffect)
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        host.Reconcile();
        for (var step = 1; ; step++)
        {
            var (calls, pods, installs) = (host.Cluster.Calls, host.Cluster.Pods, host.Cluster.Installs.Count);
            (host.Cluster.FailAt, host.Cluster.FailAfterEffect) = (calls + step, afterEffect);
            var id = await host.ServerAsync(ann, template: "installed");
            await host.UntilAsync(id, ServerPhase.Running);
            await host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Restart, default);
            var name = (await host.RowAsync(id))!.ObjectName;
            await Deadline.UntilAsync("the pod of the second start", () => host.Cluster.Find(name)?.Pod?.Starts == 2);
            await host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Stop, default);
            await host.UntilAsync(id, ServerPhase.Offline);
            Assert.Equal((pods + 2, installs + 1), (host.Cluster.Pods, host.Cluster.Installs.Count));
            await host.Get<DeleteServer>().RunAsync(ann, id, "One", default);
            await Deadline.UntilAsync("the row is gone", async () => await host.RowAsync(id) is null);
            Assert.Null(host.Cluster.Find(name));
            if (calls + step > host.Cluster.Calls) return;
        }
    }

    [Fact]
    public async Task Cluster_that_comes_back_finds_what_was_wanted_meanwhile()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        host.Cluster.Down = true;
        host.Reconcile();
        var id = await host.ServerAsync(ann, template: "installed");
        await Deadline.UntilAsync("a pass", () => host.Cluster.Calls > 0);
        host.Cluster.Down = false;
        await host.UntilAsync(id, ServerPhase.Running);
    }

    [Fact]
    public async Task Leftovers_go_only_where_a_server_was_removed()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        host.Cluster.Plant("stranger-00000000");
        host.Cluster.Plant("removed-11111111");
        await using (var db = host.Open())
        {
            db.RemovedServers.Add(new() { ObjectName = "removed-11111111", At = TimeProvider.System.GetUtcNow() });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        var clock = new ShiftedClock();
        var resync = new Resync(host.Get<IDbContextFactory<Core.PanelDb>>(), host.Get<Wake>(), host.Cluster, host.Get<ObservedCluster>(), clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<Resync>.Instance);
        await resync.SweepAsync(default);
        Assert.NotNull(host.Cluster.Find("removed-11111111")); // it may be a moment only
        clock.Shift = TimeSpan.FromMinutes(10);
        await resync.SweepAsync(default);
        Assert.Null(host.Cluster.Find("removed-11111111"));
        Assert.NotNull(host.Cluster.Find("stranger-00000000"));
        Assert.Equal(["stranger-00000000"], host.Get<ObservedCluster>().Strangers);
    }

    sealed class ShiftedClock : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
    }
}
