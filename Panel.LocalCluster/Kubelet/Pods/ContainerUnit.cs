using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Images;
using Panel.LocalCluster.Kubelet.Logs;
using Panel.LocalCluster.Kubelet.Probes;
using Panel.LocalCluster.Kubelet.Processes;
using Panel.LocalCluster.Kubelet.Sandbox;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>One container of a pod on this machine: starts it, notices its end, remembers both.</summary>
/// <param name="context">The kubelet.</param>
/// <param name="pod">The pod as it is now.</param>
/// <param name="spec">The container.</param>
/// <param name="changed">Called after every change that the pod's worker should look at.</param>
sealed class ContainerUnit(KubeletContext context, Func<Pod> pod, Container spec, Action changed)
{
    public const string ConfigError = "CreateContainerConfigError";

    static readonly TimeSpan HealthyAfter = TimeSpan.FromMinutes(10);

    readonly string podUid = pod().Metadata.Uid!;
    volatile ContainerProcess? process;
    LaunchSpec? launch;
    bool outOfMemory;

    public Container Spec => spec;
    public string Name => spec.Name;
    public ContainerRecord Record { get; private set; } = new();

    /// <summary>The run that goes on now. Its end is recorded before this is null: what neither runs nor has ended is to be started.</summary>
    public ContainerProcess? Process
    {
        get => process;
        private set => process = value;
    }

    /// <summary>The newest run is over and its end is recorded.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Why it does not run, while it is to run.</summary>
    public ContainerStateWaiting? Waiting { get; private set; }

    /// <summary>When to try again what failed.</summary>
    public Backoff Retry { get; } = new(context.Clock);

    public ContainerProbes? Probes { get; private set; }

    public bool Running => Process is not null;
    public string ContainerId => $"panel://{podUid}/{Name}/{Record.Run}";
    public string RunDirectory => context.Paths.Run(podUid, Name, Record.Run);
    public string Mark => $"{podUid}/{Name}/{Record.Run}";

    /// <summary>Finds the processes of an earlier kubelet, or learns how they ended.</summary>
    public void Adopt(ContainerStatus? known)
    {
        Record = ContainerRecord.Read(context.Paths.Record(podUid, Name));
        if (Record.Shim is not { } shim || Record.End is not null) return;
        if (shim.IsAlive && TryTakeOver(shim, known)) return;
        // no exit code after a restart of the machine: nobody's fault, so no crash
        var lost = shim.BootId != ProcFs.BootId && !File.Exists(Path.Combine(RunDirectory, Shim.Exit));
        Finish(ContainerProcess.ReadExitCode(RunDirectory), EndedAt());
        if (lost) Save(Record with { Suspended = true });
    }

    /// <summary>Starts a run. What stands in the way becomes the reason of <see cref="Waiting"/>.</summary>
    public void Start(IReadOnlyDictionary<string, string> volumes)
    {
        var before = Record;
        try
        {
            var image = context.Images.Resolve(spec.Image ?? "");
            var again = Record is { Run: > 0, Suspended: false };
            var fresh = Record with
            {
                Run = Record.Run + 1,
                Restarts = Record.Restarts + (again ? 1 : 0),
                Backoff = again ? Backoff.Next(Record.Backoff) : Record.Backoff,
                Last = Record.End ?? Record.Last,
                End = null,
                Shim = null,
                Suspended = false,
            };
            var variables = new PodEnvironment(context.Objects, context.Node).Resolve(pod(), spec);
            var mark = $"{podUid}/{Name}/{fresh.Run}";
            launch = ContainerLaunch.Build(pod(), spec, image, volumes, variables, mark);
            Record = fresh;
            StartRun(launch);
            Retry.Reset();
            Waiting = null;
        }
        catch (ImageException missing)
        {
            RefuseImage(missing.Message);
        }
        catch (ConfigException missing)
        {
            Refuse(ConfigError, missing.Message, TimeSpan.FromSeconds(10));
        }
        catch (IOException failed)
        {
            Record = Record with { Restarts = before.Restarts };    // nothing ran, so nothing ended
            Refuse("RunContainerError", failed.Message, TimeSpan.FromSeconds(10));
        }
    }

    /// <summary>Says why it is not started now.</summary>
    public void Wait(string reason, string? message)
    {
        if (Waiting?.Reason != reason || Waiting.Message != message) Waiting = new() { Reason = reason, Message = message };
    }

    /// <summary>Notes that the cluster's shutdown, and not a fault, ends this run.</summary>
    public void Suspend()
    {
        if (Running) Save(Record with { Suspended = true });
    }

    /// <summary>Ends the run because it used more memory than its limit.</summary>
    public Task KillOutOfMemoryAsync()
    {
        outOfMemory = true;
        return Process?.KillAsync() ?? Task.CompletedTask;
    }

    /// <summary>How to run a command beside the program.</summary>
    /// <exception cref="ExecException">The container does not run.</exception>
    public HostLaunch PrepareExec(IReadOnlyList<string> command)
    {
        if (Process?.Tree.FirstProgram is not { } program) throw new ExecException($"container {Name} is not running");
        launch ??= Rebuild();
        return context.Isolation.PrepareExec(launch, program, command, RunDirectory);
    }

    /// <summary>Reads the log of the newest run, or of the one before it; null where there is none, also while a run is just being started.</summary>
    public LogReader? OpenReader(bool previous)
    {
        var (process, record) = (Process, Record);
        if (!previous && process is null && record.End is null) return null; // whoever follows would be told that this was all
        var run = previous ? record.Run - 1 : record.Run;
        var directory = context.Paths.Log(podUid, Name, run);
        return run > 0 && Directory.Exists(directory) ? new(directory, previous ? null : process?.Log) : null;
    }

    bool TryTakeOver(ProcessIdentity shim, ContainerStatus? known)
    {
        try
        {
            var process = ContainerProcess.Adopt(shim, Record.Sandboxed, Mark, RunDirectory, OpenLog(), Name, context.Clock);
            Save(Record with { Suspended = false });
            Watch(process, known);
            return true;
        }
        catch (IOException failure)
        {
            context.Logger.LogWarning(failure, "Container {Container} of pod {Pod} cannot be taken over and is ended", Name, pod().Metadata.Name);
            new ProcessTree(shim, Record.Sandboxed, Mark).KillAll();
            return false;
        }
    }

    LaunchSpec Rebuild()
    {
        var variables = new PodEnvironment(context.Objects, context.Node).Resolve(pod(), spec);
        return ContainerLaunch.Build(pod(), spec, context.Images.Resolve(spec.Image ?? ""), new PodVolumes(context).Prepare(pod()), variables, Mark);
    }

    void StartRun(LaunchSpec wanted)
    {
        foreach (var old in Runs().Where(run => run is not null && run != Record.Run - 1)) PodFolder.Delete(context.Paths.Run(podUid, Name, old!.Value), context.Logger);
        var directory = Directory.CreateDirectory(RunDirectory).FullName;
        var prepared = context.Isolation.Prepare(wanted, directory);
        context.Events.Normal(pod(), "Created", $"Created container: {Name}");
        var process = ContainerProcess.Start(prepared, wanted.Stdin, directory, OpenLog(), Name, context.Clock);
        Save(Record with { Shim = process.Identity, Sandboxed = process.Tree.Sandboxed, StartedAt = context.Now });
        context.Events.Normal(pod(), "Started", $"Started container {Name}");
        Watch(process, null);
    }

    IEnumerable<int?> Runs() =>
        Directory.Exists(context.Paths.Container(podUid, Name))
            ? [.. Directory.EnumerateDirectories(context.Paths.Container(podUid, Name)).Select(path => int.TryParse(Path.GetFileName(path), out var run) ? run : (int?)null)]
            : [];

    void Watch(ContainerProcess process, ContainerStatus? known)
    {
        outOfMemory = false;
        Process = process;
        Probes = new(context, pod, this, known, changed);
        Probes.Start();
        Ended = FollowAsync(process);
        context.ContainerStarted.Set();
    }

    async Task FollowAsync(ContainerProcess process)
    {
        int code;
        try
        {
            code = await process.Exited;
            await Probes!.DisposeAsync();
        }
        catch (Exception fault)
        {
            // a fault of ours: the program is over all the same, and a pod that waits for that must not wait for ever
            context.Logger.LogError(fault, "The end of container {Container} of pod {Pod} was not followed as it should be", Name, pod().Metadata.Name);
            code = ContainerProcess.ReadExitCode(RunDirectory);
        }
        try
        {
            Finish(code, context.Now);
        }
        finally
        {
            Process = null;
            changed();
        }
    }

    void Finish(int code, DateTimeOffset at)
    {
        var started = Record.StartedAt ?? at;
        var (reason, message) = ContainerEnding.Explain(code, outOfMemory, Record.Sandboxed, spec, context.Paths.Log(podUid, Name, Record.Run));
        var end = new ContainerEnd(reason == ContainerEnding.StartError ? 128 : code, reason, message, started, at, ContainerId);
        Save(Record with { End = end, Backoff = at - started >= HealthyAfter ? TimeSpan.Zero : Record.Backoff });
    }

    void RefuseImage(string message)
    {
        Retry.Fail();
        context.Events.Warning(pod(), "Failed", $"Failed to pull image \"{spec.Image}\": {message}");
        context.Events.Warning(pod(), "Failed", "Error: ErrImagePull");
        // the first look gives the plain reason; from then on it is being retried
        Waiting = Waiting?.Reason is "ErrImagePull" or "ImagePullBackOff"
            ? new() { Reason = "ImagePullBackOff", Message = $"Back-off pulling image \"{spec.Image}\": ErrImagePull: {message}" }
            : new() { Reason = "ErrImagePull", Message = message };
    }

    void Refuse(string reason, string message, TimeSpan delay)
    {
        Retry.FailFor(delay);
        if (Waiting?.Message != message) context.Events.Warning(pod(), "Failed", $"Error: {message}");
        Waiting = new() { Reason = reason, Message = message };
    }

    ContainerLog OpenLog() => new(
        context.Paths.Log(podUid, Name, Record.Run), context.Options.LogMaxBytes, context.Options.LogFiles, context.Clock,
        fault => context.Events.Warning(pod(), "LogWriteFailed", $"The log of container {Name} cannot be written: {fault.Message}"));

    DateTimeOffset EndedAt()
    {
        var exit = new FileInfo(Path.Combine(RunDirectory, Shim.Exit));
        return exit.Exists ? exit.LastWriteTimeUtc : context.Now;
    }

    void Save(ContainerRecord record)
    {
        Record = record;
        try
        {
            Directory.CreateDirectory(context.Paths.Container(podUid, Name));
            record.Write(context.Paths.Record(podUid, Name));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // a full disk stops no game; a kubelet that is killed before the next record ends this run instead of adopting it
            context.Logger.LogWarning(failure, "The record of container {Container} of pod {Pod} cannot be written", Name, pod().Metadata.Name);
        }
    }
}
