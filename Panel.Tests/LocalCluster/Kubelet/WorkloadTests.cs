using System.Diagnostics;
using Panel.Kube.Wire;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubelet;

[Trait("Lane", "cluster")]
public sealed class WorkloadTests
{
    const string Idle = "trap 'exit 0' TERM; while :; do sleep 0.05; done";

    static StatefulSet Set(string name, string script) => new()
    {
        Metadata = new() { Name = name, Namespace = LocalMachine.Space },
        Spec = new()
        {
            Replicas = 1,
            ServiceName = name,
            UpdateStrategy = new() { Type = "OnDelete" },
            Selector = new() { MatchLabels = new() { ["app"] = name } },
            Template = new() { Metadata = new() { Labels = new() { ["app"] = name } }, Spec = LocalMachine.Shell("x", script).Spec },
        },
    };

    [Fact]
    public async Task Applied_set_runs_at_once()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("first", Idle);
        await machine.UntilRunningAsync("first");

        var watch = Stopwatch.StartNew();
        await machine.Objects.CreateAsync(Set("quick", Idle), CancellationToken.None);
        while (machine.Container("quick-0")?.State?.Running is null && watch.Elapsed < TimeSpan.FromSeconds(10)) await Task.Delay(2);

        TestContext.Current.SendDiagnosticMessage("From the set to its process: {0} ms", watch.ElapsedMilliseconds);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 2000);
    }

    [Fact]
    public async Task Set_scaled_to_nothing_ends_its_pod_and_scaled_up_starts_it()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.Objects.CreateAsync(Set("game", Idle), CancellationToken.None);
        var before = await machine.UntilReadyAsync("game-0");

        await machine.Objects.UpdateAsync<StatefulSet>(LocalMachine.Space, "game", set => set.Spec.Replicas = 0, CancellationToken.None);
        await Deadline.UntilAsync("gone", () => machine.Find("game-0") is null);
        await machine.Objects.UpdateAsync<StatefulSet>(LocalMachine.Space, "game", set => set.Spec.Replicas = 1, CancellationToken.None);

        Assert.NotEqual(before.Metadata.Uid, (await machine.UntilReadyAsync("game-0")).Metadata.Uid);
    }

    [Fact]
    public async Task Killed_pod_of_a_set_comes_again_and_never_twice()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.Objects.CreateAsync(new PersistentVolumeClaim { Metadata = new() { Name = "world", Namespace = LocalMachine.Space }, Spec = new() { AccessModes = ["ReadWriteOnce"], Resources = new() { Requests = new() { ["storage"] = "1Gi" } } } }, CancellationToken.None);
        // the script finds out when another one holds the same volume
        var set = Set("game", "trap 'rmdir /data/held; exit 0' TERM; mkdir /data/held || { echo DOUBLED >> /data/doubled; exit 1; }; [ -e /data/runs ] || : > /data/runs; echo run >> /data/runs; while :; do sleep 0.05; done");
        set.Spec.Template.Spec.Volumes = [new() { Name = "data", PersistentVolumeClaim = new() { ClaimName = "world" } }];
        set.Spec.Template.Spec.Containers[0].VolumeMounts = [new() { Name = "data", MountPath = "/data" }];
        await machine.Objects.CreateAsync(set, CancellationToken.None);
        for (var i = 0; i < 4; i++)
        {
            var pod = await machine.UntilReadyAsync("game-0");
            await Deadline.UntilAsync("it holds the volume", () => Directory.EnumerateDirectories(machine.Options.DataDirectory, "held", SearchOption.AllDirectories).Any());
            await machine.Objects.DeleteAsync<Pod>(LocalMachine.Space, "game-0", null, CancellationToken.None);
            await Deadline.UntilAsync("another", () => machine.Find("game-0") is { } other && other.Metadata.Uid != pod.Metadata.Uid);
        }
        await machine.UntilReadyAsync("game-0");

        Assert.Empty(Directory.EnumerateFiles(machine.Options.DataDirectory, "doubled", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Job_runs_to_its_end_and_its_claim_keeps_what_it_wrote()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.Objects.CreateAsync(new PersistentVolumeClaim { Metadata = new() { Name = "world", Namespace = LocalMachine.Space }, Spec = new() { AccessModes = ["ReadWriteOnce"], Resources = new() { Requests = new() { ["storage"] = "1Gi" } } } }, CancellationToken.None);
        var job = new Job { Metadata = new() { Name = "install", Namespace = LocalMachine.Space }, Spec = new() { BackoffLimit = 1, Template = new() { Spec = LocalMachine.Shell("x", "echo installed > /mnt/server/done").Spec } } };
        job.Spec.Template.Spec.RestartPolicy = "Never";
        job.Spec.Template.Spec.Volumes = [new() { Name = "data", PersistentVolumeClaim = new() { ClaimName = "world" } }];
        job.Spec.Template.Spec.Containers[0].VolumeMounts = [new() { Name = "data", MountPath = "/mnt/server" }];

        await machine.Objects.CreateAsync(job, CancellationToken.None);

        await Deadline.UntilAsync("complete", () => machine.Objects.Find<Job>(LocalMachine.Space, "install")?.Status?.Conditions?.Any(condition => condition is { Type: "Complete", Status: "True" }) == true);
        Assert.Equal("installed\n", await File.ReadAllTextAsync(Directory.EnumerateFiles(Path.Combine(machine.Options.DataDirectory, "volumes"), "done", SearchOption.AllDirectories).Single()));
    }

    [Fact]
    public async Task Metrics_tell_what_a_pod_uses()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.RunAsync("busy", "while :; do :; done");
        await machine.UntilRunningAsync("busy");
        using var client = machine.Client();

        var text = "";
        await Deadline.UntilAsync("metrics", async () => (text = await client.GetStringAsync(new Uri("/apis/metrics.k8s.io/v1beta1/namespaces/default/pods", UriKind.Relative))).Contains("\"busy\""));

        var metrics = System.Text.Json.JsonSerializer.Deserialize(text, KubeJson.Default.KubeListPodMetrics)!.Items.Single();
        Assert.InRange(Quantity.ToMillis(metrics.Containers[0].Usage["cpu"]), 20, 1100);
        Assert.InRange(Quantity.ToMiB(metrics.Containers[0].Usage["memory"]), 1, 50);
    }
}
