using Panel.Contracts.Servers;

namespace Panel.Core.Servers;

/// <summary>What a server is shown to do: one pure function of what is wanted and what is seen.</summary>
internal static class ServerPhases
{
    /// <summary>So many restarts without getting ready are a crash loop.</summary>
    const int ManyRestarts = 3;

    static readonly HashSet<string> ImageProblems = new(StringComparer.Ordinal)
    {
        "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable", "ImageInspectError",
    };

    static readonly HashSet<string> StartProblems = new(StringComparer.Ordinal)
    {
        "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "CrashLoopBackOff",
    };

    /// <summary>The phase of a server.</summary>
    /// <param name="server">What is wanted.</param>
    /// <param name="seen">What the cluster shows; null while that is nothing, or not known.</param>
    /// <param name="readySeen">Whether the program that runs told that it is ready, or its template has no line for that.</param>
    public static ServerPhase Phase(this Server server, ServerSeen? seen, bool readySeen) => (server.Hold, server.Intent, seen?.Pod) switch
    {
        (Hold.Deleting, _, _) => ServerPhase.Deleting,
        _ when server.Suspension != Suspension.None => ServerPhase.Suspended,
        (Hold.Restoring, _, _) => ServerPhase.Restoring,
        (Hold.InstallFailed, _, _) => ServerPhase.Failing,
        (Hold.Installing, _, _) => ServerPhase.Installing,
        (_, RunIntent.Stopped, null) => server.StopReason.Length > 0 ? ServerPhase.Failing : ServerPhase.Offline,
        (_, RunIntent.Stopped, _) => ServerPhase.Stopping,
        (_, RunIntent.Running, null) => seen?.Trouble is null ? ServerPhase.Starting : ServerPhase.Failing,
        (_, RunIntent.Running, { } pod) when pod.Starts < server.Starts => ServerPhase.Stopping,
        (_, RunIntent.Running, { Deleting: true }) => ServerPhase.Starting,
        (_, RunIntent.Running, { Running: true, Ready: true }) when readySeen => ServerPhase.Running,
        (_, RunIntent.Running, { } pod) when Fails(pod, seen!) => ServerPhase.Failing,
        _ => ServerPhase.Starting,
    };

    /// <summary>Whether the cluster cannot get the image.</summary>
    public static bool LacksImage(this PodSeen pod) => pod.Waiting is { } word && ImageProblems.Contains(word);

    static bool Fails(PodSeen pod, ServerSeen seen) =>
        pod.LacksImage()
        || (pod.Waiting is { } word && StartProblems.Contains(word))
        || pod.Restarts > ManyRestarts
        || pod is { Running: false, LastExit: not null }
        || (!pod.Running && seen.Trouble is not null);
}
