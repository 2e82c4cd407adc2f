using System.Text;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Kube.Wire;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Conformance;

[Trait("Lane", "cluster")]
public sealed class JourneyTests(ConformanceSpace conformance) : IClassFixture<ConformanceSpace>
{
    /// <summary>Hears no signal but the last.</summary>
    const string Deaf = "trap '' TERM; while :; do sleep 1; done";

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    ClusterSpace Space => conformance.Space;

    [Fact]
    public async Task Server_is_installed_started_spoken_with_stopped_and_removed()
    {
        var spec = TestSpecs.Of(TestSpecs.Echo) with { Ports = [new("game", FreePort.Next(), "TCP")] };
        spec = spec with { Install = new(spec.Image, "sh", "echo \"installing $GREETING\"; echo ready > /mnt/server/installed", 1, WipeFiles: true) };
        await Space.Servers.InstallAsync(spec, Stop);
        await Space.Servers.InstallAsync(spec, Stop);
        await Space.SeenAsync(spec.Id, "the install", seen => seen is { Install: { Attempt: 1, State: InstallState.Succeeded } }, ConformanceSpace.Long);
        var lines = new List<string>();
        await foreach (var batch in Space.Consoles.FollowInstallAsync(spec.ObjectName, 1, Stop)) lines.AddRange(batch.Select(line => line.Text));
        Assert.Equal(["installing " + spec.Environment["GREETING"]], lines);

        await Space.Servers.ApplyAsync(spec, Stop);
        await Space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        await Space.SeenAsync(spec.Id, "readiness", seen => seen is { Pod: { Running: true, Ready: true } }, ConformanceSpace.Long);
        await Space.Consoles.WriteLineAsync(spec.ObjectName, "hello", Stop);
        await Lines.UntilAsync(Space, spec.ObjectName, line => line == "heard: hello");

        await Space.Servers.ScaleAsync(spec.ObjectName, 0, Stop);
        await Space.SeenAsync(spec.Id, "its end", seen => seen is { Replicas: 0, Pod: null }, ConformanceSpace.Long);
        Assert.Equal("ready\n", await TextAsync(spec, "/installed"));
        Assert.Equal("saved\n", await TextAsync(spec, "/saved"));   // the stop line reached it before its end

        await Deadline.UntilAsync("nothing left", () => Space.Servers.DeleteAsync(spec.ObjectName, Stop), ConformanceSpace.Long);
        await Space.SeenAsync(spec.Id, "nothing seen", seen => seen is null);
    }

    [Fact]
    public async Task Killed_server_ends_at_once()
    {
        var spec = await conformance.RunAsync(Deaf, spec => spec with { StopCommand = null, StopTimeout = TimeSpan.FromMinutes(5) });
        var pod = Space.Observed.Find(spec.Id)!.Pod!;
        await Space.Servers.EndPodAsync(spec.ObjectName, pod.Uid, now: true, Stop);
        await Space.SeenAsync(spec.Id, "the next pod", seen => seen?.Pod is { Deleting: false } next && next.Uid != pod.Uid);
    }

    [Fact]
    public async Task Server_that_is_slow_to_stop_can_be_killed()
    {
        Assert.SkipUnless(conformance.Minor >= 22, $"{conformance.Version} lets a pod that is ending have all its time, whatever is asked later.");
        var spec = await conformance.RunAsync(Deaf, spec => spec with { StopCommand = null, StopTimeout = TimeSpan.FromMinutes(5) });
        var pod = Space.Observed.Find(spec.Id)!.Pod!;
        await Space.Servers.ScaleAsync(spec.ObjectName, 0, Stop);
        await Space.SeenAsync(spec.Id, "that it is ending", seen => seen is { Pod: null or { Deleting: true } });
        await Space.Servers.EndPodAsync(spec.ObjectName, pod.Uid, now: true, Stop);
        await Space.SeenAsync(spec.Id, "its end", seen => seen is { Pod: null });
    }

    [Fact]
    public async Task Removal_takes_the_program_before_the_volume_and_leaves_nothing()
    {
        var spec = await conformance.RunAsync(TestSpecs.Echo, spec => spec with { Ports = [new("game", FreePort.Next(), "TCP")] });
        await Space.Files.ListAsync(spec.ObjectName, ServerPath.Root, Stop);
        await Deadline.UntilAsync("nothing left", async () =>
        {
            var gone = await Space.Servers.DeleteAsync(spec.ObjectName, Stop);
            // asked in this order: a claim that is not there when a pod was there a moment later would have gone first
            var claim = await Space.Client.FindAsync(Kinds.Claims, Space.Space, ServerObjects.Claim(spec.ObjectName), Stop);
            var pods = await CountAsync(Kinds.Pods, spec);
            Assert.True(claim is not null || pods == 0, "The volume went before its pods.");
            return gone;
        }, ConformanceSpace.Long);
        Assert.Equal(0, await CountAsync(Kinds.StatefulSets, spec) + await CountAsync(Kinds.Pods, spec) + await CountAsync(Kinds.Claims, spec)
            + await CountAsync(Kinds.Services, spec) + await CountAsync(Kinds.Secrets, spec));
        if (await Space.Client.ServesAsync(Kinds.NetworkPolicies, Stop)) Assert.Equal(0, await CountAsync(Kinds.NetworkPolicies, spec));
        if (await Space.Client.ServesAsync(Kinds.DisruptionBudgets, Stop)) Assert.Equal(0, await CountAsync(Kinds.DisruptionBudgets, spec));
        Assert.True(await Space.Servers.DeleteAsync(spec.ObjectName, Stop));
    }

    [Fact]
    public async Task What_is_left_of_a_server_is_found_and_removed()
    {
        var spec = await conformance.RunAsync(TestSpecs.Echo);
        // somebody took the StatefulSet away and let its pod live
        await Space.Client.DeleteAsync(Kinds.StatefulSets, Space.Space, spec.ObjectName, new() { PropagationPolicy = "Orphan" }, Stop);
        await Deadline.UntilAsync("the set is gone", async () => await Space.Client.FindAsync(Kinds.StatefulSets, Space.Space, spec.ObjectName, Stop) is null);
        Assert.NotNull(await Space.Client.FindAsync(Kinds.Pods, Space.Space, ServerObjects.Pod(spec.ObjectName), Stop));
        Assert.Contains(spec.ObjectName, await Space.Servers.ListAsync(Stop));
        await Deadline.UntilAsync("nothing left", () => Space.Servers.DeleteAsync(spec.ObjectName, Stop), ConformanceSpace.Long);
        Assert.DoesNotContain(spec.ObjectName, await Space.Servers.ListAsync(Stop));
    }

    [Fact]
    public async Task Server_whose_set_was_taken_away_takes_up_its_pod_again()
    {
        var spec = await conformance.RunAsync(TestSpecs.Echo);
        var pod = Space.Observed.Find(spec.Id)!.Pod!.Uid;
        await Space.Client.DeleteAsync(Kinds.StatefulSets, Space.Space, spec.ObjectName, new() { PropagationPolicy = "Orphan" }, Stop);
        await Space.SeenAsync(spec.Id, "that the set is gone", seen => seen is { Replicas: null });
        await Space.Servers.ApplyAsync(spec with { Starts = 1 }, Stop);
        Assert.Equal(0, (await Space.Client.FindAsync(Kinds.StatefulSets, Space.Space, spec.ObjectName, Stop))!.Spec.Replicas);
        await Space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        await Space.SeenAsync(spec.Id, "a pod that runs", seen => seen is { Replicas: 1, Pod: { Running: true, Deleting: false } }, ConformanceSpace.Long);
        TestContext.Current.TestOutputHelper?.WriteLine(Space.Observed.Find(spec.Id)!.Pod!.Uid == pod ? "the same pod" : "another pod");
    }

    async Task<string> TextAsync(ServerSpec spec, string path) => Encoding.UTF8.GetString((await Space.Files.ReadAsync(spec.ObjectName, ServerPath.Parse(path), 1 << 20, Stop)).Content);

    async Task<int> CountAsync<T>(Kind<T> kind, ServerSpec spec) where T : KubeObject
    {
        var count = 0;
        await foreach (var page in Space.Client.PagesAsync(kind, Space.Space, new($"{ServerObjects.InstanceLabel}={spec.ObjectName}"), Stop)) count += page.Items.Count;
        return count;
    }
}
