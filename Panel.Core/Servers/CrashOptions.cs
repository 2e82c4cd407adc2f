using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Panel.Core.Servers;

/// <summary>When a server whose program ends again and again is stopped.</summary>
public sealed class CrashOptions
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Crashes";

    /// <summary>The most that is counted.</summary>
    internal const int Counted = 20;

    /// <summary>So many ends of its program within <see cref="WithinMinutes"/> stop a server; 0 for never.</summary>
    [Range(0, Counted)]
    public int Most { get; init; } = 5;

    /// <summary>The time that those ends lie within, in minutes.</summary>
    [Range(1, 1440)]
    public int WithinMinutes { get; init; } = 10;
}

/// <summary>The rules of <see cref="CrashOptions"/>.</summary>
[OptionsValidator]
public sealed partial class CrashOptionsValidator : IValidateOptions<CrashOptions>;
