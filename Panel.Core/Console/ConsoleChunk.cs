using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panel.Contracts.Servers;
using Panel.Core.Servers;

namespace Panel.Core.Console;

/// <summary>Lines of a server's console that follow each other, kept so that a restart of the panel loses none of them.</summary>
public sealed class ConsoleChunk
{
    /// <summary>The server.</summary>
    public required ServerId ServerId { get; init; }
    /// <summary>Grows by one with each of the server.</summary>
    public required long Sequence { get; init; }
    /// <summary>When its first line was written, in UTC.</summary>
    public required DateTimeOffset From { get; init; }
    /// <summary>When its last line was written, in UTC.</summary>
    public required DateTimeOffset To { get; set; }
    /// <summary>How many lines it has; the newest chunk of a server grows, and by this number who makes it grow sees that nobody else did.</summary>
    public required int Lines { get; set; }
    /// <summary>How much text it has, in characters and with something for each line: what the bound of a server is counted in.</summary>
    public required int Size { get; set; }
    /// <summary>The lines, packed.</summary>
    public required byte[] Content { get; set; }
}

internal sealed class ConsoleChunkMapping : IEntityTypeConfiguration<ConsoleChunk>
{
    public void Configure(EntityTypeBuilder<ConsoleChunk> builder)
    {
        builder.ToTable("ConsoleChunks").HasKey(chunk => new { chunk.ServerId, chunk.Sequence });
        builder.Property(chunk => chunk.Lines).IsConcurrencyToken();
        builder.HasOne<Server>().WithMany().HasForeignKey(chunk => chunk.ServerId).OnDelete(DeleteBehavior.Cascade);
    }
}
