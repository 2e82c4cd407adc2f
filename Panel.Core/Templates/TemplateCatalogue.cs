using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Core.Errors;

namespace Panel.Core.Templates;

/// <summary>A file that should be a template and is not.</summary>
/// <param name="File">Its name.</param>
/// <param name="Fault">What is wrong with it.</param>
public sealed record BrokenTemplate(string File, string Fault);

/// <summary>
/// The games a server can be made from: those that ship with the panel, and those in <c>{DataDirectory}/templates/*.json</c>, which
/// replace a shipped one of the same key. A broken file is reported and left out.
/// </summary>
public sealed class TemplateCatalogue
{
    const long MaxFileBytes = 1024 * 1024;
    readonly Dictionary<string, Template> byKey = new(StringComparer.Ordinal);
    readonly List<BrokenTemplate> broken = [];

    /// <summary>Reads all templates.</summary>
    public TemplateCatalogue(IOptions<PanelOptions> options, ILogger<TemplateCatalogue> log)
    {
        var assembly = typeof(TemplateCatalogue).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.Contains(".Templates.Catalogue.", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var reader = new StreamReader(stream);
            Add(name, reader.ReadToEnd);
        }
        var folder = Path.Combine(options.Value.DataDirectory, "templates");
        if (Directory.Exists(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)) Add(Path.GetFileName(file), () => Read(file));
        }
        foreach (var fault in broken) log.LogWarning("The template {File} is left out: {Fault}", fault.File, fault.Fault);
        All = [.. byKey.Values.OrderByDescending(template => template.Demo).ThenBy(template => template.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>All templates: the demo first, then by name.</summary>
    public IReadOnlyList<Template> All { get; }

    /// <summary>Files that were left out.</summary>
    public IReadOnlyList<BrokenTemplate> Broken => broken;

    /// <summary>The template of a key, or null.</summary>
    public Template? Find(string? key) => key is null ? null : byKey.GetValueOrDefault(key);

    /// <summary>The template of a server that exists.</summary>
    /// <exception cref="ConflictException">The template is gone.</exception>
    internal Template Require(string key) => Find(key) ?? throw new ConflictException($"The template \"{key}\" that this server is made from is gone.");

    static string Read(string file)
    {
        if (new FileInfo(file).Length > MaxFileBytes) throw new InvalidDataException("It is larger than 1 MiB.");
        return File.ReadAllText(file);
    }

    void Add(string name, Func<string> read)
    {
        try
        {
            var template = TemplateText.Read(read());
            byKey[template.Key] = template;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            broken.Add(new(name, failure.Message));
        }
    }
}
