using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panel.Contracts.Servers;
using Panel.Core.Accounts;
using Panel.Core.Database;
using Panel.Core.Servers;

namespace Panel.Core.Access;

/// <summary>Somebody who is let into another person's server.</summary>
public sealed class Member
{
    /// <summary>The server.</summary>
    public required ServerId ServerId { get; init; }
    /// <summary>The account that is let in.</summary>
    public required string AccountId { get; init; }
    /// <summary>What it may do there: keys of <see cref="Contracts.Access.ServerPermissions"/>. To see the server needs none.</summary>
    public HashSet<string> Permissions { get; set; } = [];
    /// <summary>When it was let in, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it is let in no more, in UTC; null for no end.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
}

/// <summary>An invitation that waits for somebody: into a server, or, without one, into the panel. Only a hash of its token is kept.</summary>
public sealed class Invitation
{
    /// <summary>Names the invitation.</summary>
    public required Guid Id { get; init; }
    /// <summary>SHA-256 of the token, in hexadecimal digits.</summary>
    public required string TokenHash { get; set; }
    /// <summary>The mail address it is for, normalised as Identity does.</summary>
    public required string NormalizedEmail { get; init; }
    /// <summary>The mail address as it was written.</summary>
    public required string Email { get; init; }
    /// <summary>The server, or null.</summary>
    public ServerId? ServerId { get; init; }
    /// <summary>What it lets do there.</summary>
    public HashSet<string> Permissions { get; set; } = [];
    /// <summary>The role of the account that is made by it, or null for the one every account begins with.</summary>
    public string? Role { get; init; }
    /// <summary>When the membership ends, in UTC; null for no end.</summary>
    public DateTimeOffset? MembershipExpiresAt { get; set; }
    /// <summary>Who invites.</summary>
    public required string InvitedBy { get; init; }
    /// <summary>When it was made, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>Until when it can be accepted, in UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }
}

internal sealed class MemberMapping : IEntityTypeConfiguration<Member>, IEntityTypeConfiguration<Invitation>
{
    public void Configure(EntityTypeBuilder<Member> builder)
    {
        builder.ToTable("Members").HasKey(member => new { member.ServerId, member.AccountId });
        builder.HasIndex(member => member.AccountId);
        builder.Property(member => member.Permissions).HasConversion<KeysConverter, KeysComparer>();
        builder.HasOne<Server>().WithMany().HasForeignKey(member => member.ServerId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Account>().WithMany().HasForeignKey(member => member.AccountId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Invitation> builder)
    {
        builder.ToTable("Invitations");
        builder.Property(invitation => invitation.TokenHash).HasMaxLength(64);
        builder.HasIndex(invitation => invitation.TokenHash).IsUnique();
        builder.Property(invitation => invitation.NormalizedEmail).HasMaxLength(256);
        builder.HasIndex(invitation => invitation.NormalizedEmail);
        builder.HasIndex(invitation => invitation.ServerId);
        builder.Property(invitation => invitation.Permissions).HasConversion<KeysConverter, KeysComparer>();
        builder.HasOne<Server>().WithMany().HasForeignKey(invitation => invitation.ServerId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Account>().WithMany().HasForeignKey(invitation => invitation.InvitedBy).OnDelete(DeleteBehavior.Cascade);
    }
}
