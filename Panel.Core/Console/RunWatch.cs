using Panel.Contracts.Console;
using Panel.Contracts.Servers;

namespace Panel.Core.Console;

/// <summary>What the lines of one run of a program tell: that it is ready, and who plays.</summary>
internal sealed class RunWatch(ConsolePatterns patterns, int? maxPlayers)
{
    /// <summary>Lines are what a program likes to write: so many names and no more, and none longer.</summary>
    const int MaxNames = 1000, MaxName = 64;

    readonly List<string> names = [];
    readonly Dictionary<string, string> byId = new(StringComparer.Ordinal);

    /// <summary>Whether the line that means "ready" was seen.</summary>
    public bool Ready { get; private set; }

    /// <summary>From which line of those that it took last on the program was ready; beyond them all where it was not.</summary>
    public int ReadyFrom { get; private set; } = int.MaxValue;

    /// <summary>Who plays; null where the game does not tell.</summary>
    public ServerPlayers? Players => patterns.Join is null ? null : new(names.Count, maxPlayers, [.. names]);

    /// <summary>Takes lines, and tells what is new.</summary>
    public (bool Ready, bool Players) Take(IReadOnlyList<SourceLine> lines)
    {
        ReadyFrom = Ready ? 0 : int.MaxValue;
        if ((Ready || patterns.Ready.Count == 0) && patterns.Join is null) return default;
        var (ready, players) = (false, false);
        for (var i = 0; i < lines.Count; i++)
        {
            var text = lines[i].Text;
            var plain = AnsiText.Strip(text.Length <= ConsoleLine.MaxLength ? text : text[..ConsoleLine.MaxLength]);
            if (!Ready && IsReady(plain)) (Ready, ready, ReadyFrom) = (true, true, i + 1);
            players |= Moves(plain);
        }
        return (ready, players);
    }

    bool IsReady(string line)
    {
        foreach (var pattern in patterns.Ready)
        {
            if (pattern.IsIn(line)) return true;
        }
        return false;
    }

    bool Moves(string line)
    {
        if (patterns.Join?.WhoIn(line) is ({ Length: <= MaxName } came, var number))
        {
            // also of who is known already: a number goes from one player to the next
            if (number is { Length: <= MaxName } && (byId.Count < MaxNames || byId.ContainsKey(number))) byId[number] = came;
            if (names.Count >= MaxNames || names.Contains(came)) return false;
            names.Add(came);
            return true;
        }
        // some games name who goes by the number alone that they said at the beginning
        if (patterns.Leave?.WhoIn(line) is not var (went, id)) return false;
        string? known = null;
        if (id is not null) byId.Remove(id, out known);
        return (went ?? known) is { } left && names.Remove(left);
    }
}
