using Panel.Core.Templates;

namespace Panel.Web.Components.Admin.Templates;

/// <summary>Where a template comes from, as the list tells and sifts it.</summary>
public enum TemplateSource
{
    /// <summary>It ships with the panel.</summary>
    Shipped,
    /// <summary>A file of the data directory.</summary>
    File,
    /// <summary>It was imported as an egg.</summary>
    Egg,
    /// <summary>It was written in the panel.</summary>
    Written,
    /// <summary>It was changed here, and takes the place of one that ships with the panel or is a file.</summary>
    Changed,
}

/// <summary>Which templates the list shows.</summary>
/// <param name="Text">Words that are each in the name, the key, the description or a tag.</param>
/// <param name="Tag">A tag, or null.</param>
/// <param name="Source">Where it comes from, or null.</param>
public sealed record TemplateFilter(string? Text, string? Tag, TemplateSource? Source)
{
    /// <summary>Whether it leaves any out.</summary>
    public bool Active => !string.IsNullOrWhiteSpace(Text) || !string.IsNullOrEmpty(Tag) || Source is not null;

    /// <summary>The rows that it lets through, in their order.</summary>
    public List<TemplateRow> Apply(IEnumerable<TemplateRow> rows)
    {
        var words = Words(Text);
        return [.. rows.Where(row => Matches(row.Entry.Template, words, Tag) && (Source is null || SourceOf(row.Entry) == Source))];
    }

    /// <summary>The words of a search.</summary>
    public static string[] Words(string? text) => text?.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>Whether a template has all words, and the tag where one is given.</summary>
    public static bool Matches(Template template, string[] words, string? tag) =>
        (string.IsNullOrEmpty(tag) || template.Tags.Contains(tag, StringComparer.OrdinalIgnoreCase)) && words.All(word => Has(template.Name, word) || Has(template.Key, word) || Has(template.Description, word) || template.Tags.Any(own => Has(own, word)));

    /// <summary>Where a template comes from.</summary>
    public static TemplateSource SourceOf(CatalogueEntry entry) => entry switch
    {
        { Origin: TemplateOrigin.Shipped } => TemplateSource.Shipped,
        { Origin: TemplateOrigin.File } => TemplateSource.File,
        { Replaces: true } => TemplateSource.Changed,
        { FromEgg: true } => TemplateSource.Egg,
        _ => TemplateSource.Written,
    };

    /// <summary>In words.</summary>
    public static string Name(TemplateSource source) => source switch
    {
        TemplateSource.Shipped => "Ships with Panel",
        TemplateSource.File => "File",
        TemplateSource.Egg => "Egg",
        TemplateSource.Written => "Written here",
        _ => "Changed here",
    };

    /// <summary>The tags of templates, the most frequent first.</summary>
    public static List<string> Tags(IEnumerable<Template> templates) =>
        [.. templates.SelectMany(template => template.Tags.Distinct(StringComparer.OrdinalIgnoreCase)).GroupBy(tag => tag, StringComparer.OrdinalIgnoreCase).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.OrdinalIgnoreCase).Select(group => group.Key)];

    static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
