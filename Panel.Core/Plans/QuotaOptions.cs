using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Panel.Core.Plans;

/// <summary>What an account may take in all when neither it nor its role says anything else. -1 is no limit.</summary>
public sealed class QuotaOptions
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Quota";

    /// <summary>Number of servers.</summary>
    [Range(-1, 1_000_000)]
    public int Servers { get; init; } = 5;

    /// <summary>Processor share in thousandths of a core.</summary>
    [Range(-1, int.MaxValue)]
    public int CpuMillis { get; init; } = 8000;

    /// <summary>Memory in MiB.</summary>
    [Range(-1, int.MaxValue)]
    public int MemoryMiB { get; init; } = 16384;

    /// <summary>Volume size in MiB.</summary>
    [Range(-1, int.MaxValue)]
    public int DiskMiB { get; init; } = 102400;

    /// <summary>Number of ports.</summary>
    [Range(-1, 65536)]
    public int Ports { get; init; } = 20;
}

/// <summary>The rules of <see cref="QuotaOptions"/>.</summary>
[OptionsValidator]
public sealed partial class QuotaOptionsValidator : IValidateOptions<QuotaOptions>;
