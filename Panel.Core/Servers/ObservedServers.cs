using System.Collections.Concurrent;
using Panel.Contracts.Servers;
using Panel.Core.Console;
using Panel.Core.Reconciling;

namespace Panel.Core.Servers;

/// <summary>
/// What is seen of servers, in memory: the cluster's watch, measurements, and what their consoles tell. Pages read it; nothing of it is stored.
/// </summary>
public sealed class ObservedServers(ChangedServers changed, Wake wake)
{
    readonly ConcurrentDictionary<ServerId, Observation> observations = new();
    string? lastHost;

    /// <summary>Takes what a watch shows of a server now; null when the cluster holds nothing of it. The server's pass is woken when it is news.</summary>
    public void Publish(ServerId id, ServerSeen? seen)
    {
        if (seen?.Pod?.HostAddress is { Length: > 0 } host) Volatile.Write(ref lastHost, host);
        if (!Set(id, old => (IsSameRun(old.Seen, seen) ? old : old.Idle()) with { Seen = seen, Host = seen?.Pod?.HostAddress ?? old.Host })) return;
        wake.Server(id);
    }

    /// <summary>
    /// Takes a measurement. The same numbers again are no news, whenever they were measured; and those of processor and memory belong to a program that runs.
    /// </summary>
    public void SetUsage(ServerId id, ServerUsage? usage) => Set(id, old =>
    {
        var now = old with { Usage = usage };
        if (old.Seen?.Pod is not { Running: true }) now = now.Idle();
        return now.Usage is { } next && old.Usage == next with { At = old.Usage?.At ?? default } ? old : now;
    });

    /// <summary>Notes where servers will run, before any did.</summary>
    public void SetHost(string address) => Interlocked.CompareExchange(ref lastHost, address, null);

    /// <summary>Where servers run, as last seen of any of them; null where none was.</summary>
    internal string? LastHost => Volatile.Read(ref lastHost);

    /// <summary>Notes that one run of the server's program told that it is ready.</summary>
    public void MarkReady(ServerId id, string podUid, int restarts) => Set(id, old => old with { Ready = new(podUid, restarts) });

    /// <summary>Notes who plays; null where nothing tells of players.</summary>
    public void SetPlayers(ServerId id, ServerPlayers? players) => Set(id, old => old with { Players = players });

    /// <summary>Notes which commands the game of the program that runs has.</summary>
    internal void SetCommands(ServerId id, IReadOnlyList<string> commands) => Set(id, old => old.Commands.SequenceEqual(commands) ? old : old with { Commands = commands });

    /// <summary>Notes a trouble that a console told of, in the place of what it told of the same before.</summary>
    internal void AddTrouble(ServerId id, TroubleSeen trouble) => Set(id, old => old.Troubles.Contains(trouble) ? old : old with { Troubles = [.. old.Troubles.Where(other => other.Feature != trouble.Feature), trouble] });

    /// <summary>Forgets the troubles of other runs.</summary>
    /// <param name="id">The server.</param>
    /// <param name="source">The pod, or the install, whose troubles stay.</param>
    /// <param name="run">Which of the pod's runs; null for all.</param>
    internal void KeepTroubles(ServerId id, string source, int? run = null)
    {
        Set(id, old => old.Troubles.All(Stays) ? old : old with { Troubles = [.. old.Troubles.Where(Stays)] });

        bool Stays(TroubleSeen trouble) => trouble.Source == source && (run is null || trouble.Run == run);
    }

    /// <summary>Notes the last words of a program that ended, to explain why.</summary>
    internal void SetLastLines(ServerId id, IReadOnlyList<string> lines) => Set(id, old => old with { LastLines = lines });

    /// <summary>Notes why the last pass over a server did not go through, in words; null when it did.</summary>
    public void SetPassFailure(ServerId id, string? words)
    {
        if (words is not null || Observe(id).PassFailure is not null) Set(id, old => old with { PassFailure = words });
    }

    /// <summary>Forgets a server that was removed.</summary>
    internal void Forget(ServerId id)
    {
        observations.TryRemove(id, out _);
        changed.Tell(id);
    }

    /// <summary>What the cluster shows of a server; null when that is nothing, or not known yet.</summary>
    public ServerSeen? Find(ServerId id) => Observe(id).Seen;

    /// <summary>All that is seen of a server.</summary>
    internal Observation Observe(ServerId id) => observations.GetValueOrDefault(id, Observation.Nothing);

    /// <summary>The servers of which something is seen.</summary>
    internal IReadOnlyCollection<ServerId> Ids => [.. observations.Keys];

    static bool IsSameRun(ServerSeen? old, ServerSeen? now) => now?.Pod is { Running: true } pod && old?.Pod is { } before && before.Uid == pod.Uid && before.Restarts == pod.Restarts;

    bool Set(ServerId id, Func<Observation, Observation> change)
    {
        while (true)
        {
            var known = observations.TryGetValue(id, out var old);
            old ??= Observation.Nothing;
            var now = change(old);
            if (now == old) return false;
            if (known ? observations.TryUpdate(id, now, old) : observations.TryAdd(id, now)) break;
        }
        changed.Tell(id);
        return true;
    }
}

/// <summary>All that is seen of one server.</summary>
internal sealed record Observation
{
    public static readonly Observation Nothing = new();

    /// <summary>What the cluster's watch shows.</summary>
    public ServerSeen? Seen { get; init; }
    /// <summary>What was measured.</summary>
    public ServerUsage? Usage { get; init; }
    /// <summary>The address of the node it runs on, or ran on last.</summary>
    public string? Host { get; init; }
    /// <summary>The run whose console told that it is ready.</summary>
    public ProgramRun? Ready { get; init; }
    /// <summary>Who plays.</summary>
    public ServerPlayers? Players { get; init; }
    /// <summary>Which commands the game told that it has.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];
    /// <summary>Why the last pass did not go through.</summary>
    public string? PassFailure { get; init; }
    /// <summary>The troubles that the console told of, at most one of a kind.</summary>
    public IReadOnlyList<TroubleSeen> Troubles { get; init; } = [];
    /// <summary>The last words of the last program that ended.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];

    /// <summary>The same without what belongs to a program that runs.</summary>
    public Observation Idle() => Usage is null or { CpuMillis: null, MemoryMiB: null } ? this : this with { Usage = Usage with { CpuMillis = null, MemoryMiB = null } };

    /// <summary>Whether the console of the program that runs now told that it is ready.</summary>
    public bool ReadySeen => Seen?.Pod is { } pod && Ready == new ProgramRun(pod.Uid, pod.Restarts);
}

/// <summary>One run of a server's program: another pod or a restart in it is another run.</summary>
internal sealed record ProgramRun(string PodUid, int Restarts);
