using Panel.Contracts.Servers;
using Panel.Core.Plans;
using Panel.Core.Servers;
using Xunit;

namespace Panel.Tests.Servers;

public sealed class ServerPhasesTests
{
    static readonly PodSeen Pod = new() { Uid = "a", Starts = 1, Running = true, Ready = true };
    static readonly ExitSeen Exit1 = new(1, "Error", null, DateTimeOffset.UnixEpoch);

    static Server Made(params Action<Server>[] changes)
    {
        var server = new Server(ServerId.New(), "ann", "One", "demo", "Demo", DateTimeOffset.UnixEpoch);
        server.Move(new Plan { Key = "tiny", Name = "Tiny", CpuMillis = 500, MemoryMiB = 512, DiskMiB = 2048 });
        server.Allocations.Add(new() { Port = 25565, ServerId = server.Id, Name = "game", Order = 0 });
        foreach (var change in changes) change(server);
        return server;
    }

    static void Start(Server server) => server.Power(PowerAction.Start);

    static ServerSeen Seen(PodSeen? pod, string? trouble = null) => new() { Exists = true, Replicas = 1, Pod = pod, Trouble = trouble, VolumeMiB = 2048 };

    public static TheoryData<ServerPhase, PodSeen?, string?, bool> WhileWanted => new()
    {
        { ServerPhase.Starting, null, null, true },
        { ServerPhase.Failing, null, "0/1 nodes are available", true },
        { ServerPhase.Running, Pod, null, true },
        { ServerPhase.Starting, Pod, null, false },
        { ServerPhase.Starting, Pod with { Ready = false }, null, true },
        { ServerPhase.Starting, Pod with { Deleting = true }, null, true },
        { ServerPhase.Stopping, Pod with { Starts = 0 }, null, true },
        { ServerPhase.Running, Pod with { Restarts = 9 }, null, true },
        { ServerPhase.Failing, Pod with { Restarts = 4, Ready = false }, null, true },
        { ServerPhase.Starting, Pod with { Restarts = 1, Ready = false, LastExit = Exit1 }, null, true },
        { ServerPhase.Failing, Pod with { Running = false, Ready = false, LastExit = Exit1 }, null, true },
        { ServerPhase.Failing, Pod with { Running = false, Ready = false, Waiting = "CrashLoopBackOff" }, null, true },
        { ServerPhase.Failing, Pod with { Running = false, Ready = false, Waiting = "ErrImagePull" }, null, true },
        { ServerPhase.Starting, Pod with { Running = false, Ready = false, Waiting = "ContainerCreating" }, null, true },
        { ServerPhase.Failing, Pod with { Running = false, Ready = false }, "no volume", true },
    };

    [Theory, MemberData(nameof(WhileWanted))]
    public void Wanted_server_shows_what_its_pod_does(ServerPhase expected, PodSeen? pod, string? trouble, bool readySeen) =>
        Assert.Equal(expected, Made(Start).Phase(Seen(pod, trouble), readySeen));

    [Fact]
    public void Unwanted_server_is_stopping_until_its_pod_is_gone()
    {
        var server = Made(Start, s => s.Power(PowerAction.Stop));
        Assert.Equal(ServerPhase.Stopping, server.Phase(Seen(Pod), readySeen: true));
        Assert.Equal(ServerPhase.Offline, server.Phase(Seen(null), readySeen: true));
        Assert.Equal(ServerPhase.Offline, server.Phase(null, readySeen: false));
    }

    [Fact]
    public void Server_that_the_panel_stopped_fails_once_its_pod_is_gone()
    {
        var server = Made(Start, s => s.Halt("It ended."));
        Assert.Equal(ServerPhase.Stopping, server.Phase(Seen(Pod), readySeen: true));
        Assert.Equal(ServerPhase.Failing, server.Phase(Seen(null), readySeen: true));
        Assert.Equal("The panel stopped it. It ended. Start it once the cause is mended. Its last line: bye", ServerProblem.Describe(server, new() { LastLines = ["bye", " "] }, ServerPhase.Failing));
    }

    [Fact]
    public void Hold_is_shown_before_all_else()
    {
        Assert.Equal(ServerPhase.Installing, Made(Start, s => s.Install(wipe: false)).Phase(Seen(Pod), readySeen: true));
        Assert.Equal(ServerPhase.Deleting, Made(Start, s => s.Delete()).Phase(Seen(Pod), readySeen: true));
    }

    [Fact]
    public void Restart_counts_and_a_second_start_does_not()
    {
        var server = Made(Start, Start);
        Assert.Equal(1, server.Starts);
        server.Power(PowerAction.Restart);
        Assert.Equal((2, 0), (server.Starts, server.KilledThrough));
        server.Power(PowerAction.Kill);
        Assert.Equal((RunIntent.Stopped, 2), (server.Intent, server.KilledThrough));
    }

    [Fact]
    public void Hold_refuses_power_but_kill()
    {
        var server = Made(Start, s => s.Install(wipe: false));
        Assert.Throws<Core.Errors.ConflictException>(() => server.Power(PowerAction.Start));
        Assert.Throws<Core.Errors.ConflictException>(() => server.Power(PowerAction.Stop));
        server.Power(PowerAction.Kill);
        server.Delete();
        Assert.Throws<Core.Errors.ConflictException>(() => server.Power(PowerAction.Kill));
        Assert.Throws<Core.Errors.ConflictException>(() => server.Rename("x", ""));
        server.Delete(); // asking twice is asking once
    }

    public static TheoryData<string, PodSeen, string[]> Reasons => new()
    {
        { "Port 25565 is in use", Pod with { Running = false, LastExit = Exit1 }, ["[x] **** FAILED TO BIND TO PORT!"] },
        { "The disk is full", Pod with { Running = false, LastExit = Exit1 }, ["write: No space left on device", "bye"] },
        { "needs more memory than its plan has (512 MiB)", Pod with { Running = false, LastExit = new(137, "OOMKilled", null, default) }, [] },
        { "The program ended with code 1. Its last line: boom", Pod with { Running = false, LastExit = Exit1 }, ["boom", " "] },
        { "again and again, last with signal 11", Pod with { Running = false, Restarts = 5, LastExit = new(139, "Error", null, default) }, [] },
        { "The program is missing. apt install openttd", Pod with { Running = false, Waiting = "ErrImagePull", Message = "apt install openttd" }, [] },
        { "EULA", Pod with { Running = false, LastExit = Exit1 }, ["You need to agree to the EULA in order to run the server."] },
    };

    [Theory, MemberData(nameof(Reasons))]
    public void Failure_is_told_in_words(string expected, PodSeen pod, string[] lastLines)
    {
        var server = Made(Start);
        var observation = new Observation { Seen = Seen(pod with { Ready = false }), LastLines = lastLines };
        var phase = server.Phase(observation.Seen, readySeen: true);
        Assert.Equal(ServerPhase.Failing, phase);
        Assert.Contains(expected, ServerProblem.Describe(server, observation, phase), StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_that_cannot_grow_is_told_and_stops_nothing()
    {
        var server = Made(Start);
        var seen = Seen(Pod) with { GrowthRefused = "the storage class must support resize" };
        Assert.Equal(ServerPhase.Running, server.Phase(seen, readySeen: true));
        Assert.Contains("must support resize", ServerProblem.Describe(server, new() { Seen = seen }, ServerPhase.Running), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ServerPhase.Starting, true), InlineData(ServerPhase.Stopping, true), InlineData(ServerPhase.Deleting, true), InlineData(ServerPhase.Running, false), InlineData(ServerPhase.Offline, false)]
    public void What_a_pass_was_refused_is_told_while_something_is_wanted(ServerPhase phase, bool told) =>
        Assert.Equal(told ? "refused" : null, ServerProblem.Describe(Made(Start), new() { Seen = Seen(Pod), PassFailure = "refused" }, phase));

    [Fact]
    public void Running_server_has_nothing_to_explain() =>
        Assert.Null(ServerProblem.Describe(Made(Start), new() { Seen = Seen(Pod with { LastExit = Exit1 }) }, ServerPhase.Running));
}
