using Panel.Kube.Wire;
using Panel.LocalCluster;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubelet;

[Trait("Lane", "cluster")]
public sealed class PodLifecycleTests
{
    [Theory, InlineData(IsolationMode.Auto), InlineData(IsolationMode.Off)]
    public async Task Pod_runs_and_says_what_it_printed(IsolationMode isolation)
    {
        await using var machine = await LocalMachine.StartAsync(isolation);
        await machine.RunAsync("one", "echo hello; echo oops >&2; echo \"$GREETING\"; sleep 60", pod => pod.Spec.Containers[0].Env = [new() { Name = "GREETING", Value = "hi there" }]);

        var pod = await machine.UntilReadyAsync("one");
        await Deadline.UntilAsync("its log", async () => (await machine.LogAsync("one")).Split('\n').Length == 4);

        Assert.Equal("Running", pod.Status!.Phase);
        Assert.Equal(["hello", "hi there", "oops"], (await machine.LogAsync("one")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Fact]
    public async Task Pod_that_ends_well_has_succeeded()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("task", "exit 0", pod => pod.Spec.RestartPolicy = "Never");

        var pod = await machine.UntilAsync("task", "over", pod => pod.Status?.Phase is "Succeeded" or "Failed");

        Assert.Equal("Succeeded", pod.Status!.Phase);
        Assert.Equal(("Completed", 0), (pod.Status.ContainerStatuses![0].State!.Terminated!.Reason, pod.Status.ContainerStatuses[0].State!.Terminated!.ExitCode));
    }

    [Theory, InlineData(0, "Succeeded"), InlineData(7, "Failed")]
    public async Task Pod_that_something_happens_to_just_as_it_ends_is_run_once_and_ends_as_its_program_did(int code, string phase)
    {
        await using var machine = await LocalMachine.StartAsync();
        // much is read of how it ended, and meanwhile its worker is woken again and again
        await machine.RunAsync("task", $"i=0; while [ $i -lt 90 ]; do head -c 40000 /dev/zero | tr '\\0' x; echo; i=$((i + 1)); done; exit {code}", pod =>
        {
            pod.Spec.RestartPolicy = "Never";
            pod.Spec.Containers[0].TerminationMessagePolicy = "FallbackToLogsOnError";
        });
        var phases = new HashSet<string?>();
        for (var i = 0; !phases.Overlaps(["Succeeded", "Failed"]); i++)
        {
            Assert.True(i < 30_000, "The pod does not end.");
            await machine.Objects.UpdateAsync<Pod>(LocalMachine.Space, "task", pod => pod.Metadata.Annotations = new() { ["test/turn"] = $"{i}" }, CancellationToken.None);
            await Task.Delay(1, TestContext.Current.CancellationToken);
            phases.Add(machine.Find("task")!.Status?.Phase);
        }
        var pod = await machine.UntilAsync("task", "over", pod => pod.Status?.ContainerStatuses?[0].State?.Terminated is not null);
        Assert.Equal((0, code), (pod.Status!.ContainerStatuses![0].RestartCount, pod.Status.ContainerStatuses[0].State!.Terminated!.ExitCode));
        Assert.Equal(phase, pod.Status.Phase);
        Assert.Contains(phase, phases);
    }

    [Fact]
    public async Task Pod_whose_end_cannot_be_recorded_is_over_all_the_same_and_lets_the_cluster_end()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("task", "while [ ! -e /tmp/go ]; do sleep 0.05; done", pod => pod.Spec.RestartPolicy = "Never");
        var running = await machine.UntilRunningAsync("task");
        var container = Path.Combine(machine.Options.DataDirectory, "pods", running.Metadata.Uid!, "containers", "game");
        Directory.CreateDirectory(Path.Combine(container, "record.json.new"));
        await Deadline.UntilAsync("the program's start", () => Directory.Exists(Path.Combine(container, "1", "tmp")));
        await File.WriteAllTextAsync(Path.Combine(container, "1", "tmp", "go"), "", TestContext.Current.CancellationToken);

        await machine.UntilAsync("task", "over", pod => pod.Status?.Phase is "Succeeded");
    }

    [Fact]
    public async Task Pod_that_fails_again_and_again_backs_off()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("crash", "echo bye; exit 3");

        var pod = await machine.UntilAsync("crash", "backing off", pod => pod.Status?.ContainerStatuses?[0].State?.Waiting?.Reason == "CrashLoopBackOff");

        var status = pod.Status!.ContainerStatuses![0];
        Assert.Equal(1, status.RestartCount);
        Assert.Equal((3, "Error"), (status.LastState!.Terminated!.ExitCode, status.LastState.Terminated.Reason));
        Assert.StartsWith("back-off 10s restarting failed container=game pod=crash_default(", status.State!.Waiting!.Message);
        Assert.Equal("bye\n", await machine.LogAsync("crash", "?previous=true"));
    }

    [Fact]
    public async Task Deleted_pod_is_asked_to_end_and_then_gone()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("polite", "trap 'echo ending; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
        await machine.UntilRunningAsync("polite");
        await Deadline.UntilAsync("its log", async () => (await machine.LogAsync("polite")).Contains("ready"));

        await machine.Objects.DeleteAsync<Pod>(LocalMachine.Space, "polite", null, CancellationToken.None);

        await Deadline.UntilAsync("gone", () => machine.Find("polite") is null, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Pod_whose_grace_is_longer_than_any_timer_ends_and_disturbs_no_other()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("patient", "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done", pod => pod.Spec.TerminationGracePeriodSeconds = 10_000_000);
        await machine.UntilRunningAsync("patient");
        await Deadline.UntilAsync("its log", async () => (await machine.LogAsync("patient")).Contains("ready"));

        await machine.Objects.DeleteAsync<Pod>(LocalMachine.Space, "patient", null, TestContext.Current.CancellationToken);
        await Deadline.UntilAsync("gone", () => machine.Find("patient") is null);

        await machine.RunAsync("next", "exec sleep 1000");
        await machine.UntilRunningAsync("next");
    }

    [Fact]
    public async Task Pod_that_will_not_end_is_killed_after_its_grace()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("stubborn", "trap '' TERM; echo ready; while :; do sleep 0.05; done", pod => pod.Spec.TerminationGracePeriodSeconds = 1);
        await machine.UntilRunningAsync("stubborn");

        await machine.Objects.DeleteAsync<Pod>(LocalMachine.Space, "stubborn", null, CancellationToken.None);

        await Deadline.UntilAsync("gone", () => machine.Find("stubborn") is null, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Unknown_image_is_a_reason_and_no_crash()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("strange", "", pod => pod.Spec.Containers[0].Image = "nobody/knows:1");

        var pod = await machine.UntilAsync("strange", "refused", pod => pod.Status?.ContainerStatuses?[0].State?.Waiting?.Reason == "ErrImagePull");

        Assert.Contains("No recipe on this machine runs the image \"nobody/knows:1\"", pod.Status!.ContainerStatuses![0].State!.Waiting!.Message);
    }
}
