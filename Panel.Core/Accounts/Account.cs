using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panel.Core.Access;
using Panel.Core.Database;

namespace Panel.Core.Accounts;

/// <summary>A person who signs in. The user name is the mail address.</summary>
public sealed class Account : IdentityUser
{
    /// <summary>The key of its role.</summary>
    public string Role { get; set; } = Access.Role.User;
    /// <summary>When the account was made, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>When somebody last signed in with it, in UTC; null for never.</summary>
    public DateTimeOffset? SignedInAt { get; set; }
    /// <summary>Since when it is out of use, in UTC; null while it is in use.</summary>
    public DateTimeOffset? SuspendedAt { get; set; }
    /// <summary>Why it is out of use, in words that its person reads.</summary>
    public string SuspendReason { get; set; } = "";
    /// <summary>The last time step whose code was used to sign in: a code works once (RFC 6238, section 5.2).</summary>
    public long LastCodeStep { get; set; }
    /// <summary>The IANA name of the time zone that pages show times in; empty for the browser's.</summary>
    public string TimeZone { get; set; } = "";
    /// <summary>The culture that pages write dates and numbers in; empty for the browser's.</summary>
    public string Culture { get; set; } = "";
    /// <summary><c>light</c>, <c>dark</c>, or <c>system</c> for as the system has it; empty while nothing was chosen.</summary>
    public string Theme { get; set; } = "";
    /// <summary>What its providers said at the last sign-in by each that its groups are, as <see cref="SingleSignOn.ProviderGroups"/> writes them.</summary>
    public HashSet<string> Groups { get; set; } = [];
    /// <summary>Its own limits.</summary>
    public Quota Quota { get; set; } = new();
    /// <summary>Grows with each use of the quota: whoever updates it first makes the others wait.</summary>
    public long QuotaStamp { get; set; }
}

internal sealed class AccountMapping : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.Property(account => account.Role).HasMaxLength(40);
        builder.Property(account => account.SuspendReason).HasMaxLength(500);
        builder.Property(account => account.TimeZone).HasMaxLength(64);
        builder.Property(account => account.Culture).HasMaxLength(16);
        builder.Property(account => account.Theme).HasMaxLength(8);
        builder.Property(account => account.Groups).HasConversion<NamesConverter, KeysComparer>();
        builder.ComplexProperty(account => account.Quota);
        builder.HasIndex(account => account.NormalizedEmail).IsUnique();
        // each order of the list of users, and each filter: with the address, so that a search reads the index alone
        builder.HasIndex(account => new { account.Role, account.NormalizedEmail });
        builder.HasIndex(account => new { account.SignedInAt, account.NormalizedEmail });
        builder.HasIndex(account => new { account.CreatedAt, account.NormalizedEmail });
        builder.HasIndex(account => account.NormalizedEmail, "IX_AspNetUsers_Suspended").HasFilter("\"SuspendedAt\" IS NOT NULL");
        builder.HasIndex(account => account.CreatedAt, "IX_AspNetUsers_Unconfirmed").HasFilter("NOT \"EmailConfirmed\"");
    }
}

/// <summary>A key that protects cookies, as data protection writes it.</summary>
public sealed class ProtectionKey
{
    /// <summary>Its place.</summary>
    public int Id { get; init; }
    /// <summary>What data protection calls it.</summary>
    public required string Name { get; init; }
    /// <summary>The key.</summary>
    public required string Xml { get; set; }
}

internal sealed class ProtectionKeyMapping : IEntityTypeConfiguration<ProtectionKey>
{
    public void Configure(EntityTypeBuilder<ProtectionKey> builder) => builder.ToTable("ProtectionKeys");
}
