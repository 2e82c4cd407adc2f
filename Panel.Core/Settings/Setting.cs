using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Panel.Core.Settings;

/// <summary>A setting that an administrator changed on a page; it stands before what files and the environment say.</summary>
public sealed class Setting
{
    /// <summary>Its name, as configuration spells it, such as <c>Panel:Quota:Servers</c>.</summary>
    public required string Name { get; init; }
    /// <summary>Its value; sealed where it is a secret.</summary>
    public required string Value { get; set; }
    /// <summary>When it was changed, in UTC.</summary>
    public required DateTimeOffset ChangedAt { get; set; }
}

internal sealed class SettingMapping : IEntityTypeConfiguration<Setting>
{
    public void Configure(EntityTypeBuilder<Setting> builder)
    {
        builder.ToTable("Settings").HasKey(setting => setting.Name);
        builder.Property(setting => setting.Name).HasMaxLength(120);
    }
}
