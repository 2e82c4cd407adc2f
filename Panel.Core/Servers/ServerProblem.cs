using Panel.Contracts.Servers;

namespace Panel.Core.Servers;

/// <summary>Why a server fails, or what it waits for, in words a person can act on.</summary>
internal static class ServerProblem
{
    static readonly (string[] Marks, Func<Server, string> Words)[] Known =
    [
        (["address already in use", "EADDRINUSE", "failed to bind to port", "Only one usage of each socket address", "bind: Address in use"],
            server => $"Port {Port(server)} is in use by another program. Stop that program, or delete this server and make a new one."),
        (["no space left on device", "ENOSPC", "disk quota exceeded", "not enough space on the disk"],
            server => $"The disk is full: its plan has {server.DiskMiB} MiB. Delete files or choose a larger plan."),
        (["OutOfMemoryError", "Cannot allocate memory", "std::bad_alloc"],
            server => $"It ran out of memory: its plan has {server.MemoryMiB} MiB. Choose a larger plan."),
        (["agree to the EULA"], _ => "The game's licence (EULA) is not accepted. Accept it in the settings, then start again."),
        (["UnsupportedClassVersionError"], _ => "This version of the game needs another version of Java. Choose another image in the settings."),
    ];

    /// <summary>The reason to show beside a phase; null when there is nothing to say.</summary>
    public static string? Describe(Server server, Observation observed, ServerPhase phase)
    {
        var seen = observed.Seen;
        return phase switch
        {
            ServerPhase.Failing when server.Hold == Hold.InstallFailed => Join("The install failed.", server.HoldReason is { } why ? why.TrimEnd('.', ' ') + "." : null, "The console has its log. Reinstall the server to try again."),
            ServerPhase.Failing when server.StopReason.Length > 0 => Join("The panel stopped it.", server.StopReason, "Start it once the cause is mended.", LastWords(observed)),
            ServerPhase.Failing when seen?.Pod is { } pod => OfPod(server, pod, seen, observed),
            ServerPhase.Failing or ServerPhase.Starting or ServerPhase.Installing when seen?.Trouble is { } trouble => Cluster(trouble),
            ServerPhase.Starting or ServerPhase.Stopping or ServerPhase.Installing or ServerPhase.Deleting when observed.PassFailure is { } failure => failure,
            ServerPhase.Installing => seen?.Install is { State: InstallState.Running, Message: { } message } install && install.Attempt == server.InstallAttempt ? message : null,
            ServerPhase.Suspended => server.SuspendReason.Length > 0 ? server.SuspendReason : null,
            ServerPhase.Starting when seen is { VolumeMiB: null, Pod.Running: false } => "It waits for its volume.",
            ServerPhase.Starting when seen?.Pod is { LastExit: { } exit, Running: true } => $"It is started again: the program before ended with {Exit(exit)}.",
            ServerPhase.Running or ServerPhase.Offline when seen?.GrowthRefused is { } refusal => Join("The volume cannot grow to the plan's size.", refusal),
            ServerPhase.Running or ServerPhase.Offline => ServerDisk.Problem(server, observed.Usage),
            _ => null,
        };
    }

    /// <summary>How a program ended, in words.</summary>
    public static string Exit(ExitSeen exit) => exit switch
    {
        { Reason: "OOMKilled" } => "too little memory",
        { Code: > 128 and < 160 } => $"signal {exit.Code - 128}",
        _ => $"code {exit.Code}",
    };

    static string OfPod(Server server, PodSeen pod, ServerSeen seen, Observation observed)
    {
        if (pod.LacksImage()) return Join("The program is missing.", pod.Message ?? pod.Waiting);
        if (pod.LastExit is { Reason: "OOMKilled" }) return $"It was ended because it needs more memory than its plan has ({server.MemoryMiB} MiB). Choose a larger plan.";
        foreach (var (marks, words) in observed.Troubles.Count > 0 ? [] : Known)   // the console says what it is, and what helps
        {
            if (observed.LastLines.Any(line => marks.Any(mark => line.Contains(mark, StringComparison.OrdinalIgnoreCase)))) return words(server);
        }
        if (pod.LastExit is { } exit)
        {
            var ended = pod.Restarts > 1 ? $"The program ends again and again, last with {Exit(exit)}." : $"The program ended with {Exit(exit)}.";
            return Join(ended, exit.Message, LastWords(observed));
        }
        if (pod.Waiting is not null) return Join("It cannot start.", pod.Message ?? pod.Waiting);
        return seen.Trouble is { } trouble ? Cluster(trouble) : "It does not get ready.";
    }

    static string? LastWords(Observation observed) =>
        observed.Troubles.Count == 0 && observed.LastLines.LastOrDefault(line => !string.IsNullOrWhiteSpace(line)) is { } said ? $"Its last line: {said.Trim()}" : null;

    static string Cluster(string trouble) => Join("The cluster cannot run it now.", trouble);

    static string Join(params IEnumerable<string?> parts) => string.Join(' ', parts.Where(part => !string.IsNullOrWhiteSpace(part)).Select(part => part!.Trim()));

    static string Port(Server server) => server.Allocations.Count == 0 ? "" : server.Allocations.MinBy(allocation => allocation.Order)!.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
