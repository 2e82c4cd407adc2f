using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Panel.Core.Console;

/// <summary>How much of each console is kept in memory.</summary>
public sealed class ConsoleOptions
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Console";

    /// <summary>How many lines of a server's console are kept to look back at.</summary>
    [Range(100, 1_000_000)]
    public int HistoryLines { get; init; } = 100_000;

    /// <summary>
    /// How many bytes those lines may take: three eighths for the newest, which are at hand, the rest packed, where a usual log takes a
    /// quarter of its size: the usual bound holds some 30,000 lines of one.
    /// </summary>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public int HistoryBytes { get; init; } = 1024 * 1024;

    /// <summary>How many lines a viewer gets at once; older ones are counted as dropped.</summary>
    [Range(50, 10_000)]
    public int BatchLines { get; init; } = 1000;

    /// <summary>How many commands one person may send to one server at once after a quiet time.</summary>
    [Range(1, 10_000)]
    public int CommandBurst { get; init; } = 20;

    /// <summary>How many a second may follow.</summary>
    [Range(1, 1000)]
    public int CommandsPerSecond { get; init; } = 2;

    /// <summary>How many of the newest lines are at hand, and are what a viewer begins with.</summary>
    internal int RecentLines => Math.Min(2000, HistoryLines);
}

/// <summary>The rules of <see cref="ConsoleOptions"/>.</summary>
[OptionsValidator]
public sealed partial class ConsoleOptionsValidator : IValidateOptions<ConsoleOptions>;
