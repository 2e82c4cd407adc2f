using System.Globalization;
using System.Text;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Kube;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Kube.Wire;

namespace Panel.Bench;

/// <summary>Objects as the panel makes them.</summary>
static class BenchObjects
{
    /// <summary>What the panel applies of a server that rests: its set, its volume claim and its address.</summary>
    public static (StatefulSet Set, PersistentVolumeClaim Claim, Service Service) Server(int number)
    {
        var (spec, options) = (Spec(number), new KubeOptions());
        var manifest = ServerManifests.Of(spec, options, ClusterAbilities.All);
        manifest.Set.Spec.Replicas = 0;
        return (manifest.Set, ServerManifests.Claim(spec, options, null), manifest.Service!);
    }

    /// <summary>A server's pod on a node that nobody looks after: no process comes of it.</summary>
    public static Pod Pod(int number)
    {
        var (set, _, _) = Server(number);
        var pod = new Pod { Metadata = set.Spec.Template.Metadata, Spec = set.Spec.Template.Spec };
        (pod.Metadata.Name, pod.Spec.NodeName) = (Name(number) + "-0", "elsewhere");
        return pod;
    }

    /// <summary>What a kubelet says of a pod that runs.</summary>
    public static byte[] Running { get; } = Encoding.UTF8.GetBytes("""
        {"status":{"phase":"Running","hostIP":"10.0.0.7","podIP":"10.1.2.3","podIPs":[{"ip":"10.1.2.3"}],"qosClass":"Burstable","startTime":"2026-01-01T00:00:00Z",
        "conditions":[{"type":"Initialized","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"},{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:10Z"},
        {"type":"ContainersReady","status":"True","lastTransitionTime":"2026-01-01T00:00:10Z"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}],
        "containerStatuses":[{"name":"game","image":"panel/tools:1","imageID":"panel/tools@sha256:0","containerID":"local://0","ready":true,"started":true,"restartCount":0,"state":{"running":{"startedAt":"2026-01-01T00:00:01Z"}}}]}}
        """);

    /// <summary>Pods of a program that does nothing, for exec.</summary>
    public static Pod Idle(string name) => new()
    {
        Metadata = new() { Name = name },
        Spec = new() { TerminationGracePeriodSeconds = 1, Containers = [new() { Name = "game", Image = "panel/tools:1", Command = ["sleep", "100000"] }] },
    };

    /// <summary>The name of a server's objects.</summary>
    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"bench-{number:0000}");

    static ServerSpec Spec(int number) => new()
    {
        Id = new(Guid.CreateVersion7()),
        ObjectName = Name(number),
        DisplayName = $"Bench {number}",
        OwnerId = "bench",
        Template = "demo",
        Image = "panel/demo-game:1",
        Environment = new Dictionary<string, string> { ["SERVER_PORT"] = "25565", ["MOTD"] = "A server to measure with", ["MAX_PLAYERS"] = "20" },
        MountPath = "/data",
        Ports = [new("game", 20_000 + number, "TCP", Probed: true)],
        CpuMillis = 1000,
        MemoryMiB = 256,
        DiskMiB = 128,
        StopCommand = "stop",
        Starts = 1,
    };
}
