using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Panel.Core.Database;

/// <summary>
/// A row that stands for a lock or a step done once: the transaction that updates it first makes the others wait on both databases.
/// </summary>
public sealed class Mark
{
    /// <summary>The lock on the pool of ports.</summary>
    public const string Ports = "ports";
    /// <summary>The first administrator: <see cref="Stamp"/> is 0 until there is one.</summary>
    public const string FirstAdministrator = "first-administrator";
    /// <summary>The lock on the plans.</summary>
    public const string Plans = "plans";
    /// <summary>The lock on the seals of the audit.</summary>
    public const string AuditSeals = "audit-seals";
    /// <summary>The audit's retention: records through <see cref="Stamp"/> may be deleted, and the database refuses to delete others.</summary>
    public const string AuditRetention = "audit-retention";

    /// <summary>What it stands for.</summary>
    public required string Name { get; init; }
    /// <summary>Grows with each use.</summary>
    public long Stamp { get; set; }
    /// <summary>What the step needs to keep, or null.</summary>
    public string? Value { get; set; }
}

internal sealed class MarkMapping : IEntityTypeConfiguration<Mark>
{
    public void Configure(EntityTypeBuilder<Mark> builder)
    {
        builder.ToTable("Marks").HasKey(mark => mark.Name);
        builder.Property(mark => mark.Name).HasMaxLength(64);
        builder.HasData(new Mark { Name = Mark.Ports }, new Mark { Name = Mark.FirstAdministrator }, new Mark { Name = Mark.AuditSeals }, new Mark { Name = Mark.AuditRetention }, new Mark { Name = Mark.Plans });
    }
}
