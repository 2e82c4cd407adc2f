using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Plans;

/// <summary>Limits of a person or of a role. Null for what the next wider rule says, -1 for no limit.</summary>
public sealed record QuotaRequest
{
    const string Rule = "Give a whole number from 0; -1 for no limit, nothing for what is inherited.";

    /// <summary>Number of servers.</summary>
    [Range(-1, 1_000_000, ErrorMessage = Rule)]
    public int? Servers { get; set; }
    /// <summary>Processor share in thousandths of a core.</summary>
    [Range(-1, 1_000_000_000, ErrorMessage = Rule)]
    public int? CpuMillis { get; set; }
    /// <summary>Memory in MiB.</summary>
    [Range(-1, 1_000_000_000, ErrorMessage = Rule)]
    public int? MemoryMiB { get; set; }
    /// <summary>Volume size in MiB.</summary>
    [Range(-1, 1_000_000_000, ErrorMessage = Rule)]
    public int? DiskMiB { get; set; }
    /// <summary>Number of ports.</summary>
    [Range(-1, 65_536, ErrorMessage = Rule)]
    public int? Ports { get; set; }
}
