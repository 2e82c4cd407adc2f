namespace Panel.Contracts.Console;

/// <summary>Where a line of a console comes from.</summary>
public enum ConsoleSource
{
    /// <summary>The program's standard output or error.</summary>
    Program,
    /// <summary>The install script.</summary>
    Install,
    /// <summary>The panel itself: a start, an exit with its reason, a command that somebody sent.</summary>
    Panel,
}

/// <summary>One line of a server's console.</summary>
/// <param name="Number">Its place in the feed; grows by one a line, so that a gap tells of lost lines.</param>
/// <param name="At">When it was written, in UTC.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Text">Its text with ANSI sequences, without the line break; cut at <see cref="MaxLength"/> characters.</param>
public sealed record ConsoleLine(long Number, DateTimeOffset At, ConsoleSource Source, string Text)
{
    /// <summary>What a line holds at most, in characters.</summary>
    public const int MaxLength = 4096;
}

/// <summary>Lines that arrived together.</summary>
/// <param name="Lines">The lines, oldest first.</param>
/// <param name="Dropped">How many lines this viewer lost since the batch before, because they came faster than it reads.</param>
public sealed record ConsoleBatch(IReadOnlyList<ConsoleLine> Lines, long Dropped);
