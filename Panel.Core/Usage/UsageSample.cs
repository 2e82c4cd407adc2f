using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panel.Contracts.Servers;
using Panel.Core.Servers;

namespace Panel.Core.Usage;

/// <summary>What a server used over one stretch of time.</summary>
public sealed class UsageSample
{
    /// <summary>The server.</summary>
    public required ServerId ServerId { get; init; }
    /// <summary>The length of the stretch: 1 or 5.</summary>
    public required int Minutes { get; init; }
    /// <summary>Where it begins, in minutes since 1970 UTC; a multiple of its length.</summary>
    public required long Minute { get; init; }
    /// <summary>Processor use in thousandths of a core, on average.</summary>
    public int? CpuMillis { get; init; }
    /// <summary>Memory in MiB, at most.</summary>
    public int? MemoryMiB { get; init; }
    /// <summary>What its files took, in MiB, at most.</summary>
    public int? DiskMiB { get; init; }
    /// <summary>Who played at once, at most.</summary>
    public int? Players { get; init; }
    /// <summary>What came over the network, in KiB a second, on average.</summary>
    public int? ReceivedKiB { get; init; }
    /// <summary>What went over the network, in KiB a second, on average.</summary>
    public int? SentKiB { get; init; }
}

/// <summary>How long a server took once to start or to be installed.</summary>
public sealed class StartTime
{
    /// <summary>Grows with each.</summary>
    public long Id { get; init; }
    /// <summary>The server.</summary>
    public required ServerId ServerId { get; init; }
    /// <summary>Whether it was an install.</summary>
    public required bool Install { get; init; }
    /// <summary>How long it took, in seconds.</summary>
    public required int Seconds { get; init; }
}

internal sealed class UsageMapping : IEntityTypeConfiguration<UsageSample>, IEntityTypeConfiguration<StartTime>
{
    public void Configure(EntityTypeBuilder<UsageSample> builder)
    {
        builder.ToTable("UsageSamples");
        builder.HasKey(sample => new { sample.ServerId, sample.Minutes, sample.Minute });
        builder.HasIndex(sample => new { sample.Minutes, sample.Minute });
        builder.HasOne<Server>().WithMany().HasForeignKey(sample => sample.ServerId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<StartTime> builder)
    {
        builder.ToTable("StartTimes");
        builder.HasIndex(time => new { time.ServerId, time.Install, time.Id });
        builder.HasOne<Server>().WithMany().HasForeignKey(time => time.ServerId).OnDelete(DeleteBehavior.Cascade);
    }
}
