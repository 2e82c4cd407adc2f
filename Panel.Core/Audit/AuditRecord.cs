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
    /// <summary>What changed, as a JSON object of names with what was and what is; null where the words say it all. Never a secret.</summary>
    public string? Changes { get; init; }
    /// <summary>Who acted in the actor's name, or null.</summary>
    public string? Impersonator { get; init; }
}

/// <summary>
/// Makes a later change of the audit show: the hash of a stretch of records and of the seal before it. Seals are added and never changed.
/// </summary>
public sealed class AuditSeal
{
    /// <summary>Its place; later ones are higher.</summary>
    public long Id { get; init; }
    /// <summary>The last record it covers; the first is the one after those of the seal before.</summary>
    public required long Through { get; init; }
    /// <summary>How many records it covers.</summary>
    public required int Count { get; init; }
    /// <summary>The id and the SHA-256 of each record, 8 and 32 bytes: which one was changed can be told by it.</summary>
    public required byte[] Digests { get; init; }
    /// <summary>SHA-256 of the seal before and of all that this one says, in hexadecimal digits.</summary>
    public required string Hash { get; init; }
    /// <summary>When it was made, in UTC.</summary>
    public required DateTimeOffset At { get; init; }
}

internal sealed class AuditRecordMapping : IEntityTypeConfiguration<AuditRecord>, IEntityTypeConfiguration<AuditSeal>
{
    public void Configure(EntityTypeBuilder<AuditSeal> builder)
    {
        builder.ToTable("AuditSeals");
        builder.Property(seal => seal.Hash).HasMaxLength(64);
        builder.HasIndex(seal => seal.Through).IsUnique();
    }

    public void Configure(EntityTypeBuilder<AuditRecord> builder)
    {
        builder.ToTable("Audit");
        builder.Property(record => record.ActorName).HasMaxLength(256);
        builder.Property(record => record.Action).HasMaxLength(64);
        builder.Property(record => record.Impersonator).HasMaxLength(256);
        builder.HasIndex(record => record.At);
        builder.HasIndex(record => new { record.ActorId, record.Id });
        builder.HasIndex(record => new { record.Action, record.Id });
        builder.HasIndex(record => new { record.Server, record.Id });
        // what was done to an account
        builder.HasIndex(record => new { record.Subject, record.Id }, "IX_Audit_Subject").HasFilter("\"Server\" IS NULL");
    }
}
