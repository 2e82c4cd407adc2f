using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Plans;

/// <summary>What a plan is to be.</summary>
public sealed record PlanRequest
{
    /// <summary>What people call it.</summary>
    [Required(ErrorMessage = "Give the plan a name."), StringLength(80, ErrorMessage = "A name has at most 80 characters."), NoControlCharacters]
    public string Name { get; set; } = "";

    /// <summary>Processor share in thousandths of a core.</summary>
    [Range(50, 256_000, ErrorMessage = "Between 0.05 and 256 cores.")]
    public int CpuMillis { get; set; } = 1000;

    /// <summary>Memory in MiB.</summary>
    [Range(64, 1_048_576, ErrorMessage = "Between 64 MiB and 1 TiB.")]
    public int MemoryMiB { get; set; } = 2048;

    /// <summary>Volume size in MiB.</summary>
    [Range(128, 67_108_864, ErrorMessage = "Between 128 MiB and 64 TiB.")]
    public int DiskMiB { get; set; } = 10_240;

    /// <summary>The key of the nodes that its servers are placed on; empty for any.</summary>
    public string NodePool { get; set; } = "";

    /// <summary>The keys of the templates it is for; none for all.</summary>
    public HashSet<string> Templates { get; set; } = [];

    /// <summary>Whether only those may choose it whose role is named, or one of whose groups of single sign-on is; otherwise everybody may.</summary>
    public bool Limited { get; set; }

    /// <summary>The keys of the roles that it is for, where it is limited.</summary>
    public HashSet<string> Roles { get; set; } = [];
}
