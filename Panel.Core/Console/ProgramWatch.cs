using Panel.Contracts.Servers;
using Panel.Core.Servers;

namespace Panel.Core.Console;

/// <summary>What one run of a program tells in its lines: that it is ready, and who plays.</summary>
internal sealed class ProgramWatch(ServerId id, ProgramRun run, ConsolePatterns patterns, int? maxPlayers, ObservedServers observed)
{
    const int MaxNames = 1000;

    readonly List<string> names = [];
    bool ready;
    bool changed = true;

    /// <summary>Which run it is.</summary>
    public ProgramRun Run => run;

    /// <summary>Takes lines in their order.</summary>
    public void Read(IReadOnlyList<SourceLine> lines)
    {
        foreach (var line in lines) Read(ConsolePatterns.Bare(line.Text));
        if (!changed || !patterns.TellsPlayers) return;
        changed = false;
        observed.SetPlayers(id, new(names.Count, maxPlayers, [.. names]));
    }

    /// <summary>Takes it as ready, where the line that told so is no longer kept.</summary>
    public void TakeAsReady()
    {
        if (ready) return;
        ready = true;
        observed.MarkReady(id, run.PodUid, run.Restarts);
    }

    void Read(string line)
    {
        if (!ready && patterns.IsReady(line)) TakeAsReady();
        if (!patterns.TellsPlayers) return;
        if (patterns.Joined(line) is { } joined && names.Count < MaxNames && !names.Contains(joined))
        {
            names.Add(joined);
            changed = true;
        }
        else if (patterns.Left(line) is { } left && names.Remove(left))
        {
            changed = true;
        }
    }
}
