namespace Panel.Core.Console;

/// <summary>
/// Finds the answer of a game that was asked which commands it has, and keeps it from the console. It goes by the times of the log alone, so
/// that whoever reads the same log, another replica or the panel after a restart, finds the same.
/// </summary>
internal sealed class HelpWatch(HelpPattern pattern)
{
    /// <summary>So long after the game was ready a line of its list counts as the answer, and so many lines.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    const int MostLines = 1000;

    readonly HashSet<string> names = new(StringComparer.Ordinal);
    DateTimeOffset from, until;
    int lines;

    /// <summary>How the game tells them.</summary>
    public HelpPattern Pattern => pattern;

    /// <summary>Whether the game was ready.</summary>
    public bool Begun { get; private set; }

    /// <summary>The game is ready since a time.</summary>
    public void Begin(DateTimeOffset at) => (Begun, from, until) = (true, at, at + Window);

    /// <summary>The lines that are not part of the answer.</summary>
    /// <param name="came">Lines, oldest first.</param>
    /// <param name="learned">Is told all commands that are known once there are new ones.</param>
    public IReadOnlyList<SourceLine> Shown(IReadOnlyList<SourceLine> came, Action<IReadOnlyList<string>> learned)
    {
        if (lines >= MostLines || came[0].At > until) return came;
        var (shown, known) = (new List<SourceLine>(came.Count), names.Count);
        foreach (var line in came)
        {
            // what the list told already is told again to a person who asked, and belongs to them
            if (line.At < from || line.At > until || lines >= MostLines || pattern.Line.NamesIn(AnsiText.Strip(line.Text)) is not { } found || found.All(names.Contains))
            {
                shown.Add(line);
                continue;
            }
            lines++;
            foreach (var name in found)
            {
                if (names.Count < GameHelp.MostNames && name.Length <= GameHelp.LongestName) names.Add(name);
            }
        }
        if (names.Count > known) learned([.. names]);
        return shown;
    }
}
