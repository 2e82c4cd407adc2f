using System.Globalization;
using System.Text.Json.Nodes;

namespace Panel.Core.Templates.Eggs;

/// <summary>A game's description in the format of Pterodactyl and Pelican, and the template that it is.</summary>
/// <param name="Template">The template.</param>
/// <param name="Version">The version of the format.</param>
/// <param name="Document">The egg as it was read, as JSON: what the template has no place for is kept in it.</param>
/// <param name="Uuid">What names the egg for all panels; null for none.</param>
/// <param name="UpdateUrl">Where newer ones of it are; null for nowhere.</param>
public sealed record Egg(Template Template, EggVersion Version, string Document, string? Uuid, string? UpdateUrl)
{
    /// <summary>When its panel wrote it, in UTC; null where it does not say so.</summary>
    public DateTimeOffset? ExportedAt { get; init; }

    /// <summary>Reads an egg of any version, JSON or YAML.</summary>
    /// <exception cref="EggException">It is none; the message names the line or the place.</exception>
    public static Egg Read(string text)
    {
        var tree = EggText.Read(text);
        var node = new EggNode(tree, "");
        var template = EggExtension.Apply(EggReader.Read(tree), node[EggExtension.Key]);
        if (TemplateRules.Fault(template) is { } fault) throw new EggException(fault);
        return new(template, EggVersions.Of(node), tree.ToJsonString(), node["uuid"].Text(), node["meta"]["update_url"].Text()) { ExportedAt = Moment(node["exported_at"]) };
    }

    static DateTimeOffset? Moment(EggNode node) => node.Node is JsonValue && DateTimeOffset.TryParse(node.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;

    /// <summary>Writes a template as an egg, over the egg it came from.</summary>
    /// <param name="template">The template.</param>
    /// <param name="document">The egg it came from, as <see cref="Document"/> holds it; null for none.</param>
    /// <param name="version">The version to write.</param>
    /// <param name="yaml">Whether to write YAML; only <see cref="EggVersion.PlcnV3"/> is read as that.</param>
    public static string Write(Template template, string? document, EggVersion version, bool yaml = false)
    {
        var egg = EggWriter.Write(template, document is null ? null : JsonNode.Parse(document)!.AsObject(), version);
        return yaml ? EggText.WriteYaml(egg) : EggText.WriteJson(egg);
    }
}
