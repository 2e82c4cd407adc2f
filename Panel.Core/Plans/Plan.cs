using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Panel.Core.Plans;

/// <summary>Limits that a server may be given.</summary>
public sealed class Plan
{
    /// <summary>Names the plan.</summary>
    public required string Key { get; init; }
    /// <summary>What people call it.</summary>
    public required string Name { get; set; }
    /// <summary>Processor share in thousandths of a core.</summary>
    public required int CpuMillis { get; set; }
    /// <summary>Memory in MiB.</summary>
    public required int MemoryMiB { get; set; }
    /// <summary>Volume size in MiB.</summary>
    public required int DiskMiB { get; set; }
    /// <summary>Its place in lists.</summary>
    public int Order { get; set; }
}

internal sealed class PlanMapping : IEntityTypeConfiguration<Plan>
{
    public void Configure(EntityTypeBuilder<Plan> builder)
    {
        builder.ToTable("Plans").HasKey(plan => plan.Key);
        builder.Property(plan => plan.Key).HasMaxLength(40);
        builder.Property(plan => plan.Name).HasMaxLength(80);
    }
}
