namespace Panel.Core.Servers;

/// <summary>What a cluster shows of one server, as a watch last told. Nothing here is stored.</summary>
public sealed record ServerSeen
{
    /// <summary>How many pods its StatefulSet wants; null while there is no StatefulSet.</summary>
    public int? Replicas { get; init; }
    /// <summary>Whether the StatefulSet, the volume claim or the Service is being removed.</summary>
    public bool Deleting { get; init; }
    /// <summary>Whether the cluster holds anything of the server at all.</summary>
    public bool Exists { get; init; }
    /// <summary>A hash of the template that a new pod would have, to tell whether a restart is due.</summary>
    public string? TemplateHash { get; init; }
    /// <summary>Its pod, if there is one.</summary>
    public PodSeen? Pod { get; init; }
    /// <summary>Its last install, if there was one.</summary>
    public InstallSeen? Install { get; init; }
    /// <summary>The capacity of its volume in MiB; null while the claim is not bound.</summary>
    public int? VolumeMiB { get; init; }
    /// <summary>Why its volume could not grow to what is wanted, in the cluster's words; null where it could. The server runs all the same.</summary>
    public string? GrowthRefused { get; init; }
    /// <summary>Why the cluster cannot give what is asked (no node, no volume, a quota), in the cluster's words.</summary>
    public string? Trouble { get; init; }
}

/// <summary>What a cluster shows of a server's pod.</summary>
public sealed record PodSeen
{
    /// <summary>Tells this pod from the one before it.</summary>
    public required string Uid { get; init; }
    /// <summary>The <see cref="ServerSpec.Starts"/> it was made with.</summary>
    public required int Starts { get; init; }
    /// <summary>The hash of the template it was made from.</summary>
    public string? TemplateHash { get; init; }
    /// <summary>Whether its program runs.</summary>
    public bool Running { get; init; }
    /// <summary>Whether the cluster calls it ready.</summary>
    public bool Ready { get; init; }
    /// <summary>Whether it is ending.</summary>
    public bool Deleting { get; init; }
    /// <summary>How often its program was started again.</summary>
    public int Restarts { get; init; }
    /// <summary>When the running program started, in UTC.</summary>
    public DateTimeOffset? StartedAt { get; init; }
    /// <summary>The cluster's word for what it waits for, such as <c>ErrImagePull</c> or <c>CrashLoopBackOff</c>.</summary>
    public string? Waiting { get; init; }
    /// <summary>The cluster's explanation of <see cref="Waiting"/>.</summary>
    public string? Message { get; init; }
    /// <summary>How its program ended last.</summary>
    public ExitSeen? LastExit { get; init; }
    /// <summary>Which of its program's runs <see cref="LastExit"/> tells of; the first is 0, null while none has ended. Times tell it not: they come in whole seconds.</summary>
    public int? EndedRun => LastExit is null ? null : Running ? Restarts - 1 : Restarts;
    /// <summary>When it was made, in UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
    /// <summary>Whether it has a node.</summary>
    public bool Placed { get; init; }
    /// <summary>The address of its node.</summary>
    public string? HostAddress { get; init; }
}

/// <summary>How a program ended.</summary>
/// <param name="Code">Its exit code; 128 + the signal's number when a signal ended it.</param>
/// <param name="Reason">The cluster's word, such as <c>Error</c> or <c>OOMKilled</c>.</param>
/// <param name="Message">What the cluster adds, or null.</param>
/// <param name="At">When, in UTC.</param>
public sealed record ExitSeen(int Code, string Reason, string? Message, DateTimeOffset At);

/// <summary>How an install goes.</summary>
/// <param name="Attempt">Which install.</param>
/// <param name="State">How far it is.</param>
/// <param name="Message">Why it failed or what it waits for, or null.</param>
/// <param name="StartedAt">When it was asked for, in UTC.</param>
/// <param name="Begun">Whether its script runs or ran.</param>
public sealed record InstallSeen(int Attempt, InstallState State, string? Message, DateTimeOffset? StartedAt = null, bool Begun = true);

/// <summary>How far an install is.</summary>
public enum InstallState
{
    /// <summary>Waiting for its pod, or running.</summary>
    Running,
    /// <summary>Its script ended with code 0.</summary>
    Succeeded,
    /// <summary>Its script ended with another code, or could not run.</summary>
    Failed,
}
