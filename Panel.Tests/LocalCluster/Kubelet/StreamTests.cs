using System.Net.WebSockets;
using Panel.Kube.Wire;
using Panel.LocalCluster;
using Panel.LocalCluster.Kubelet.Processes;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubelet;

[Trait("Lane", "cluster")]
public sealed class StreamTests
{
    const string Idle = "trap 'exit 0' TERM; while :; do sleep 0.05; done";

    [Theory, InlineData(IsolationMode.Auto, "v5.channel.k8s.io"), InlineData(IsolationMode.Off, "v4.channel.k8s.io")]
    public async Task Exec_tells_output_and_exit_code(IsolationMode isolation, string protocol)
    {
        await using var machine = await LocalMachine.StartAsync(isolation);
        await machine.RunAsync("pod", Idle);
        await machine.UntilRunningAsync("pod");

        await using var exec = await PodSocket.ExecAsync(machine, "pod", protocol, "sh", "-c", "echo out; echo 'err $x' >&2; exit 42");
        await exec.Closed.Within("the end");

        Assert.True(exec.SawFirstFrame);
        Assert.Equal(("out\n", "err $x\n", 42), (exec.Out, exec.Err, exec.ExitCode));
        Assert.Equal("NonZeroExitCode", exec.Outcome!.Reason);
    }

    [Fact]
    public async Task Exec_reads_input_until_its_half_close()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("pod", Idle);
        await machine.UntilRunningAsync("pod");
        await using var exec = await PodSocket.ExecAsync(machine, "pod", "v5.channel.k8s.io", "wc", "-c");

        for (var i = 0; i < 100; i++) await exec.SendAsync(0, new string('x', 30_000));
        await exec.EndInputAsync();
        await exec.Closed.Within("the end");

        Assert.Equal(("3000000\n", 0), (exec.Out, exec.ExitCode));
    }

    [Theory, InlineData(IsolationMode.Auto), InlineData(IsolationMode.Off)]
    public async Task Exec_of_a_client_that_went_away_is_ended(IsolationMode isolation)
    {
        await using var machine = await LocalMachine.StartAsync(isolation);
        await machine.RunAsync("pod", Idle);
        await machine.UntilRunningAsync("pod");
        for (var round = 0; round < 8; round++)
        {
            // some are just being started when the client goes, and some have lost their parent before
            var mark = Random.Shared.Next(100_000, 1_000_000);
            await using var exec = await PodSocket.ExecAsync(machine, "pod", "v5.channel.k8s.io", "sh", "-c", $"(sleep {mark}.1 &); echo begun; for i in 1 2 3 4 5 6 7 8 9 10; do sleep {mark}.2 & done; wait");
            await Deadline.UntilAsync("it runs", () => exec.Out.Contains("begun"));
            await Task.Delay(round % 4);

            exec.Abort();

            await Deadline.UntilAsync("its processes are gone", () => Sleepers(mark).Count == 0);
        }
    }

    static List<string> Sleepers(int mark) => [.. Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])).Select(CommandLine).Where(line => line.Contains($"{mark}."))];

    static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [Fact]
    public async Task Large_output_arrives_whole()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("pod", Idle);
        await machine.UntilRunningAsync("pod");

        await using var exec = await PodSocket.ExecAsync(machine, "pod", "v5.channel.k8s.io", "sh", "-c", "head -c 5000000 /dev/zero | tr '\\0' a");
        await exec.Closed.Within("the end");

        Assert.Equal((5_000_000, 0), (exec.Out.Length, exec.ExitCode));
    }

    [Fact]
    public async Task Attach_writes_to_the_program_and_hears_it()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("echo", "while read line; do echo \"you said $line\"; [ \"$line\" = stop ] && exit 0; done", pod =>
        {
            pod.Spec.Containers[0].Stdin = true;
            pod.Spec.RestartPolicy = "Never";
        });
        await machine.UntilRunningAsync("echo");
        await using var one = await PodSocket.OpenAsync(machine, "echo/attach", "stdin=1&stdout=1&stderr=1");
        await one.SendAsync(0, "hello\n");
        await Deadline.UntilAsync("an answer", () => one.Out == "you said hello\n");
        one.Abort();

        await using var two = await PodSocket.OpenAsync(machine, "echo/attach", "stdin=1&stdout=1&stderr=1");
        await two.SendAsync(0, "stop\n");
        await two.Closed.Within("the end");

        Assert.Equal("you said stop\n", two.Out);
        Assert.Equal("you said hello\nyou said stop\n", await machine.LogAsync("echo"));
    }

    [Fact]
    public async Task Exec_without_a_running_container_is_refused()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("done", "exit 0", pod => pod.Spec.RestartPolicy = "Never");
        await machine.UntilAsync("done", "over", pod => pod.Status?.Phase == "Succeeded");

        await Assert.ThrowsAsync<WebSocketException>(() => PodSocket.ExecAsync(machine, "done", "v5.channel.k8s.io", "true"));
        await Assert.ThrowsAsync<WebSocketException>(() => PodSocket.ExecAsync(machine, "nobody", "v5.channel.k8s.io", "true"));
    }

    [Theory, InlineData(IsolationMode.Auto), InlineData(IsolationMode.Off)]
    public async Task Stop_line_is_written_by_the_hook_before_any_signal(IsolationMode isolation)
    {
        await using var machine = await LocalMachine.StartAsync(isolation);
        await machine.RunAsync("game", "trap 'echo signal; exit 1' TERM; while read line; do echo \"got $line\"; [ \"$line\" = stop ] && sleep 0.3 && echo saved >/data/saved && exit 0; done", pod =>
        {
            var container = pod.Spec.Containers[0];
            container.Stdin = true;
            container.VolumeMounts = [new() { Name = "data", MountPath = "/data" }];
            container.Lifecycle = new() { PreStop = new() { Exec = new() { Command = ["sh", "-c", "printf '%s\\n' \"$1\" > /proc/1/fd/0; while kill -0 1 2>/dev/null; do sleep 0.2; done", "panel-stop", "stop"] } } };
            pod.Spec.Volumes = [new() { Name = "data", PersistentVolumeClaim = new() { ClaimName = "world" } }];
        });
        await machine.Objects.CreateAsync(new PersistentVolumeClaim { Metadata = new() { Name = "world", Namespace = LocalMachine.Space }, Spec = new() { AccessModes = ["ReadWriteOnce"], Resources = new() { Requests = new() { ["storage"] = "1Gi" } } } }, CancellationToken.None);
        await machine.UntilRunningAsync("game");
        await using var attach = await PodSocket.OpenAsync(machine, "game/attach", "stdout=1&stderr=1");
        await machine.Objects.DeleteAsync<Pod>(LocalMachine.Space, "game", null, CancellationToken.None);
        await Deadline.UntilAsync("gone", () => machine.Find("game") is null);
        await attach.Closed.Within("the end of the log");

        Assert.Equal(("got stop\n", ""), (attach.Out, attach.Err));   // what ended by itself is not killed: the shell would have said so
        Assert.Equal("saved\n", await File.ReadAllTextAsync(Directory.EnumerateFiles(machine.Options.DataDirectory, "saved", SearchOption.AllDirectories).Single()));
    }

    [Fact]
    public async Task Program_that_its_stop_hook_ended_is_not_killed_while_the_sandbox_comes_down()
    {
        const int SigCont = 18, SigStop = 19;
        await using var machine = await LocalMachine.StartAsync();
        var pod = await machine.RunAsync("game", "trap 'exit 0' USR1; while :; do sleep 0.05; done", pod =>
            pod.Spec.Containers[0].Lifecycle = new() { PreStop = new() { Exec = new() { Command = ["sh", "-c", "kill -USR1 1; sleep 60"] } } });
        await machine.UntilRunningAsync("game");
        await using var attach = await PodSocket.OpenAsync(machine, "game/attach", "stdout=1&stderr=1");
        var sandbox = ProcessTable.Read().FindMarked().Where(found => found.Mark.StartsWith(pod.Metadata.Uid!, StringComparison.Ordinal) && found.Row.Command == "bwrap").Select(found => found.Row.Pid).ToList();
        if (sandbox.Count == 0) Assert.Skip("There is no bubblewrap here.");
        var program = ProcFs.Children(sandbox[0]).Single();

        // it does not see the end of its program: as on a machine that has a lot to do
        foreach (var pid in sandbox) Posix.Signal(pid, SigStop);
        await machine.Objects.DeleteAsync<Pod>(LocalMachine.Space, "game", null, CancellationToken.None);
        await Deadline.UntilAsync("the end of the program", () => ProcFs.Read(program) is not { Dead: false });
        await Task.Delay(300);
        foreach (var pid in sandbox) Posix.Signal(pid, SigCont);

        await Deadline.UntilAsync("gone", () => machine.Find("game") is null);
        await attach.Closed.Within("the end of the log");
        Assert.Equal("", attach.Err);   // the shell would tell of a kill
    }
}
