using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Templates;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Templates.Eggs;

namespace Panel.Core.Templates;

/// <summary>What an import would do.</summary>
/// <param name="Name">The name of the file, or its path in an archive.</param>
public sealed record ImportPreview(string Name)
{
    /// <summary>What is wrong with the egg; null where it can be imported.</summary>
    public string? Fault { get; init; }
    /// <summary>The template that comes out; null where there is a fault.</summary>
    public Template? Template { get; init; }
    /// <summary>The version of the egg's format.</summary>
    public EggVersion Version { get; init; }
    /// <summary>What to look at, what matters most first.</summary>
    public IReadOnlyList<TemplateFinding> Findings { get; init; } = [];
    /// <summary>The template that is brought up to it; null for a new one.</summary>
    public string? Into { get; init; }
    /// <summary>What changes in it; what was changed here stays.</summary>
    public IReadOnlyList<MergeChange> Changes { get; init; } = [];
    /// <summary>When the egg was written, in UTC; null where it does not say so.</summary>
    public DateTimeOffset? ExportedAt { get; init; }
    /// <summary>When the egg was written that the template came from, in UTC; null where there is none or it does not say so.</summary>
    public DateTimeOffset? HereExportedAt { get; init; }
    /// <summary>Whether the egg is older than the one that the template came from.</summary>
    public bool Older => Into is not null && ExportedAt < HereExportedAt;
    /// <summary>Other games of the same name, by key: people could not tell them apart.</summary>
    public IReadOnlyList<string> Namesakes { get; init; } = [];
    /// <summary>The conflicts, by place, in which the egg's is taken; see <see cref="Taking"/>.</summary>
    public IReadOnlySet<string> Theirs { get; init; } = new HashSet<string>();
    /// <summary>What is compared; null for a new template.</summary>
    internal (Template Origin, Template Here, Template Newer)? Sides { get; init; }
    /// <summary>Which state of that template was looked at.</summary>
    internal int Revision { get; init; }
    /// <summary>The egg as it was read, as JSON.</summary>
    internal string Egg { get; init; } = "";
    /// <summary>Whether scripts may be root here.</summary>
    internal bool RootScripts { get; init; }

    /// <summary>The same import with the egg's side, or the one that is here, in each conflict.</summary>
    /// <param name="theirs">The places in which the egg's is taken.</param>
    /// <exception cref="ConflictException">The parts do not go together.</exception>
    public ImportPreview Taking(IReadOnlySet<string> theirs)
    {
        if (Sides is not { } sides) return this;
        var (merged, changes) = TemplateMerge.Of(sides.Origin, sides.Here, sides.Newer, theirs);
        if (TemplateRules.Fault(merged) is { } fault) throw new ConflictException($"That does not go together: {fault}");
        return this with { Template = merged, Changes = changes, Theirs = theirs, Findings = TemplateFindings.Of(merged, RootScripts) };
    }
}

/// <summary>Takes eggs over into the catalogue, and brings templates up to newer eggs without losing what was changed here.</summary>
public sealed class ImportTemplates(TemplateCatalogue catalogue, StoredTemplates stored, TemplateSources sources, IServerCluster cluster)
{
    const int MaxTemplates = 5000;

    /// <summary>What importing would do; nothing is changed.</summary>
    /// <returns>One egg, or those of an archive.</returns>
    /// <exception cref="ForbiddenException">The actor may not change templates.</exception>
    /// <exception cref="InvalidFieldException">Neither a text nor an address is given, or the text is no egg.</exception>
    /// <exception cref="ConflictException">Nothing can be fetched from the address, or there are no eggs.</exception>
    public async Task<IReadOnlyList<ImportPreview>> PreviewAsync(Actor actor, ImportTemplateRequest request, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageTemplates);
        return await PreviewAsync(await FilesAsync(request, cancellation), request.Into, cancellation);
    }

    /// <summary>What importing files would do; nothing is changed. A file may be an archive of eggs.</summary>
    /// <exception cref="ForbiddenException">The actor may not change templates.</exception>
    /// <exception cref="ConflictException">There are no eggs in them.</exception>
    public async Task<IReadOnlyList<ImportPreview>> PreviewAsync(Actor actor, IReadOnlyList<EggFile> files, string? into, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageTemplates);
        return await PreviewAsync(files, into, cancellation);
    }

    /// <summary>Imports what was previewed, as it was previewed.</summary>
    /// <param name="actor">Who imports.</param>
    /// <param name="previews">Those that are wanted; with a fault, one is passed over.</param>
    /// <param name="source">Where they were fetched from; null for a file or a paste.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <returns>The keys, in order.</returns>
    /// <exception cref="ForbiddenException">The actor may not change templates.</exception>
    /// <exception cref="ConflictException">Somebody else changed one of them at the same time.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(Actor actor, IReadOnlyList<ImportPreview> previews, string? source, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageTemplates);
        if (previews.Where(preview => preview.Into is not null).GroupBy(preview => preview.Into).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ConflictException($"Several of these eggs would change {catalogue.Find(twice.Key)?.Name ?? twice.Key}. Choose one of them.");
        var keys = new List<string>();
        await stored.ChangeAsync(actor, async db =>
        {
            var notes = new List<TemplateNote>();
            var taken = catalogue.Entries.Select(entry => entry.Template.Key).ToHashSet(StringComparer.Ordinal);
            if (taken.Count + previews.Count > MaxTemplates) throw new ConflictException($"There are at most {MaxTemplates:N0} templates.");
            var rows = await db.Templates.ToDictionaryAsync(row => row.Key, cancellation);
            taken.UnionWith(rows.Keys);   // one that cannot be read now is somebody's all the same
            foreach (var preview in previews.Where(preview => preview.Template is not null))
            {
                var template = preview.Template!;
                if (preview.Into is null) template = template with { Key = Free(template.Key, taken) };
                else if ((rows.GetValueOrDefault(preview.Into)?.Revision ?? 0) != preview.Revision) throw new ConflictException($"Somebody else changed {template.Name} meanwhile. Look at it again.");
                if (!rows.TryGetValue(template.Key, out var row)) db.Templates.Add(row = rows[template.Key] = new() { Key = template.Key });
                (row.Text, row.Egg, row.Source) = (TemplateText.Write(template), preview.Egg, source ?? row.Source);
                notes.Add(new("template.import", template.Name, $"{template.Key}, {preview.Version.Name()}{(preview.Into is null ? "" : $", {preview.Changes.Count(change => change.Outcome is MergeOutcome.Taken)} parts {(preview.Older ? "of an older egg" : "newer")}{(preview.Theirs.Count > 0 ? $", conflicts taken: {string.Join(' ', preview.Theirs.Order(StringComparer.Ordinal))}" : "")}")}"));
                keys.Add(template.Key);
            }
            return notes;
        }, cancellation);
        return keys;
    }

    async Task<IReadOnlyList<EggFile>> FilesAsync(ImportTemplateRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        if (!string.IsNullOrWhiteSpace(request.Text)) return [new("", request.Text)];
        if (string.IsNullOrWhiteSpace(request.Address)) throw new InvalidFieldException(nameof(request.Text), "Paste an egg, choose a file, or give an address.");
        return await sources.FetchAsync(request.Address, nameof(request.Address), cancellation);
    }

    async Task<IReadOnlyList<ImportPreview>> PreviewAsync(IReadOnlyList<EggFile> files, string? into, CancellationToken cancellation)
    {
        if (files.Count == 0) throw new ConflictException("There are no eggs in it: no .json or .yaml file that says it is one.");
        if (into is not null && catalogue.Find(into) is null) throw new NotFoundException("Template");
        var previews = new List<ImportPreview>();
        foreach (var file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            previews.Add(await PreviewAsync(file, files.Count == 1 ? into : null, cancellation));
        }
        return previews;
    }

    async Task<ImportPreview> PreviewAsync(EggFile file, string? into, CancellationToken cancellation)
    {
        try
        {
            var egg = Egg.Read(file.Text);
            var preview = new ImportPreview(file.Name) { RootScripts = cluster.ScriptsMayBeRoot, Version = egg.Version, Egg = egg.Document, ExportedAt = egg.ExportedAt, Template = egg.Template, Findings = TemplateFindings.Of(egg.Template, cluster.ScriptsMayBeRoot) };
            if ((into is null ? Same(egg) : catalogue.Entry(into)) is not { } here) return preview with { Namesakes = Namesakes(egg.Template.Name, null) };
            // one that came from no egg has nothing to compare with: all of the newer one is taken where it differs
            var old = await stored.EggAsync(here.Template.Key, cancellation) is { } kept ? Egg.Read(kept) : null;
            var origin = old?.Template ?? here.Template;
            var (merged, changes) = TemplateMerge.Of(origin, here.Template, egg.Template);
            if (TemplateRules.Fault(merged) is { } fault) return new(file.Name) { Fault = $"It does not go together with what was changed here: {fault}" };
            return preview with { Template = merged, Into = here.Template.Key, Revision = here.Revision, Sides = (origin, here.Template, egg.Template), Changes = changes, HereExportedAt = old?.ExportedAt, Namesakes = Namesakes(merged.Name, here.Template.Key), Findings = TemplateFindings.Of(merged, cluster.ScriptsMayBeRoot) };
        }
        catch (EggException fault)
        {
            return new(file.Name) { Fault = fault.Message };
        }
    }

    /// <summary>
    /// The template that came from the same egg: of the same UUID, or, where eggs have none, of the same name and author. Eggs are copied with their UUIDs:
    /// of several the one of the same name counts, and where that does not tell either, the egg is a new one.
    /// </summary>
    CatalogueEntry? Same(Egg egg)
    {
        var same = catalogue.Entries.Where(entry => entry.FromEgg && (egg.Uuid is not null && entry.Uuid is not null
            ? egg.Uuid == entry.Uuid : entry.Template.Name == egg.Template.Name && entry.Template.Author == egg.Template.Author)).ToList();
        if (same.Count > 1) same.RemoveAll(entry => entry.Template.Name != egg.Template.Name);
        return same.Count == 1 ? same[0] : null;
    }

    IReadOnlyList<string> Namesakes(string name, string? key) =>
        [.. catalogue.Entries.Where(entry => entry.Template.Key != key && string.Equals(entry.Template.Name, name, StringComparison.OrdinalIgnoreCase)).Select(entry => entry.Template.Key)];

    static string Free(string key, HashSet<string> taken)
    {
        for (var number = 2; ; number++)
        {
            if (taken.Add(key)) return key;
            var suffix = $"-{number}";
            var stem = EggReader.Key(key);
            key = (stem.EndsWith($"-{number - 1}", StringComparison.Ordinal) && number > 2 ? stem[..^$"-{number - 1}".Length] : stem[..Math.Min(stem.Length, 40 - suffix.Length)]) + suffix;
        }
    }
}
