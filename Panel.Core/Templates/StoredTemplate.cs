using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Panel.Core.Database;

namespace Panel.Core.Templates;

/// <summary>What the database keeps of a template: one that was imported or written, or how a shipped one is offered.</summary>
public sealed class StoredTemplate
{
    /// <summary>Names the template; a shipped one of the same key is replaced.</summary>
    public required string Key { get; init; }
    /// <summary>The template as <see cref="TemplateText"/> writes it; null where a shipped one stands, and only how it is offered is kept.</summary>
    public string? Text { get; set; }
    /// <summary>The egg it was imported from, as JSON; null for one that was written here.</summary>
    public string? Egg { get; set; }
    /// <summary>Where the egg was fetched from; null for a file or a paste.</summary>
    public string? Source { get; set; }
    /// <summary>Whether nobody is offered it.</summary>
    public bool Hidden { get; set; }
    /// <summary>The keys of the roles that are offered it; none for all.</summary>
    public HashSet<string> Roles { get; set; } = [];
    /// <summary>When it was last changed, in UTC.</summary>
    public DateTimeOffset ChangedAt { get; set; }
    /// <summary>Grows with each change: a change of an older row is refused by the database.</summary>
    public int Revision { get; set; }
}

internal sealed class StoredTemplateMapping : IEntityTypeConfiguration<StoredTemplate>
{
    public void Configure(EntityTypeBuilder<StoredTemplate> builder)
    {
        builder.ToTable("Templates").HasKey(template => template.Key);
        builder.Property(template => template.Key).HasMaxLength(40);
        builder.Property(template => template.Source).HasMaxLength(2000);
        builder.Property(template => template.Roles).HasConversion<KeysConverter, KeysComparer>();
        builder.Property(template => template.Revision).IsConcurrencyToken();
    }
}
