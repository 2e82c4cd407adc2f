using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Panel.Core.Console;

/// <summary>How much of each console is kept in memory.</summary>
public sealed class ConsoleOptions
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Console";

    /// <summary>How many lines of a server's console are kept for those who open it.</summary>
    [Range(100, 100_000)]
    public int HistoryLines { get; init; } = 2000;

    /// <summary>How many bytes those lines may take.</summary>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public int HistoryBytes { get; init; } = 512 * 1024;

    /// <summary>How many lines a viewer gets at once; older ones are counted as dropped.</summary>
    [Range(50, 10_000)]
    public int BatchLines { get; init; } = 1000;
}

/// <summary>The rules of <see cref="ConsoleOptions"/>.</summary>
[OptionsValidator]
public sealed partial class ConsoleOptionsValidator : IValidateOptions<ConsoleOptions>;
