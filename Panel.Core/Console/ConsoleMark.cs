using Panel.Contracts.Console;

namespace Panel.Core.Console;

/// <summary>Of which runs a console told last, so that whoever goes on with it tells nothing twice.</summary>
/// <param name="Pod">The pod of the run that was told of last; null where none was.</param>
/// <param name="Run">Which of the pod's runs.</param>
/// <param name="Ended">Whether its end was told too.</param>
/// <param name="Install">The attempt of the install that was told of last; 0 where none was.</param>
/// <param name="InstallEnded">Whether its end was told too.</param>
internal sealed record ConsoleMark(string? Pod = null, int Run = 0, bool Ended = true, int Install = 0, bool InstallEnded = true)
{
    /// <summary>Whether a run was told of and its end was not.</summary>
    public bool IsOpen => Pod is not null && !Ended;
}

/// <summary>How far a console is kept.</summary>
/// <param name="Sequence">The newest chunk; 0 where there is none.</param>
/// <param name="Lines">How many lines that has.</param>
/// <param name="Next">The number of the first line that is in none.</param>
internal sealed record KeptPlace(long Sequence, int Lines, long Next);

/// <summary>What is kept of a console, as it goes on with.</summary>
/// <param name="Blocks">The older lines, oldest first, numbered from 1.</param>
/// <param name="Recent">The lines behind them.</param>
/// <param name="Mark">What was told last; null where nothing is kept.</param>
/// <param name="Place">How far it is kept.</param>
internal sealed record KeptConsole(IReadOnlyList<ConsoleBlock> Blocks, IReadOnlyList<ConsoleLine> Recent, ConsoleMark? Mark, KeptPlace Place)
{
    /// <summary>Of a console of which nothing is kept.</summary>
    public static KeptConsole Nothing { get; } = new([], [], null, new(0, 0, 1));
}
