using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Panel.Core.Accounts;

/// <summary>What a session is used by.</summary>
public enum SessionKind
{
    /// <summary>A browser, by cookie.</summary>
    Browser,
    /// <summary>A program such as the command line, by access and refresh tokens.</summary>
    Program,
}

/// <summary>One place where a person is signed in. Removing the row ends it.</summary>
public sealed class Session
{
    /// <summary>Names the session.</summary>
    public required Guid Id { get; init; }
    /// <summary>The account.</summary>
    public required string AccountId { get; init; }
    /// <summary>What uses it.</summary>
    public required SessionKind Kind { get; init; }
    /// <summary>When the person signed in, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it was last used, in UTC, to the minute.</summary>
    public required DateTimeOffset SeenAt { get; set; }
    /// <summary>When it ends, in UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }
    /// <summary>The IP address it was last used from, or null.</summary>
    public string? Address { get; set; }
    /// <summary>What the browser or program calls itself.</summary>
    public string Agent { get; set; } = "";
    /// <summary>SHA-256 of the refresh token that is good now, in hexadecimal digits; null for a browser.</summary>
    public string? RefreshHash { get; set; }
    /// <summary>The one before it: whoever shows that one has a stolen copy, or was stolen from.</summary>
    public string? UsedRefreshHash { get; set; }
    /// <summary>The session at the provider that signed the person in, so that the provider can end it; null where there is none.</summary>
    public string? ProviderSession { get; set; }
    /// <summary>Who acts in the account's name in this session, or null.</summary>
    public string? ImpersonatorId { get; init; }
    /// <summary>The session of whoever acts in the account's name: this one ends with it.</summary>
    public Guid? ImpersonatorSession { get; init; }
}

/// <summary>A key for programs. Only a hash of it is kept.</summary>
public sealed class ApiKey
{
    /// <summary>Names the key.</summary>
    public required Guid Id { get; init; }
    /// <summary>The account it acts for.</summary>
    public required string AccountId { get; init; }
    /// <summary>What its person calls it.</summary>
    public required string Name { get; set; }
    /// <summary>How it begins: enough to find it by, too little to use.</summary>
    public required string Prefix { get; init; }
    /// <summary>SHA-256 of the whole, in hexadecimal digits; it is random and long, so that a slow hash would add nothing.</summary>
    public required string Hash { get; init; }
    /// <summary>What it may be used for: keys of permissions of a server and of the panel; null for all that the account may.</summary>
    public HashSet<string>? Scopes { get; set; }
    /// <summary>From where it may be used: addresses and networks with spaces between them; empty for everywhere.</summary>
    public string Networks { get; set; } = "";
    /// <summary>When it was made, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it ends, in UTC; null for no end.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
    /// <summary>When it was last used, in UTC, to the minute; null for never.</summary>
    public DateTimeOffset? UsedAt { get; set; }
    /// <summary>The IP address it was last used from, or null.</summary>
    public string? UsedFrom { get; set; }
}

internal sealed class SessionMapping : IEntityTypeConfiguration<Session>, IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("Sessions");
        builder.Property(session => session.Kind).HasConversion<string>().HasMaxLength(20);
        builder.Property(session => session.Address).HasMaxLength(64);
        builder.Property(session => session.Agent).HasMaxLength(256);
        builder.Property(session => session.RefreshHash).HasMaxLength(64);
        builder.Property(session => session.UsedRefreshHash).HasMaxLength(64);
        builder.Property(session => session.ProviderSession).HasMaxLength(256);
        builder.HasIndex(session => session.AccountId);
        builder.HasIndex(session => session.ExpiresAt);
        builder.HasIndex(session => session.ProviderSession);
        builder.HasOne<Account>().WithMany().HasForeignKey(session => session.AccountId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.ToTable("ApiKeys");
        builder.Property(key => key.Name).HasMaxLength(80);
        builder.Property(key => key.Prefix).HasMaxLength(20);
        builder.Property(key => key.Hash).HasMaxLength(64);
        builder.Property(key => key.Scopes).HasConversion<Database.KeysConverter, Database.KeysComparer>();
        builder.Property(key => key.Networks).HasMaxLength(1000);
        builder.Property(key => key.UsedFrom).HasMaxLength(64);
        builder.HasIndex(key => key.Hash).IsUnique();
        builder.HasIndex(key => key.AccountId);
        builder.HasOne<Account>().WithMany().HasForeignKey(key => key.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
