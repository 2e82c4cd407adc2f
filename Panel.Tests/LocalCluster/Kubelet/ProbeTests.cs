using Panel.Kube.Wire;
using Panel.LocalCluster;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubelet;

[Trait("Lane", "cluster")]
public sealed class ProbeTests
{
    const string Idle = "trap 'exit 0' TERM; while :; do sleep 0.05; done";

    [Theory, InlineData(IsolationMode.Auto), InlineData(IsolationMode.Off)]
    public async Task Pod_is_ready_when_its_probe_says_so(IsolationMode isolation)
    {
        await using var machine = await LocalMachine.StartAsync(isolation);
        await machine.RunAsync("late", "sleep 1.5; touch /data/ready; " + Idle, pod =>
        {
            pod.Spec.Volumes = [new() { Name = "data", EmptyDir = new() }];
            pod.Spec.Containers[0].VolumeMounts = [new() { Name = "data", MountPath = "/data" }];
            pod.Spec.Containers[0].ReadinessProbe = new() { Exec = new() { Command = ["test", "-e", "/data/ready"] }, PeriodSeconds = 1 };
        });

        var running = await machine.UntilRunningAsync("late");
        Assert.False(running.Status!.ContainerStatuses![0].Ready);
        Assert.Equal("containers with unready status: [game]", running.Status.Conditions!.Single(condition => condition.Type == "Ready").Message);
        await machine.UntilReadyAsync("late");
    }

    [Fact]
    public async Task Tcp_and_startup_probes_wait_for_the_port()
    {
        var port = FreePort.Next();
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("port", "", pod =>
        {
            var container = pod.Spec.Containers[0];
            (container.Image, container.Command, container.Stdin) = ("panel/demo-game:1", null, true);
            container.Env = [new() { Name = "SERVER_PORT", Value = $"{port}" }];
            container.Ports = [new() { Name = "game", Number = port }];
            container.VolumeMounts = [new() { Name = "data", MountPath = "/data" }];
            container.StartupProbe = new() { TcpSocket = new() { Port = new(0, "game") }, PeriodSeconds = 1, FailureThreshold = 30 };
            pod.Spec.Volumes = [new() { Name = "data", EmptyDir = new() }];
        });

        await machine.UntilReadyAsync("port");
        Assert.Contains("Done (", await machine.LogAsync("port"));
    }

    [Fact]
    public async Task Failing_liveness_probe_restarts_the_container()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("sick", Idle, pod => pod.Spec.Containers[0].LivenessProbe = new() { Exec = new() { Command = ["sh", "-c", "echo I am sick; exit 1"] }, PeriodSeconds = 1, FailureThreshold = 2 });

        await machine.UntilAsync("sick", "restarted", pod => pod.Status?.ContainerStatuses?[0].RestartCount > 0);

        var events = machine.Objects.List<Event>(LocalMachine.Space, happened => happened.InvolvedObject.Name == "sick");
        Assert.Contains(events, happened => happened is { Reason: "Unhealthy", Message: "Liveness probe failed: I am sick" });
        Assert.Contains(events, happened => happened is { Reason: "Killing", Message: "Container game failed liveness probe, will be restarted" });
    }

    [Fact]
    public async Task Missing_secret_is_said_and_the_pod_starts_when_it_comes()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("wants", "echo got $WORD; " + Idle, pod => pod.Spec.Containers[0].EnvFrom = [new() { SecretRef = new() { Name = "pass" } }]);
        var waiting = await machine.UntilAsync("wants", "refused", pod => pod.Status?.ContainerStatuses?[0].State?.Waiting?.Reason == "CreateContainerConfigError");
        Assert.Equal("secret \"pass\" not found", waiting.Status!.ContainerStatuses![0].State!.Waiting!.Message);

        await machine.Objects.CreateAsync(new Secret { Metadata = new() { Name = "pass", Namespace = LocalMachine.Space }, Data = new() { ["WORD"] = "x y"u8.ToArray() } }, CancellationToken.None);

        await machine.UntilAsync("wants", "running", pod => pod.Status?.ContainerStatuses?[0].State?.Running is not null, TimeSpan.FromSeconds(5));
        await Deadline.UntilAsync("its log", async () => await machine.LogAsync("wants") == "got x y\n");
    }

    [Fact]
    public async Task Program_above_its_memory_limit_is_ended_with_that_reason()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("hungry", "head -c 200000000 /dev/zero | tail", pod =>
        {
            pod.Spec.RestartPolicy = "Never";
            pod.Spec.Containers[0].Command = ["/bin/sh", "-c", "sleep 0.5; head -c 300000000 /dev/zero | tail -c 250000000 | sleep 60"];
            pod.Spec.Containers[0].Resources = new() { Limits = new() { ["memory"] = "50Mi" } };
        });

        var pod = await machine.UntilAsync("hungry", "over", pod => pod.Status?.Phase == "Failed");

        Assert.Equal("OOMKilled", pod.Status!.ContainerStatuses![0].State!.Terminated!.Reason);
    }

    [Fact]
    public async Task Pod_that_asks_for_more_than_there_is_stays_pending()
    {
        await using var machine = await LocalMachine.StartAsync(options: options => options.MemoryMiB = 100);
        await machine.RunAsync("large", Idle, pod => pod.Spec.Containers[0].Resources = new() { Requests = new() { ["memory"] = "60Mi" } });
        await machine.UntilRunningAsync("large");

        await machine.RunAsync("more", Idle, pod => pod.Spec.Containers[0].Resources = new() { Requests = new() { ["memory"] = "60Mi" } });
        var pod = await machine.UntilAsync("more", "refused", pod => pod.Status?.Conditions?.Any(condition => condition.Reason == "Unschedulable") == true);
        Assert.Equal("0/1 nodes are available: 1 Insufficient memory.", pod.Status!.Conditions!.Single().Message);

        await machine.Objects.DeleteAsync<Pod>(LocalMachine.Space, "large", null, CancellationToken.None);
        await machine.UntilRunningAsync("more");
    }

    [Fact]
    public async Task Pod_that_wants_another_node_stays_pending_and_says_why()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("here", Idle, pod => pod.Spec.NodeSelector = new() { ["kubernetes.io/os"] = "linux" });
        await machine.UntilRunningAsync("here");
        await machine.RunAsync("elsewhere", Idle, pod => pod.Spec.NodeSelector = new() { ["pool"] = "big" });
        var pod = await machine.UntilAsync("elsewhere", "refused", pod => pod.Status?.Conditions?.Any(condition => condition.Reason == "Unschedulable") == true);
        Assert.Equal("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", pod.Status!.Conditions!.Single().Message);
    }

    [Fact]
    public async Task Init_containers_run_one_after_another_before_the_others()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("steps", "cat /data/steps; exit 0", pod =>
        {
            List<VolumeMount> mounts = [new() { Name = "data", MountPath = "/data" }];
            pod.Spec.RestartPolicy = "Never";
            pod.Spec.Volumes = [new() { Name = "data", EmptyDir = new() }];
            pod.Spec.Containers[0].VolumeMounts = mounts;
            pod.Spec.InitContainers = [Step("one"), Step("two")];
            Container Step(string name) => new() { Name = name, Image = "panel/tools:1", Command = ["sh", "-c", $"sleep 0.2; echo {name} >> /data/steps"], VolumeMounts = mounts };
        });

        await machine.UntilAsync("steps", "over", pod => pod.Status?.Phase == "Succeeded");

        Assert.Equal("one\ntwo\n", await machine.LogAsync("steps"));
    }
}
