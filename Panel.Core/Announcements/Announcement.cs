using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Panel.Core.Announcements;

/// <summary>Something that everybody is told at the top of every page.</summary>
public sealed class Announcement
{
    /// <summary>Names the announcement.</summary>
    public required Guid Id { get; init; }
    /// <summary>What it says: plain text.</summary>
    public required string Text { get; set; }
    /// <summary>Whether it warns.</summary>
    public bool Warns { get; set; }
    /// <summary>From when it is shown, in UTC.</summary>
    public required DateTimeOffset From { get; set; }
    /// <summary>Until when it is shown, in UTC; null for no end.</summary>
    public DateTimeOffset? Until { get; set; }
}

internal sealed class AnnouncementMapping : IEntityTypeConfiguration<Announcement>
{
    public void Configure(EntityTypeBuilder<Announcement> builder)
    {
        builder.ToTable("Announcements");
        builder.Property(announcement => announcement.Text).HasMaxLength(1000);
    }
}
