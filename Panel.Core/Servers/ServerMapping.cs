using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panel.Contracts.Servers;
using Panel.Core.Accounts;
using Panel.Core.Database;

namespace Panel.Core.Servers;

/// <summary>A port given to a server; no other server has it.</summary>
public sealed class Allocation
{
    /// <summary>The port.</summary>
    public required int Port { get; init; }
    /// <summary>The server.</summary>
    public required ServerId ServerId { get; init; }
    /// <summary>Its name in the template, such as "game".</summary>
    public required string Name { get; set; }
    /// <summary>Its place; 0 is what players are told.</summary>
    public required int Order { get; set; }
    /// <summary><c>TCP</c>, <c>UDP</c> or both, for a port that its people took beside those of the template; null for one of the template.</summary>
    public string? Protocol { get; set; }
    /// <summary>What its people say of it.</summary>
    public string Note { get; set; } = "";
}

/// <summary>A server that was removed.</summary>
public sealed class RemovedServer
{
    /// <summary>The name of its objects.</summary>
    public required string ObjectName { get; init; }
    /// <summary>When the row went, in UTC.</summary>
    public required DateTimeOffset At { get; init; }
}

internal sealed class ServerMapping : IEntityTypeConfiguration<Server>, IEntityTypeConfiguration<Allocation>, IEntityTypeConfiguration<RemovedServer>
{
    public void Configure(EntityTypeBuilder<Server> builder)
    {
        builder.ToTable("Servers").HasKey(server => server.Id);
        builder.Property(server => server.ObjectName).HasMaxLength(40);
        builder.HasIndex(server => server.ObjectName).IsUnique();
        builder.HasIndex(server => new { server.Name, server.ObjectName });   // the order of the list of all
        builder.Property(server => server.Startup).HasMaxLength(80).HasDefaultValue("");
        builder.Property(server => server.NodePool).HasMaxLength(40).HasDefaultValue("");
        builder.Property(server => server.Variables).HasConversion<NamedValuesConverter, NamedValuesComparer>();
        builder.Property(server => server.Intent).HasConversion<string>().HasMaxLength(20);
        builder.Property(server => server.Hold).HasConversion<string>().HasMaxLength(20);
        builder.Property(server => server.SuspendReason).HasMaxLength(500);
        builder.Property(server => server.Crashes).HasConversion<CrashTallyConverter>().HasMaxLength(500);
        builder.Property(server => server.StopReason).HasMaxLength(500).HasDefaultValue("");
        builder.Property(server => server.Revision).IsConcurrencyToken();
        builder.HasOne<Account>().WithMany().HasForeignKey(server => server.OwnerId).OnDelete(DeleteBehavior.Restrict);
        builder.HasMany(server => server.Allocations).WithOne().HasForeignKey(allocation => allocation.ServerId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Allocation> builder)
    {
        builder.ToTable("Allocations").HasKey(allocation => allocation.Port);
        builder.Property(allocation => allocation.Port).ValueGeneratedNever();
        builder.Property(allocation => allocation.Protocol).HasMaxLength(10);
        builder.Property(allocation => allocation.Note).HasMaxLength(200).HasDefaultValue("");
    }

    public void Configure(EntityTypeBuilder<RemovedServer> builder) => builder.ToTable("RemovedServers").HasKey(removed => removed.ObjectName);
}
