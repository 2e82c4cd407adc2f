using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panel.Contracts.Servers;
using Panel.Core.Access;

namespace Panel.Core.Servers;

/// <summary>A stop or restart that is announced to who plays. It is a row, so that it goes on without the replica that began it.</summary>
public sealed class StopCountdown
{
    /// <summary>The server; each has one countdown at most.</summary>
    public required ServerId ServerId { get; init; }
    /// <summary>Which countdown of the server it is: one that was called off is not taken for the next.</summary>
    public required Guid Id { get; init; }
    /// <summary>What comes at the end: a stop or a restart.</summary>
    public required PowerAction Action { get; init; }
    /// <summary>When, in UTC.</summary>
    public required DateTimeOffset EndsAt { get; init; }
    /// <summary>What is left of it, in seconds, was told to the players last; more than its length where nothing was.</summary>
    public required int Told { get; init; }
    /// <summary>What who asked for it is called.</summary>
    public required string By { get; init; }
    /// <summary>The account of who asked for it; empty for the panel itself.</summary>
    public required string AccountId { get; init; }
    /// <summary>The IP address it was asked for from, or null.</summary>
    public string? Address { get; init; }
    /// <summary>The key for programs that it was asked for by, or null.</summary>
    public Guid? Key { get; init; }
    /// <summary>The account of who acted in that account's name, or null.</summary>
    public string? ImpersonatorId { get; init; }

    /// <summary>A countdown that somebody begins.</summary>
    internal static StopCountdown Begin(Actor actor, ServerId id, PowerAction action, int seconds, DateTimeOffset now) => new()
    {
        ServerId = id,
        Id = Guid.NewGuid(),
        Action = action,
        EndsAt = now.AddSeconds(seconds),
        Told = seconds + 1,
        By = actor.Name,
        AccountId = actor.UserId,
        Address = actor.Address,
        Key = actor.Key,
        ImpersonatorId = actor.ImpersonatorId,
    };
}

internal sealed class StopCountdownMapping : IEntityTypeConfiguration<StopCountdown>
{
    public void Configure(EntityTypeBuilder<StopCountdown> builder)
    {
        builder.ToTable("StopCountdowns").HasKey(countdown => countdown.ServerId);
        builder.Property(countdown => countdown.Action).HasConversion<string>().HasMaxLength(20);
        builder.HasOne<Server>().WithOne().HasForeignKey<StopCountdown>(countdown => countdown.ServerId).OnDelete(DeleteBehavior.Cascade);
    }
}
