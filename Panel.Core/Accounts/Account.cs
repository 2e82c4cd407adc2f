using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Panel.Core.Accounts;

/// <summary>A person who signs in. The user name is the mail address.</summary>
public sealed class Account : IdentityUser
{
    /// <summary>Whether the person may do everything.</summary>
    public bool IsAdmin { get; set; }
    /// <summary>When the account was made, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>Its own limit of servers; null for the panel's default, -1 for none.</summary>
    public int? QuotaServers { get; set; }
    /// <summary>Its own processor limit in thousandths of a core; null for the panel's default, -1 for none.</summary>
    public int? QuotaCpuMillis { get; set; }
    /// <summary>Its own memory limit in MiB; null for the panel's default, -1 for none.</summary>
    public int? QuotaMemoryMiB { get; set; }
    /// <summary>Its own disk limit in MiB; null for the panel's default, -1 for none.</summary>
    public int? QuotaDiskMiB { get; set; }
    /// <summary>Grows with each use of the quota: whoever updates it first makes the others wait.</summary>
    public long QuotaStamp { get; set; }
}

internal sealed class AccountMapping : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.HasIndex(account => account.IsAdmin);
        builder.HasIndex(account => account.NormalizedEmail).IsUnique();
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
