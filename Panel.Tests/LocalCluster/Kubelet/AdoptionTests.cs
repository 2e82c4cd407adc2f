using System.Globalization;
using Panel.Kube.Wire;
using Panel.LocalCluster;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubelet;

[Trait("Lane", "cluster")]
public sealed class AdoptionTests
{
    const string Counter = "i=0; while :; do i=$((i+1)); echo line $i; sleep 0.05; done";

    [Theory, InlineData(IsolationMode.Auto), InlineData(IsolationMode.Off)]
    public async Task Pod_left_by_one_kubelet_is_taken_over_by_the_next(IsolationMode isolation)
    {
        await using var machine = await LocalMachine.StartAsync(isolation, ShutdownMode.Keep);
        await machine.RunAsync("keep", Counter);
        var before = await machine.UntilReadyAsync("keep");
        await Deadline.UntilAsync("lines", async () => (await machine.LogAsync("keep")).Contains("line 5\n"));

        await machine.DownAsync();
        await Task.Delay(300);
        await machine.UpAsync();

        var last = LastLine(await machine.LogAsync("keep", "?tailLines=1"));
        await Deadline.UntilAsync("more lines", async () => LastLine(await machine.LogAsync("keep", "?tailLines=1")) > last + 5);
        var after = machine.Find("keep")!.Status!.ContainerStatuses![0];
        Assert.Equal(before.Status!.ContainerStatuses![0].ContainerID, after.ContainerID);
        Assert.Equal((0, true), (after.RestartCount, after.Ready));
        var lines = (await machine.LogAsync("keep")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(1, lines.Length).Select(number => $"line {number}"), lines);
    }

    [Fact]
    public async Task Pod_that_ended_while_nobody_looked_keeps_its_exit_code()
    {
        await using var machine = await LocalMachine.StartAsync(onShutdown: ShutdownMode.Keep);
        await machine.RunAsync("short", "sleep 0.7; exit 7", pod => pod.Spec.RestartPolicy = "Never");
        await machine.UntilRunningAsync("short");

        await machine.DownAsync();
        await Task.Delay(1200);
        await machine.UpAsync();

        var pod = await machine.UntilAsync("short", "over", pod => pod.Status?.Phase is "Failed" or "Succeeded");
        Assert.Equal(7, pod.Status!.ContainerStatuses![0].State!.Terminated!.ExitCode);
    }

    [Fact]
    public async Task Pod_stopped_with_the_cluster_runs_again_with_it()
    {
        await using var machine = await LocalMachine.StartAsync(onShutdown: ShutdownMode.Stop);
        await machine.RunAsync("again", "trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done");
        var before = await machine.UntilReadyAsync("again");

        await machine.DownAsync();
        Assert.Empty(LeftProcesses.Find(machine.Options.DataDirectory));
        await machine.UpAsync();

        var after = await machine.UntilAsync("again", "running anew", pod => pod.Status?.ContainerStatuses?[0] is { State.Running: not null } status && status.ContainerID != before.Status!.ContainerStatuses![0].ContainerID);
        Assert.Equal(before.Metadata.Uid, after.Metadata.Uid);
        Assert.Equal(0, after.Status!.ContainerStatuses![0].RestartCount);
    }

    [Fact]
    public async Task Processes_whose_pod_is_gone_are_ended_at_the_next_start()
    {
        await using var machine = await LocalMachine.StartAsync(onShutdown: ShutdownMode.Keep);
        await machine.RunAsync("orphan", Counter);
        await machine.UntilReadyAsync("orphan");
        await machine.DownAsync();
        Directory.Delete(Path.Combine(machine.Options.DataDirectory, "store"), recursive: true);

        await machine.UpAsync();

        await Deadline.UntilAsync("no processes", () => LeftProcesses.Find(Path.Combine(machine.Options.DataDirectory, "pods")).Count == 0);
    }

    [Theory, InlineData(IsolationMode.Auto), InlineData(IsolationMode.Off)]
    public async Task Children_that_leave_their_session_go_with_the_pod(IsolationMode isolation)
    {
        await using var machine = await LocalMachine.StartAsync(isolation);
        var sign = $"47{Random.Shared.Next(100_000, 999_999).ToString(CultureInfo.InvariantCulture)}";
        await machine.RunAsync("forks", $"setsid sh -c 'sleep {sign} & sleep {sign} & wait' & sleep 0.3; echo ready; sleep {sign}");
        await machine.UntilRunningAsync("forks");
        await Deadline.UntilAsync("children", () => Count(sign) >= 3);

        await machine.Objects.DeleteAsync<Pod>(LocalMachine.Space, "forks", new() { GracePeriodSeconds = 0 }, CancellationToken.None);

        await Deadline.UntilAsync("nothing left", () => Count(sign) == 0);
    }

    static int Count(string sign) => Directory.EnumerateDirectories("/proc").Count(path =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(path, "cmdline")) == $"sleep\0{sign}\0";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    static int LastLine(string log) => int.Parse(log.Trim().Split(' ')[^1], CultureInfo.InvariantCulture);
}
