using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Servers;

namespace Panel.Core.Files.Jobs;

/// <summary>How a job stands, for the replicas that do not work on it, and what they want of the one that does.</summary>
public sealed class KeptJob
{
    /// <summary>Names the job.</summary>
    public required Guid Id { get; init; }

    /// <summary>The server that it is about.</summary>
    public required ServerId ServerId { get; init; }

    /// <summary>The process that works on it.</summary>
    public required Guid Worker { get; init; }

    /// <summary>How it stands, as JSON.</summary>
    public required string Row { get; set; }

    /// <summary>Whether it ended.</summary>
    public bool Ended { get; set; }

    /// <summary>When its process last said that it is there.</summary>
    public DateTimeOffset SeenAt { get; set; }

    /// <summary>Whether somebody cancelled it.</summary>
    public bool Stop { get; set; }

    /// <summary>What somebody answered to what it asks.</summary>
    public WhenExists? Answer { get; set; }

    /// <summary>How it stands.</summary>
    internal FileJob View() => JsonSerializer.Deserialize<FileJob>(Row, JsonSerializerOptions.Default)!;

    internal static string Text(FileJob job) => JsonSerializer.Serialize(job, JsonSerializerOptions.Default);
}

internal sealed class KeptJobMapping : IEntityTypeConfiguration<KeptJob>
{
    public void Configure(EntityTypeBuilder<KeptJob> builder)
    {
        builder.ToTable("FileJobs").HasKey(job => job.Id);
        builder.Property(job => job.Id).ValueGeneratedNever();
        builder.Property(job => job.Answer).HasConversion<string>().HasMaxLength(20);
        builder.HasOne<Server>().WithMany().HasForeignKey(job => job.ServerId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(job => job.SeenAt);
    }
}
