using System.Text.Json;
using System.Text.Json.Nodes;

namespace Panel.Core.Templates.Eggs;

/// <summary>
/// Makes an egg of a template. It is written over the egg that the template came from: what nobody changed stays as it stood there, letter by
/// letter, and so do parts that Panel knows nothing of.
/// </summary>
static class EggWriter
{
    /// <summary>The egg of a template.</summary>
    /// <param name="template">The template.</param>
    /// <param name="egg">The egg it came from; null for none.</param>
    /// <param name="version">The version to write.</param>
    public static JsonObject Write(Template template, JsonObject? egg, EggVersion version)
    {
        var tree = egg?.DeepClone().AsObject() ?? Empty(version);
        tree.Remove(EggExtension.Key);
        EggVersions.Convert(tree, version);
        var told = EggReader.Read(tree);
        if (told.Name != template.Name) tree["name"] = template.Name;
        if (told.Author != template.Author) tree["author"] = template.Author;
        if (told.Description != template.Description) tree["description"] = template.Description;
        if (told.Icon != template.Icon) tree[tree.ContainsKey("icon") ? "icon" : "image"] = template.Icon;
        if (!told.Tags.SequenceEqual(template.Tags)) tree["tags"] = List(template.Tags);
        if (!told.Features.SequenceEqual(template.Features)) tree["features"] = List(template.Features);
        if (!told.FileDenylist.SequenceEqual(template.FileDenylist)) tree["file_denylist"] = List(template.FileDenylist);
        if (!told.Images.SequenceEqual(template.Images)) tree["docker_images"] = Map(template.Images);
        Startups(tree, told, template, version);
        Config(tree, told, template);
        Install(tree, told.Install, template.Install);
        Variables(tree, told, template, version);
        if (EggExtension.Of(template, EggReader.Read(tree)) is { } extension) tree[EggExtension.Key] = extension;
        return tree;
    }

    /// <summary>An egg in which everything is empty, with its keys in the order in which panels write them.</summary>
    static JsonObject Empty(EggVersion version)
    {
        var egg = new JsonObject
        {
            ["meta"] = new JsonObject { ["version"] = EggVersion.PtdlV2.Name(), ["update_url"] = null },
            ["name"] = "-",
            ["author"] = "",
            ["description"] = "",
            ["features"] = new JsonArray(),
            ["docker_images"] = new JsonObject(),
            ["file_denylist"] = new JsonArray(),
            ["startup"] = "-",
            ["config"] = new JsonObject { ["files"] = "{}", ["startup"] = "{}", ["logs"] = "{}", ["stop"] = "" },
            ["scripts"] = new JsonObject { ["installation"] = new JsonObject { ["script"] = "", ["container"] = "", ["entrypoint"] = "" } },
            ["variables"] = new JsonArray(),
        };
        EggVersions.Convert(egg, version);
        return egg;
    }

    static void Startups(JsonObject tree, Template told, Template template, EggVersion version)
    {
        if (told.Startups.SequenceEqual(template.Startups)) return;
        if (version is EggVersion.PlcnV3) tree["startup_commands"] = Map(template.Startups);
        else if (template.Startup("") is { } first) tree["startup"] = first;
    }

    static void Config(JsonObject tree, Template told, Template template)
    {
        if (tree["config"] is not JsonObject config) tree["config"] = config = [];
        if (told.Stop != template.Stop) config["stop"] = template.Stop;
        if (!told.Ready.SequenceEqual(template.Ready))
        {
            var startup = new EggNode(config["startup"], "").Unwrapped().Map().DeepClone().AsObject();
            startup["done"] = template.Ready.Count == 1 ? template.Ready[0] : List(template.Ready);
            Put(config, "startup", startup);
        }
        var files = JsonSerializer.SerializeToNode(template.Files, TemplateText.Format)!.AsObject();
        if (!JsonNode.DeepEquals(files, JsonSerializer.SerializeToNode(told.Files, TemplateText.Format))) Put(config, "files", files);
    }

    /// <summary>Panels keep these as JSON in a text; where an egg has an object, it stays one.</summary>
    static void Put(JsonObject config, string key, JsonObject value) => config[key] = config[key] is JsonObject or JsonArray ? value : EggText.WriteJson(value).TrimEnd('\n');

    static void Install(JsonObject tree, TemplateInstall? told, TemplateInstall? install)
    {
        if (told == install) return;
        if (tree["scripts"] is not JsonObject scripts) tree["scripts"] = scripts = [];
        if (scripts["installation"] is not JsonObject installation) scripts["installation"] = installation = [];
        if (told?.Script != install?.Script) installation["script"] = install?.Script ?? "";
        if (install is not null && told?.Image != install.Image) installation["container"] = install.Image;
        if (install is not null && told?.Entrypoint != install.Entrypoint) installation["entrypoint"] = install.Entrypoint;
    }

    static void Variables(JsonObject tree, Template told, Template template, EggVersion version)
    {
        if (told.Variables.SequenceEqual(template.Variables)) return;
        var stood = new EggNode(tree["variables"], "").Items().Select(item => item.Node!.AsObject()).ToDictionary(item => item["env_variable"]!.GetValue<string>(), StringComparer.Ordinal);
        var variables = new JsonArray();
        foreach (var variable in template.Variables)
        {
            var item = stood.GetValueOrDefault(variable.Env)?.DeepClone().AsObject() ?? [];
            var old = told.Variables.FirstOrDefault(same => same.Env == variable.Env);
            if (old?.Name != variable.Name) item["name"] = variable.Name;
            if (old?.Description != variable.Description) item["description"] = variable.Description;
            if (old is null) item["env_variable"] = variable.Env;
            if (old?.Default != variable.Default) item["default_value"] = variable.Default;
            if (old?.Viewable != variable.Viewable) item["user_viewable"] = variable.Viewable;
            if (old?.Editable != variable.Editable) item["user_editable"] = variable.Editable;
            if (old?.Rules != variable.Rules) item["rules"] = EggVersions.RulesOf(new(variable.Rules, ""), version);
            if (old?.FieldType != variable.FieldType) item["field_type"] = variable.FieldType;
            variables.Add(item);
        }
        tree["variables"] = variables;
    }

    static JsonArray List(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode?)text)];

    static JsonObject Map(IReadOnlyDictionary<string, string> texts) => new(texts.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
