using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Panel.Core.Console.Input;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Kube;
using Panel.Kube.Client;
using Panel.Kube.Console;
using Panel.Kube.Servers;
using Panel.Kube.Wire;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Kube.Servers;

[Trait("Lane", "cluster")]
public sealed class KubeServersTests(Cluster cluster)
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_is_made_stopped_and_applying_it_again_never_starts_or_stops_it()
    {
        await using var space = await cluster.OpenAsync();
        var spec = TestSpecs.Of(TestSpecs.Echo);
        await space.Servers.ApplyAsync(spec, Stop);
        await space.SeenAsync(spec.Id, "the set", seen => seen is { Replicas: 0, VolumeMiB: not null });
        Assert.Null(space.Observed.Find(spec.Id)!.Pod);

        await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        await space.SeenAsync(spec.Id, "the pod", seen => seen is { Replicas: 1, Pod: { Running: true, Ready: true, Starts: 1 } });
        var pod = space.Observed.Find(spec.Id)!.Pod!;

        await space.Servers.ApplyAsync(spec with { Starts = 2, MemoryMiB = 300 }, Stop);
        await space.SeenAsync(spec.Id, "the new template", seen => seen?.TemplateHash != pod.TemplateHash);
        var seen = space.Observed.Find(spec.Id)!;
        Assert.Equal((1, pod.Uid), (seen.Replicas, seen.Pod!.Uid));

        await space.Servers.ScaleAsync(spec.ObjectName, 0, Stop);
        await space.SeenAsync(spec.Id, "no pod", seen => seen is { Replicas: 0, Pod: null });
        await space.Servers.ApplyAsync(spec with { Starts = 3 }, Stop);
        Assert.Equal(0, (await space.Client.FindAsync(Kinds.StatefulSets, space.Space, spec.ObjectName, Stop))!.Spec.Replicas);
    }

    [Fact]
    public async Task A_started_server_shows_what_it_uses_within_three_seconds_and_again_after_a_restart()
    {
        await using var space = await cluster.OpenAsync();
        var spec = TestSpecs.Of(TestSpecs.Echo);
        await space.Servers.ApplyAsync(spec, Stop);
        for (var replicas = 1; replicas >= 0; replicas--)
        {
            await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
            await space.SeenAsync(spec.Id, "the pod", seen => seen is { Pod.Running: true });
            await Deadline.UntilAsync("its numbers", () => space.Observed.Observe(spec.Id).Usage is { CpuMillis: not null, MemoryMiB: not null }, TimeSpan.FromSeconds(3));
            await space.Servers.ScaleAsync(spec.ObjectName, 0, Stop);
            await space.SeenAsync(spec.Id, "no pod", seen => seen is { Pod: null });
            // a stopped server uses nothing
            await Deadline.UntilAsync("no numbers", () => space.Observed.Observe(spec.Id).Usage is { CpuMillis: null }, TimeSpan.FromSeconds(15));
        }
    }

    [Fact]
    public async Task A_making_that_was_cut_off_is_ended_by_the_next_and_dropped_settings_go()
    {
        await using var space = await cluster.OpenAsync();
        var spec = TestSpecs.Of(TestSpecs.Echo);
        // what the first of three steps leaves behind
        var set = ServerManifests.Of(spec, new(), ClusterAbilities.All).Set;
        set.Spec.Replicas = 0;
        set.Metadata.Annotations![ServerObjects.UnfinishedAnnotation] = "true";
        await space.Client.ApplyAsync(Kinds.StatefulSets, space.Space, set, Stop, "panel-scale");

        await space.Servers.ApplyAsync(spec, Stop);
        var made = (await space.Client.FindAsync(Kinds.StatefulSets, space.Space, spec.ObjectName, Stop))!;
        Assert.Equal(0, made.Spec.Replicas);
        Assert.DoesNotContain(ServerObjects.UnfinishedAnnotation, made.Metadata.Annotations!.Keys);

        await space.Servers.ApplyAsync(spec with { Environment = new Dictionary<string, string>() }, Stop);
        made = (await space.Client.FindAsync(Kinds.StatefulSets, space.Space, spec.ObjectName, Stop))!;
        Assert.DoesNotContain("GREETING", made.Spec.Template.Spec.Containers[0].Env!.Select(variable => variable.Name));
        Assert.Equal(0, made.Spec.Replicas);
    }

    [Fact]
    public async Task A_restart_keeps_the_volume_and_takes_the_new_template()
    {
        await using var space = await cluster.OpenAsync();
        var spec = TestSpecs.Of(TestSpecs.Echo);
        await space.Servers.ApplyAsync(spec, Stop);
        await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        var first = (await space.SeenAsync(spec.Id, "the pod", seen => seen is { Pod.Running: true }))!.Pod!;
        await Lines.UntilAsync(space, spec.ObjectName, line => line == "started 1");

        await space.Servers.ApplyAsync(spec with { Starts = 2 }, Stop);
        await space.Servers.EndPodAsync(spec.ObjectName, first.Uid, now: false, Stop);
        var second = (await space.SeenAsync(spec.Id, "another pod", seen => seen is { Pod: { Running: true, Starts: 2 } }))!.Pod!;
        Assert.NotEqual(first.Uid, second.Uid);
        await space.Servers.EndPodAsync(spec.ObjectName, first.Uid, now: true, Stop);   // a late wish for the pod before it
        await Lines.UntilAsync(space, spec.ObjectName, line => line == "started 2");
        Assert.Equal(second.Uid, space.Observed.Find(spec.Id)!.Pod!.Uid);
        Assert.Equal("saved\n", await Text(space, spec, "/saved"));   // the stop line reached it before its end
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_program_in_its_container_asks_it_to_stop_and_one_asked_from_outside_has_its_time(bool outside)
    {
        await using var space = await cluster.OpenAsync();
        var spec = TestSpecs.Of("""trap 'echo term >> /data/how; exit 0' TERM; echo up; until [ -e /data/asked ]; do sleep 0.1; done; sleep 1; echo asked >> /data/how""") with
        {
            StopCommand = "now, please",
            StopProgram = outside ? [] : ["sh", "-c", "echo \"$1\" > /data/asked", "ask", "now, please"],
            StoppedFromOutside = outside,
            StopTimeout = TimeSpan.FromSeconds(20),
        };
        await space.Servers.ApplyAsync(spec, Stop);
        await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        await space.SeenAsync(spec.Id, "the pod", seen => seen is { Pod.Running: true });
        await Lines.UntilAsync(space, spec.ObjectName, line => line == "up");
        await space.Servers.ScaleAsync(spec.ObjectName, 0, Stop);
        if (outside)
        {
            await space.SeenAsync(spec.Id, "its end", seen => seen is { Pod: { Running: true, Deleting: true } });
            await space.Get<IServerReach>().RunAsync(spec.ObjectName, ["sh", "-c", "echo 'now, please' > /data/asked"], Stop);
        }
        await space.SeenAsync(spec.Id, "no pod", seen => seen is { Pod: null });
        Assert.Equal("asked\n", await Text(space, spec, "/how"));
        Assert.Equal("now, please\n", await Text(space, spec, "/asked"));
    }

    [Fact]
    public async Task The_environment_reaches_the_program_as_it_was_written()
    {
        await using var space = await cluster.OpenAsync();
        var spec = TestSpecs.Of("""printf '%s|%s|%s\n' "$GREETING" "$TOKEN" "$(echo $$)"; exec sleep 1000""") with { StopCommand = "^C", StopTimeout = TimeSpan.FromSeconds(1) };
        await space.Servers.ApplyAsync(spec, Stop);
        await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        await space.SeenAsync(spec.Id, "the pod", seen => seen is { Pod.Running: true });
        var line = await Lines.UntilAsync(space, spec.ObjectName, line => line.Contains('|', StringComparison.Ordinal));
        Assert.StartsWith("it's $(HOME) $$ 🎉 \"x\"|s3cret $(GREETING)|", line, StringComparison.Ordinal);
        Assert.Matches("[|][0-9]+$", line);
    }

    [Fact]
    public async Task A_program_that_ends_tells_its_code_and_a_missing_image_tells_what_to_do()
    {
        await using var space = await cluster.OpenAsync();
        var failing = TestSpecs.Of("exit 7");
        var missing = TestSpecs.Of("true") with { Image = "example.org/no/such:1" };
        foreach (var spec in (ServerSpec[])[failing, missing])
        {
            await space.Servers.ApplyAsync(spec, Stop);
            await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        }
        await space.SeenAsync(failing.Id, "the exit code", seen => seen is { Pod.LastExit.Code: 7 });
        await space.SeenAsync(failing.Id, "the back-off", seen => seen is { Pod.Waiting: "CrashLoopBackOff" });
        var seen = await space.SeenAsync(missing.Id, "the missing image", seen => seen is { Pod.Waiting: "ErrImagePull" or "ImagePullBackOff", Pod.Message: not null });
        Assert.NotEmpty(seen!.Pod!.Message!);
    }

    [Fact]
    public async Task An_install_runs_once_an_attempt_and_tells_how_it_ended()
    {
        await using var space = await cluster.OpenAsync();
        var spec = TestSpecs.Of(TestSpecs.Echo) with { Install = new("panel/tools:1", "sh", "echo \"installing $GREETING\"; echo x >> /mnt/server/installed", 1, WipeFiles: false) };
        await space.Servers.InstallAsync(spec, Stop);
        await space.Servers.InstallAsync(spec, Stop);
        await space.SeenAsync(spec.Id, "the install", seen => seen is { Install: { Attempt: 1, State: InstallState.Succeeded } });
        var lines = new List<string>();
        await foreach (var batch in space.Consoles.FollowInstallAsync(spec.ObjectName, 1, Stop)) lines.AddRange(batch.Select(line => line.Text));
        Assert.Equal(["installing it's $(HOME) $$ 🎉 \"x\""], lines);
        Assert.Equal("x\n", await Text(space, spec, "/installed"));

        await space.Servers.InstallAsync(spec with { Install = spec.Install with { Attempt = 2, WipeFiles = true, Script = "ls -A /mnt/server; exit 5" } }, Stop);
        var seen = await space.SeenAsync(spec.Id, "the second install", seen => seen is { Install: { Attempt: 2, State: InstallState.Failed } });
        Assert.Contains("5", seen!.Install!.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotFoundException>(() => Text(space, spec, "/installed"));
    }

    [Fact]
    public async Task An_install_whose_pod_no_watch_told_of_is_read_and_explained()
    {
        await using var space = await cluster.OpenAsync();
        var spec = TestSpecs.Of(TestSpecs.Echo) with { Install = new("panel/tools:1", "sh", "echo fetching; echo no such mirror >&2; exit 5", 1, WipeFiles: false) };
        await space.Servers.InstallAsync(spec, Stop);
        await space.SeenAsync(spec.Id, "the install", seen => seen is { Install.State: InstallState.Failed });

        // the watch of jobs is ahead of that of pods: nothing is known of the pod
        var job = await space.Client.FindAsync(Kinds.Jobs, space.Space, ServerObjects.InstallJob(spec.ObjectName, 1), Stop);
        var parts = new ServerParts(null, null, [], [job!], []);
        Assert.DoesNotContain("no such mirror", ServerSeenProjection.Of(parts)!.Install!.Message, StringComparison.Ordinal);
        var (client, options, clock) = (space.Client, space.Get<IOptions<KubeOptions>>(), TimeProvider.System);
        var installs = new InstallPods(client, options, NullLogger<InstallPods>.Instance);
        var whole = await installs.CompleteAsync(spec.ObjectName, parts, Stop);
        Assert.Equal("The script ended with code 5: no such mirror", ServerSeenProjection.Of(whole)!.Install!.Message);

        await using var console = new KubeConsole(client, new(client, options, clock, NullLogger<ServerCaches>.Instance), installs, options, clock);
        var lines = new List<string>();
        await foreach (var batch in console.FollowInstallAsync(spec.ObjectName, 1, Stop)) lines.AddRange(batch.Select(line => line.Text));
        Assert.Equal(["fetching", "no such mirror"], lines);
    }

    [Fact]
    public async Task Deleting_leaves_nothing_and_may_be_repeated()
    {
        await using var space = await cluster.OpenAsync();
        var spec = TestSpecs.Of(TestSpecs.Echo) with { Ports = [new("game", FreePort.Next(), "TCP")] };
        await space.Servers.ApplyAsync(spec, Stop);
        await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        await space.SeenAsync(spec.Id, "the pod", seen => seen is { Pod.Running: true });
        Assert.Equal([spec.ObjectName], await space.Servers.ListAsync(Stop));
        await Deadline.UntilAsync("nothing left", () => space.Servers.DeleteAsync(spec.ObjectName, Stop));
        Assert.Empty(await space.Servers.ListAsync(Stop));
        await space.SeenAsync(spec.Id, "nothing seen", seen => seen is null);
        Assert.True(await space.Servers.DeleteAsync(spec.ObjectName, Stop));
    }

    [Fact]
    public async Task A_volume_grows_and_never_shrinks()
    {
        await using var space = await cluster.OpenAsync();
        var spec = TestSpecs.Of(TestSpecs.Echo);
        await space.Servers.ApplyAsync(spec, Stop);
        await space.SeenAsync(spec.Id, "the volume", seen => seen is { VolumeMiB: 128 });
        await space.Servers.ApplyAsync(spec with { DiskMiB = 256 }, Stop);
        await space.SeenAsync(spec.Id, "the larger volume", seen => seen is { VolumeMiB: 256 });
        await space.Servers.ApplyAsync(spec with { DiskMiB = 64 }, Stop);
        Assert.Equal(256, space.Observed.Find(spec.Id)!.VolumeMiB);
    }

    static async Task<string> Text(ClusterSpace space, ServerSpec spec, string path) =>
        System.Text.Encoding.UTF8.GetString((await space.Files.ReadAsync(spec.ObjectName, Core.Files.ServerPath.Parse(path), 1 << 20, Stop)).Content);
}
