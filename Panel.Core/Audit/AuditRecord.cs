using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panel.Contracts.Servers;

namespace Panel.Core.Audit;

/// <summary>One thing that somebody did. It is added and never changed.</summary>
public sealed class AuditRecord
{
    /// <summary>Its place; later ones are higher.</summary>
    public long Id { get; init; }
    /// <summary>When, in UTC.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>The account, or null for the panel itself.</summary>
    public string? ActorId { get; init; }
    /// <summary>What the account was called then.</summary>
    public required string ActorName { get; init; }
    /// <summary>The IP address it came from, or null.</summary>
    public string? Address { get; init; }
    /// <summary>What was done, such as <c>server.create</c>.</summary>
    public required string Action { get; init; }
    /// <summary>The server it was done to, or null.</summary>
    public ServerId? Server { get; init; }
    /// <summary>What it was done to, as it was called then.</summary>
    public string Subject { get; init; } = "";
    /// <summary>More in words; never a secret.</summary>
    public string Detail { get; init; } = "";
}

internal sealed class AuditRecordMapping : IEntityTypeConfiguration<AuditRecord>
{
    public void Configure(EntityTypeBuilder<AuditRecord> builder)
    {
        builder.ToTable("Audit");
        builder.Property(record => record.ActorName).HasMaxLength(256);
        builder.Property(record => record.Action).HasMaxLength(64);
        builder.HasIndex(record => record.At);
        builder.HasIndex(record => new { record.Server, record.Id });
    }
}
