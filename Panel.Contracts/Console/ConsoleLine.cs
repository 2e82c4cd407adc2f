using System.Text.Json.Serialization;

namespace Panel.Contracts.Console;

/// <summary>Where a line of a console comes from.</summary>
[JsonConverter(typeof(WordConverter<ConsoleSource>))]
public enum ConsoleSource
{
    /// <summary>The program's standard output or error.</summary>
    Program,
    /// <summary>The install script.</summary>
    Install,
    /// <summary>The panel itself: what it has to tell.</summary>
    Panel,
    /// <summary>The panel itself: a program or an install starts here.</summary>
    Start,
    /// <summary>The panel itself: a program or an install ended here, and how.</summary>
    End,
    /// <summary>A command that somebody sent, and who.</summary>
    Command,
    /// <summary>What the game answered to a command, where that does not come in its log.</summary>
    Answer,
}

/// <summary>How grave a line is, by the patterns of its game.</summary>
[JsonConverter(typeof(WordConverter<ConsoleLevel>))]
public enum ConsoleLevel
{
    /// <summary>No pattern tells: plain text.</summary>
    None,
    /// <summary>Of use to those who look for a fault.</summary>
    Debug,
    /// <summary>Something may be wrong.</summary>
    Warning,
    /// <summary>Something is wrong.</summary>
    Error,
}

/// <summary>One line of a server's console.</summary>
/// <param name="Number">Its place in the feed; grows by one a line, so that a gap tells of lost lines.</param>
/// <param name="At">When it was written, in UTC.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Text">Its text with ANSI sequences, without the line break; cut at <see cref="MaxLength"/> characters.</param>
/// <param name="Level">How grave it is.</param>
public sealed record ConsoleLine(long Number, DateTimeOffset At, ConsoleSource Source, string Text, ConsoleLevel Level = ConsoleLevel.None)
{
    /// <summary>What a line holds at most, in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>Whether the panel put it there, and not the log of what it runs.</summary>
    public bool IsOwn => Source >= ConsoleSource.Panel;
}

/// <summary>Lines that arrived together.</summary>
/// <param name="Lines">The lines, oldest first.</param>
/// <param name="Dropped">How many lines this viewer lost since the batch before, because they came faster than it reads.</param>
public sealed record ConsoleBatch(IReadOnlyList<ConsoleLine> Lines, long Dropped);
