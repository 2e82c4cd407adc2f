using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panel.Contracts.Servers;
using Panel.Core.Accounts;
using Panel.Core.Servers;

namespace Panel.Core.Console;

/// <summary>A command that a person sent to a server, kept so that the person can send it again.</summary>
public sealed class SentCommand
{
    /// <summary>Grows with each.</summary>
    public long Id { get; init; }
    /// <summary>The server.</summary>
    public required ServerId ServerId { get; init; }
    /// <summary>Who sent it.</summary>
    public required string AccountId { get; init; }
    /// <summary>The line.</summary>
    public required string Text { get; init; }
}

/// <summary>A command that is kept with a server for all who may send commands to it.</summary>
public sealed class Snippet
{
    /// <summary>Names it.</summary>
    public required Guid Id { get; init; }
    /// <summary>The server.</summary>
    public required ServerId ServerId { get; init; }
    /// <summary>What people call it.</summary>
    public required string Name { get; set; }
    /// <summary>The line.</summary>
    public required string Command { get; set; }
}

internal sealed class ConsoleMapping : IEntityTypeConfiguration<SentCommand>, IEntityTypeConfiguration<Snippet>
{
    public void Configure(EntityTypeBuilder<SentCommand> builder)
    {
        builder.ToTable("SentCommands");
        builder.Property(sent => sent.Text).HasMaxLength(1024);
        builder.HasIndex(sent => new { sent.ServerId, sent.AccountId, sent.Id });
        builder.HasOne<Server>().WithMany().HasForeignKey(sent => sent.ServerId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Account>().WithMany().HasForeignKey(sent => sent.AccountId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Snippet> builder)
    {
        builder.ToTable("Snippets");
        builder.Property(snippet => snippet.Name).HasMaxLength(60);
        builder.Property(snippet => snippet.Command).HasMaxLength(1024);
        builder.HasIndex(snippet => new { snippet.ServerId, snippet.Name }).IsUnique();
        builder.HasOne<Server>().WithMany().HasForeignKey(snippet => snippet.ServerId).OnDelete(DeleteBehavior.Cascade);
    }
}
