using System.Text.Json;
using System.Text.Json.Nodes;

namespace Panel.Core.Templates.Eggs;

/// <summary>What a template has and an egg has no place for: it stands in the egg under one key of its own, which other panels pass over.</summary>
static class EggExtension
{
    /// <summary>The key.</summary>
    public const string Key = "panel";

    const string Secrets = "secrets", Root = "installRoot", Startups = "startups";

    /// <summary>Parts of a template that an egg does not have.</summary>
    static readonly string[] Parts =
    [
        "mountPath", "startedBy", "ports", "forms", "stopSeconds", "readOnlyRoot", "players", "levels", "say", "input", "commands", "help",
        "save", "idle", "architectures", "minMemoryMiB", "advice",
    ];

    /// <summary>What the egg alone does not tell of a template; null for nothing.</summary>
    /// <param name="template">The template.</param>
    /// <param name="told">What the egg alone tells.</param>
    public static JsonObject? Of(Template template, Template told)
    {
        var (wanted, has) = (TemplateText.ToTree(template), TemplateText.ToTree(told));
        var extension = new JsonObject();
        foreach (var part in Parts)
        {
            if (!JsonNode.DeepEquals(wanted[part], has[part])) extension[part] = wanted[part]?.DeepClone();
        }
        if (!told.Startups.SequenceEqual(template.Startups)) extension[Startups] = wanted[Startups]?.DeepClone();
        if (!SecretsOf(template).SequenceEqual(SecretsOf(told))) extension[Secrets] = new JsonArray([.. SecretsOf(template).Select(env => (JsonNode?)env)]);
        if (template.Install is { } install && install.Root != told.Install?.Root) extension[Root] = install.Root;
        return extension.Count == 0 ? null : extension;
    }

    /// <summary>A template with what stands in its egg beside the egg.</summary>
    /// <exception cref="EggException">It is not what a template has there.</exception>
    public static Template Apply(Template template, EggNode extension)
    {
        if (extension.IsNothing) return template;
        var tree = TemplateText.ToTree(template);
        foreach (var (key, value) in extension.Entries())
        {
            if (Parts.Contains(key) || key == Startups) tree[key] = value.Node?.DeepClone();
        }
        try
        {
            var read = TemplateText.FromTree(tree);
            if (!extension[Secrets].IsNothing)
            {
                var secrets = extension[Secrets].Texts();
                read = read with { Variables = [.. read.Variables.Select(variable => variable with { Secret = secrets.Contains(variable.Env) })] };
            }
            return extension[Root].IsNothing || read.Install is null ? read : read with { Install = read.Install with { Root = extension[Root].Truth(false) } };
        }
        catch (JsonException fault)
        {
            throw new EggException(extension.Place, fault.Message);
        }
    }

    static IEnumerable<string> SecretsOf(Template template) => template.Variables.Where(variable => variable.Secret).Select(variable => variable.Env);
}
