using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Kube.Servers;
using Panel.Kube.Wire;
using Xunit;

namespace Panel.Tests.Kube.Servers;

public sealed class ServerSeenProjectionTests
{
    static readonly ServerId Id = new(Guid.Parse("0198a2f4-0000-7000-8000-000000000001"));
    static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    static readonly ServerParts Nothing = new(null, null, [], [], []);

    [Fact]
    public void Nothing_is_nothing()
    {
        Assert.Null(ServerSeenProjection.Of(Nothing));
        Assert.Null(ServerSeenProjection.IdOf(Nothing));
        // the pod of file access alone is no server
        Assert.Null(ServerSeenProjection.Of(Nothing with { Pods = [new() { Metadata = new() { Labels = ServerObjects.Labels("box", ServerObjects.Files) } }] }));
    }

    [Fact]
    public void A_set_tells_what_is_wanted_and_a_claim_its_size()
    {
        var parts = Nothing with { Set = Set(), Claim = Claim("Bound", "1536Mi") };
        Assert.Equal(Id, ServerSeenProjection.IdOf(parts));
        Assert.Equal(new ServerSeen { Exists = true, Replicas = 1, TemplateHash = "h2", VolumeMiB = 1536 }, ServerSeenProjection.Of(parts));
        Assert.Null(ServerSeenProjection.Of(parts with { Claim = Claim("Pending", null) })!.VolumeMiB);
        parts.Set!.Metadata.DeletionTimestamp = At;
        Assert.True(ServerSeenProjection.Of(parts)!.Deleting);
    }

    public static TheoryData<string, ContainerStatus?, PodSeen> Pods => new()
    {
        { "no container yet", null, Seen() },
        { "creating", Status(waiting: new() { Reason = "ContainerCreating" }), Seen() },
        { "no image", Status(waiting: new() { Reason = "ErrImagePull", Message = "install it" }), Seen() with { Waiting = "ErrImagePull", Message = "install it" } },
        { "running", Status(running: new() { StartedAt = At }), Seen() with { Running = true, Ready = true, StartedAt = At } },
        {
            "running again", Status(running: new() { StartedAt = At }, last: new() { ExitCode = 137, Reason = "OOMKilled", FinishedAt = At }, restarts: 2),
            Seen() with { Running = true, Ready = true, StartedAt = At, Restarts = 2, LastExit = new(137, "OOMKilled", null, At) }
        },
        {
            "crashing", Status(waiting: new() { Reason = "CrashLoopBackOff", Message = "back-off 10s" }, last: new() { ExitCode = 1, Reason = "Error", Message = "boom\n", FinishedAt = At }, restarts: 4),
            Seen() with { Waiting = "CrashLoopBackOff", Message = "back-off 10s", Restarts = 4, LastExit = new(1, "Error", "boom", At) }
        },
        { "ended", Status(ended: new() { ExitCode = 0, Reason = "Completed", FinishedAt = At }), Seen() with { LastExit = new(0, "Completed", null, At) } },
    };

    [Theory, MemberData(nameof(Pods))]
    public void A_pod_is_seen_as_it_is(string what, ContainerStatus? status, PodSeen expected)
    {
        var pod = Pod(status);
        Assert.True(expected == ServerSeenProjection.Of(Nothing with { Set = Set(), Pod = pod, Pods = [pod] })!.Pod, what);
    }

    [Fact]
    public void A_pod_that_the_node_gave_up_tells_why()
    {
        var pod = Pod(null);
        (pod.Status!.Phase, pod.Status.Reason, pod.Status.Message) = ("Failed", "Evicted", "The node was low on memory.");
        var seen = ServerSeenProjection.Of(Nothing with { Pod = pod, Pods = [pod] })!.Pod!;
        Assert.Equal(("Evicted", "The node was low on memory."), (seen.Waiting, seen.Message));
    }

    [Theory]
    [InlineData(null, InstallState.Running)]
    [InlineData("Complete", InstallState.Succeeded)]
    [InlineData("Failed", InstallState.Failed)]
    public void The_newest_install_counts(string? condition, InstallState state)
    {
        var seen = ServerSeenProjection.Of(Nothing with { Jobs = [Job(9, "Failed"), Job(10, condition), Job(2, "Complete")] })!;
        Assert.Equal((10, state), (seen.Install!.Attempt, seen.Install.State));
    }

    [Fact]
    public void A_failed_install_tells_the_scripts_code()
    {
        var job = Job(1, "Failed");
        var pod = new Pod
        {
            Metadata = new() { Labels = ServerObjects.Labels("box", ServerObjects.Install), OwnerReferences = [new() { Uid = job.Metadata.Uid! }] },
            Status = new() { ContainerStatuses = [Status(ended: new() { ExitCode = 5, Reason = "Error", Message = "downloading\nno such mirror\n" })] },
        };
        Assert.Equal("The script ended with code 5: no such mirror", ServerSeenProjection.Of(Nothing with { Jobs = [job], Pods = [pod] })!.Install!.Message);
    }

    public static TheoryData<string, string, string?, bool> Events => new()
    {
        { "Pod", "FailedScheduling", "pod-1", true },
        { "Pod", "FailedScheduling", "an older pod", false },
        { "StatefulSet", "FailedCreate", "set-1", true },
        { "PersistentVolumeClaim", "ProvisioningFailed", "claim-1", true },
        { "PersistentVolumeClaim", "ProvisioningFailed", "another", false },
    };

    [Theory, MemberData(nameof(Events))]
    public void An_event_is_trouble_while_it_holds(string kind, string reason, string? uid, bool isTrouble)
    {
        var pod = Pod(null);
        pod.Status!.Phase = "Pending";
        var pods = kind == "StatefulSet" ? null : pod;
        var told = new Event { Reason = reason, Message = "words", LastTimestamp = At, InvolvedObject = new() { Kind = kind, Name = "box", Uid = uid } };
        var parts = Nothing with { Set = Set(), Claim = Claim("Pending", null), Pod = pods, Pods = pods is null ? [] : [pods], Events = [told] };
        Assert.Equal(isTrouble ? "words" : null, ServerSeenProjection.Of(parts)!.Trouble);
        pod.Status.Phase = "Running";
        Assert.Null(ServerSeenProjection.Of(parts with { Pod = pod, Pods = [pod], Claim = Claim("Bound", "1Gi") })!.Trouble);
    }

    [Theory]
    [InlineData("Pod", "my-box-1-0", "my-box-1")]
    [InlineData("Pod", "my-box-files", "my-box")]
    [InlineData("Pod", "my-box-install-12-x7z9q", "my-box")]
    [InlineData("Job", "my-box-install-12", "my-box")]
    [InlineData("PersistentVolumeClaim", "my-box-data", "my-box")]
    [InlineData("PersistentVolumeClaim", "my-box-0", null)]
    [InlineData("StatefulSet", "my-box-0", "my-box-0")]
    [InlineData("Node", "my-box-0", null)]
    public void An_event_names_its_server(string kind, string name, string? server) =>
        Assert.Equal(server, ClusterTrouble.ServerOf(new() { InvolvedObject = new() { Kind = kind, Name = name } }));

    static StatefulSet Set()
    {
        var set = new StatefulSet { Metadata = new() { Uid = "set-1", Annotations = new() { [ServerObjects.IdAnnotation] = Id.ToString() } }, Spec = new() { Replicas = 1 } };
        set.Spec.Template.Metadata.Annotations = new() { [ServerObjects.TemplateHashAnnotation] = "h2" };
        return set;
    }

    static PersistentVolumeClaim Claim(string phase, string? size) => new()
    {
        Metadata = new() { Uid = "claim-1" },
        Status = new() { Phase = phase, Capacity = size is null ? null : new() { ["storage"] = size } },
    };

    static Pod Pod(ContainerStatus? status) => new()
    {
        Metadata = new() { Uid = "pod-1", Annotations = new() { [ServerObjects.StartsAnnotation] = "3", [ServerObjects.TemplateHashAnnotation] = "h1" } },
        Status = new() { HostIP = "10.0.0.9", ContainerStatuses = status is null ? null : [status], Conditions = [new() { Type = "Ready", Status = status?.Ready == true ? "True" : "False" }] },
    };

    static PodSeen Seen() => new() { Uid = "pod-1", Starts = 3, TemplateHash = "h1", HostAddress = "10.0.0.9" };

    static ContainerStatus Status(ContainerStateWaiting? waiting = null, ContainerStateRunning? running = null, ContainerStateTerminated? ended = null, ContainerStateTerminated? last = null, int restarts = 0) => new()
    {
        Name = ServerObjects.GameContainer,
        Ready = running is not null,
        RestartCount = restarts,
        State = new() { Waiting = waiting, Running = running, Terminated = ended },
        LastState = new() { Terminated = last },
    };

    static Job Job(int attempt, string? condition) => new()
    {
        Metadata = new() { Uid = $"job-{attempt}", Annotations = new() { [ServerObjects.AttemptAnnotation] = $"{attempt}" } },
        Status = new() { Conditions = condition is null ? null : [new() { Type = condition, Status = "True" }] },
    };
}
