using Panel.Contracts.Servers;

namespace Panel.Core.Servers;

/// <summary>What a server waits for on its way to another phase: one pure function of what is seen.</summary>
internal static class ServerWaits
{
    /// <summary>The step it is at; null where nothing is on its way.</summary>
    /// <param name="server">What is wanted.</param>
    /// <param name="seen">What the cluster shows.</param>
    /// <param name="phase">Its phase.</param>
    /// <param name="usual">How long the way usually takes, in seconds, by whether it is an install.</param>
    public static ServerWait? Wait(this Server server, ServerSeen? seen, ServerPhase phase, Func<bool, int?> usual) => phase switch
    {
        ServerPhase.Installing when seen?.Install is { } install && install.Attempt == server.InstallAttempt =>
            new(install.Begun ? "Installing" : "Fetching what the install needs", install.StartedAt, usual(true)),
        ServerPhase.Installing => new("Waiting for the install to begin", null, usual(true)),
        ServerPhase.Starting when seen?.Pod is { Deleting: false } pod =>
            new(pod.Running ? "Getting ready" : seen.VolumeMiB is null ? "Waiting for its volume" : pod.Placed ? "Fetching the image" : "Waiting for a node", pod.CreatedAt, usual(false)),
        ServerPhase.Starting => new("Waiting for a place to run", null, usual(false)),
        ServerPhase.Stopping => new("Saving and stopping", null, null),
        _ => null,
    };
}
