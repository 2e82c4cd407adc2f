using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Core.Errors;

namespace Panel.Core.Templates;

/// <summary>Something that should be a template and is not.</summary>
/// <param name="File">The name of its file, or its key.</param>
/// <param name="Fault">What is wrong with it.</param>
public sealed record BrokenTemplate(string File, string Fault);

/// <summary>
/// The games a server can be made from, in memory: those that ship with the panel, those in <c>{DataDirectory}/templates/*.json</c>, which
/// replace a shipped one of the same key, and those of the database, which replace both. A broken one is reported and left out.
/// </summary>
public sealed class TemplateCatalogue
{
    const long MaxFileBytes = 1024 * 1024;

    readonly Dictionary<string, CatalogueEntry> files = new(StringComparer.Ordinal);
    readonly List<BrokenTemplate> brokenFiles = [];
    readonly ILogger<TemplateCatalogue> log;
    volatile Shelf shelf;

    /// <summary>Reads all templates that are files.</summary>
    public TemplateCatalogue(IOptions<PanelOptions> options, ILogger<TemplateCatalogue> log)
    {
        this.log = log;
        var assembly = typeof(TemplateCatalogue).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.Contains(".Templates.Catalogue.", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var reader = new StreamReader(stream);
            Add(name, TemplateOrigin.Shipped, reader.ReadToEnd);
        }
        var folder = Path.Combine(options.Value.DataDirectory, "templates");
        if (Directory.Exists(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)) Add(Path.GetFileName(file), TemplateOrigin.File, () => Read(file));
        }
        Tell(brokenFiles);
        shelf = new(files, brokenFiles);
    }

    /// <summary>All templates: the demo first, then by name.</summary>
    public IReadOnlyList<Template> All => shelf.Templates;

    /// <summary>All templates with how they are offered, in the same order.</summary>
    public IReadOnlyList<CatalogueEntry> Entries => shelf.Entries;

    /// <summary>What was left out.</summary>
    public IReadOnlyList<BrokenTemplate> Broken => shelf.Broken;

    /// <summary>The template of a key, or null.</summary>
    public Template? Find(string? key) => Entry(key)?.Template;

    /// <summary>The entry of a key, or null.</summary>
    public CatalogueEntry? Entry(string? key) => key is null ? null : shelf.ByKey.GetValueOrDefault(key);

    /// <summary>The entry of a file, whatever the database has in its place; null where no file has that key.</summary>
    internal CatalogueEntry? OfFile(string key) => files.GetValueOrDefault(key);

    /// <summary>The template of a server that exists.</summary>
    /// <exception cref="ConflictException">The template is gone.</exception>
    internal Template Require(string key) => Find(key) ?? throw new ConflictException($"The template \"{key}\" that this server is made from is gone.");

    /// <summary>Takes what the database has now.</summary>
    internal void Replace(IEnumerable<StoredTemplate> rows)
    {
        var all = new Dictionary<string, CatalogueEntry>(files, StringComparer.Ordinal);
        var broken = new List<BrokenTemplate>();
        foreach (var row in rows)
        {
            try
            {
                if (Entry(row) is { } entry) all[row.Key] = entry;
            }
            catch (InvalidDataException fault)
            {
                broken.Add(new(row.Key, fault.Message));
            }
        }
        Tell(broken);
        shelf = new(all, [.. brokenFiles, .. broken]);
    }

    /// <summary>The entry of a row; null where it only said how a template is offered that is gone.</summary>
    CatalogueEntry? Entry(StoredTemplate row)
    {
        var file = files.GetValueOrDefault(row.Key);
        var entry = row.Text is { } text ? new CatalogueEntry(TemplateText.ReadStored(text), TemplateOrigin.Stored) { Replaces = file is not null } : file;
        return entry is null ? null : entry with
        {
            Hidden = row.Hidden,
            Roles = row.Roles,
            Uuid = row.Egg is null ? null : UuidOf(row.Egg),
            FromEgg = row.Egg is not null,
            Source = row.Source,
            ChangedAt = row.ChangedAt,
            Revision = row.Revision,
        };
    }

    static string? UuidOf(string egg)
    {
        using var document = JsonDocument.Parse(egg);
        return document.RootElement.TryGetProperty("uuid", out var uuid) && uuid.ValueKind == JsonValueKind.String ? uuid.GetString() : null;
    }

    static string Read(string file)
    {
        if (new FileInfo(file).Length > MaxFileBytes) throw new InvalidDataException("It is larger than 1 MiB.");
        return File.ReadAllText(file);
    }

    void Add(string name, TemplateOrigin origin, Func<string> read)
    {
        try
        {
            var template = TemplateText.Read(read());
            files[template.Key] = new(template, origin) { Replaces = files.ContainsKey(template.Key) };
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            brokenFiles.Add(new(name, failure.Message));
        }
    }

    void Tell(IEnumerable<BrokenTemplate> broken)
    {
        foreach (var fault in broken) log.LogWarning("The template {File} is left out: {Fault}", fault.File, fault.Fault);
    }

    /// <summary>What there is at one moment.</summary>
    sealed class Shelf(Dictionary<string, CatalogueEntry> byKey, IReadOnlyList<BrokenTemplate> broken)
    {
        public Dictionary<string, CatalogueEntry> ByKey { get; } = new(byKey, StringComparer.Ordinal);
        public IReadOnlyList<CatalogueEntry> Entries { get; } = [.. byKey.Values.OrderByDescending(entry => entry.Template.Demo).ThenBy(entry => entry.Template.Name, StringComparer.OrdinalIgnoreCase)];
        public IReadOnlyList<Template> Templates => field ??= [.. Entries.Select(entry => entry.Template)];
        public IReadOnlyList<BrokenTemplate> Broken { get; } = broken;
    }
}
