using System.Net;
using Panel.Kube.Wire;
using Panel.LocalCluster;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubelet;

/// <summary>Fields of a pod that no server of the panel uses, and that whoever knows Kubernetes expects to work.</summary>
[Trait("Lane", "cluster")]
public sealed class PodSpecTests
{
    const string Idle = "trap 'exit 0' TERM; while :; do sleep 0.05; done";

    [Fact]
    public async Task Http_probes_look_at_the_status_and_send_their_headers()
    {
        using var answers = new Answers();
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("web", Idle, pod =>
        {
            var container = pod.Spec.Containers[0];
            container.Ports = [new() { Name = "http", Number = answers.Port }];
            container.ReadinessProbe = new() { HttpGet = new() { Path = "/ready?full=1", Port = new(0, "http"), HttpHeaders = [new() { Name = "X-Probe", Value = "yes" }] }, PeriodSeconds = 1, FailureThreshold = 1 };
        });

        await Deadline.UntilAsync("a probe", () => answers.Seen.Contains("/ready?full=1 yes kube-probe/1.32"));
        await Deadline.UntilAsync("the event of a 503", () => Events(machine, "web").Any(happened => happened is { Reason: "Unhealthy", Message: "Readiness probe failed: HTTP probe failed with statuscode: 503" }));
        Assert.False(machine.Container("web")!.Ready);

        answers.Status = 302;   // a redirect is a success, and is not followed
        await machine.UntilReadyAsync("web");
        Assert.DoesNotContain(answers.Seen, seen => seen.StartsWith("/elsewhere", StringComparison.Ordinal));
        answers.Status = 404;
        await machine.UntilAsync("web", "not ready again", pod => pod.Status?.ContainerStatuses?[0].Ready == false);
        Assert.Equal(0, machine.Container("web")!.RestartCount);
    }

    [Fact]
    public async Task Http_liveness_probe_restarts_a_container_that_does_not_answer()
    {
        var nobody = FreePort.Next();
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("sick", Idle, pod => pod.Spec.Containers[0].LivenessProbe = new() { HttpGet = new() { Port = new(nobody) }, PeriodSeconds = 1, FailureThreshold = 2 });

        await machine.UntilAsync("sick", "restarted", pod => pod.Status?.ContainerStatuses?[0].RestartCount > 0);
    }

    [Theory, InlineData(IsolationMode.Auto), InlineData(IsolationMode.Off)]
    public async Task Hook_after_the_start_runs_beside_the_program(IsolationMode isolation)
    {
        await using var machine = await LocalMachine.StartAsync(isolation);
        await machine.RunAsync("hook", "until [ -e /data/hooked ]; do sleep 0.05; done; echo saw the hook; " + Idle, pod =>
        {
            WithData(pod);
            pod.Spec.Containers[0].Lifecycle = new() { PostStart = new() { Exec = new() { Command = ["sh", "-c", "touch /data/hooked"] } } };
        });

        await Deadline.UntilAsync("the program to see it", async () => (await machine.LogAsync("hook")).Contains("saw the hook"));
        Assert.Equal(0, machine.Container("hook")!.RestartCount);
    }

    [Fact]
    public async Task Hook_after_the_start_that_fails_ends_the_container()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("hook", Idle, pod => pod.Spec.Containers[0].Lifecycle = new() { PostStart = new() { Exec = new() { Command = ["sh", "-c", "echo no; exit 3"] } } });

        await machine.UntilAsync("hook", "ended and started again", pod => pod.Status?.ContainerStatuses?[0].RestartCount > 0);
        await Deadline.UntilAsync("its event", () => Events(machine, "hook").Any(happened => happened.Reason == "FailedPostStartHook"));
    }

    [Fact]
    public async Task Pod_past_its_deadline_is_failed_and_its_program_ends()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("slow", Idle, pod => pod.Spec.ActiveDeadlineSeconds = 2);
        await machine.UntilRunningAsync("slow");

        var over = await machine.UntilAsync("slow", "failed", pod => pod.Status?.Phase == "Failed");

        Assert.Equal(("DeadlineExceeded", "Pod was active on the node longer than the specified deadline"), (over.Status!.Reason, over.Status.Message));
        await machine.UntilAsync("slow", "its end", pod => pod.Status?.ContainerStatuses?[0].State?.Terminated is not null);
        Assert.Equal(0, machine.Container("slow")!.RestartCount);
    }

    [Fact]
    public async Task Variables_tell_a_program_of_its_pod_and_its_limits()
    {
        await using var machine = await LocalMachine.StartAsync(options: options => options.MemoryMiB = 4096);
        await machine.RunAsync("told", "env | grep ^T_ | sort; exit 0", pod =>
        {
            pod.Spec.RestartPolicy = "Never";
            (pod.Metadata.Labels, pod.Metadata.Annotations) = (new() { ["app"] = "game" }, new() { ["example.org/note"] = "two words" });
            var container = pod.Spec.Containers[0];
            container.Resources = new() { Limits = new() { ["memory"] = "512Mi", ["cpu"] = "1500m" }, Requests = new() { ["memory"] = "100Mi", ["cpu"] = "250m" } };
            container.Env =
            [
                Field("T_NAME", "metadata.name"), Field("T_SPACE", "metadata.namespace"), Field("T_UID", "metadata.uid"), Field("T_NODE", "spec.nodeName"),
                Field("T_LABEL", "metadata.labels['app']"), Field("T_NOTE", "metadata.annotations['example.org/note']"), Field("T_NONE", "metadata.labels['none']"),
                Resource("T_MEMORY", "limits.memory", "1Mi"), Resource("T_CPU", "limits.cpu", null), Resource("T_MILLIS", "requests.cpu", "1m"), Resource("T_BYTES", "requests.memory", null),
                new() { Name = "T_ALL", Value = "$(T_NAME)/$(T_MEMORY) $$(T_NAME) $(T_UNKNOWN)" },
            ];
        });

        var pod = await machine.UntilAsync("told", "over", pod => pod.Status?.Phase == "Succeeded");

        Assert.Equal(
            [
                "T_ALL=told/512 $(T_NAME) $(T_UNKNOWN)", $"T_BYTES={100 << 20}", "T_CPU=2", "T_LABEL=game", "T_MEMORY=512", "T_MILLIS=250", "T_NAME=told", "T_NODE=test", "T_NONE=",
                "T_NOTE=two words", $"T_SPACE={LocalMachine.Space}", $"T_UID={pod.Metadata.Uid}",
            ], (await machine.LogAsync("told")).Split('\n', StringSplitOptions.RemoveEmptyEntries));

        static EnvVar Field(string name, string path) => new() { Name = name, ValueFrom = new() { FieldRef = new() { FieldPath = path } } };
        static EnvVar Resource(string name, string resource, string? divisor) => new() { Name = name, ValueFrom = new() { ResourceFieldRef = new() { Resource = resource, Divisor = divisor } } };
    }

    [Fact]
    public async Task Limit_that_is_not_set_is_what_the_node_has_and_an_unknown_field_is_said()
    {
        await using var machine = await LocalMachine.StartAsync(options: options => options.MemoryMiB = 4096);
        await machine.RunAsync("whole", "echo $MEMORY; exit 0", pod =>
        {
            pod.Spec.RestartPolicy = "Never";
            pod.Spec.Containers[0].Env = [new() { Name = "MEMORY", ValueFrom = new() { ResourceFieldRef = new() { Resource = "limits.memory", Divisor = "1Mi" } } }];
        });
        await machine.UntilAsync("whole", "over", pod => pod.Status?.Phase == "Succeeded");
        Assert.Equal("4096\n", await machine.LogAsync("whole"));

        await machine.RunAsync("odd", Idle, pod => pod.Spec.Containers[0].Env = [new() { Name = "X", ValueFrom = new() { FieldRef = new() { FieldPath = "spec.containers" } } }]);
        var odd = await machine.UntilAsync("odd", "refused", pod => pod.Status?.ContainerStatuses?[0].State?.Waiting?.Reason == "CreateContainerConfigError");
        Assert.Equal("unsupported fieldPath: spec.containers", odd.Status!.ContainerStatuses![0].State!.Waiting!.Message);
    }

    [Theory, InlineData(IsolationMode.Auto), InlineData(IsolationMode.Off)]
    public async Task Sub_path_mounts_a_part_of_a_volume_and_of_a_config_map(IsolationMode isolation)
    {
        await using var machine = await LocalMachine.StartAsync(isolation);
        await machine.Objects.CreateAsync(new ConfigMap { Metadata = new() { Name = "settings", Namespace = LocalMachine.Space }, Data = new() { ["a.txt"] = "one", ["b.txt"] = "two" } }, CancellationToken.None);
        await machine.RunAsync("parts", "cat /etc-of-game/a.txt; echo; echo kept > /world/level; find /whole -type f | sort; exit 0", pod =>
        {
            pod.Spec.RestartPolicy = "Never";
            pod.Spec.Volumes = [new() { Name = "data", EmptyDir = new() }, new() { Name = "settings", ConfigMap = new() { Name = "settings" } }];
            pod.Spec.Containers[0].VolumeMounts =
            [
                new() { Name = "data", MountPath = "/world", SubPath = "saves/world" },
                new() { Name = "settings", MountPath = "/etc-of-game/a.txt", SubPath = "a.txt" },
                new() { Name = "data", MountPath = "/whole" },
            ];
        });

        await machine.UntilAsync("parts", "over", pod => pod.Status?.Phase == "Succeeded");

        var lines = (await machine.LogAsync("parts")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("one", lines[0]);
        Assert.EndsWith("/saves/world/level", Assert.Single(lines[1..]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sub_path_through_a_link_that_leads_out_is_refused()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.Objects.CreateAsync(new PersistentVolumeClaim
        {
            Metadata = new() { Name = "world", Namespace = LocalMachine.Space },
            Spec = new() { AccessModes = ["ReadWriteOnce"], Resources = new() { Requests = new() { ["storage"] = "1Gi" } } },
        }, CancellationToken.None);
        void WithClaim(Pod pod, string? part)
        {
            pod.Spec.Volumes = [new() { Name = "data", PersistentVolumeClaim = new() { ClaimName = "world" } }];
            pod.Spec.Containers[0].VolumeMounts = [new() { Name = "data", MountPath = "/data", SubPath = part }];
        }
        await machine.RunAsync("maker", "ln -s / /data/out; exit 0", pod =>
        {
            WithClaim(pod, null);
            pod.Spec.RestartPolicy = "Never";
        });
        await machine.UntilAsync("maker", "over", pod => pod.Status?.Phase == "Succeeded");

        await machine.RunAsync("thief", "ls /data", pod => WithClaim(pod, "out/root"));

        var refused = await machine.UntilAsync("thief", "refused", pod => pod.Status?.ContainerStatuses?[0].State?.Waiting?.Reason == "CreateContainerConfigError");
        Assert.Contains("symbolic link", refused.Status!.ContainerStatuses![0].State!.Waiting!.Message, StringComparison.Ordinal);
    }

    static void WithData(Pod pod)
    {
        pod.Spec.Volumes = [new() { Name = "data", EmptyDir = new() }];
        pod.Spec.Containers[0].VolumeMounts = [new() { Name = "data", MountPath = "/data" }];
    }

    static IEnumerable<Event> Events(LocalMachine machine, string pod) => machine.Objects.List<Event>(LocalMachine.Space, happened => happened.InvolvedObject.Name == pod);

    /// <summary>Answers every request with one status, and notes what was asked.</summary>
    sealed class Answers : IDisposable
    {
        readonly HttpListener listener = new();
        readonly List<string> seen = [];

        public Answers()
        {
            Port = FreePort.Next();
            listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
            listener.Start();
            _ = AnswerAsync();
        }

        public int Port { get; }

        public int Status { get; set; } = 503;

        public IReadOnlyList<string> Seen
        {
            get
            {
                lock (seen) return [.. seen];
            }
        }

        public void Dispose() => listener.Close();

        async Task AnswerAsync()
        {
            while (listener.IsListening)
            {
                try
                {
                    var context = await listener.GetContextAsync();
                    lock (seen) seen.Add($"{context.Request.RawUrl} {context.Request.Headers["X-Probe"]} {context.Request.UserAgent}");
                    context.Response.StatusCode = Status;
                    if (Status == 302) context.Response.RedirectLocation = "/elsewhere";
                    context.Response.Close("x"u8.ToArray(), willBlock: false);
                }
                catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException or InvalidOperationException)
                {
                    return;
                }
            }
        }
    }
}
