using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Panel.Core.Templates;

/// <summary>Templates as JSON, the form in which they are shipped, kept and written by hand.</summary>
public static class TemplateText
{
    internal static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads a template and checks it.</summary>
    /// <exception cref="InvalidDataException">It is none, or breaks a rule; the message says which.</exception>
    public static Template Read(string text)
    {
        try
        {
            return Checked(JsonSerializer.Deserialize<Template>(text, Format) ?? throw new InvalidDataException("It is empty."));
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }

    /// <summary>Writes a template.</summary>
    public static string Write(Template template) => JsonSerializer.Serialize(template, Format);

    /// <summary>The template as a tree that may be changed.</summary>
    internal static JsonObject ToTree(Template template) => JsonSerializer.SerializeToNode(template, Format)!.AsObject();

    /// <summary>The template that a tree holds, not checked.</summary>
    /// <exception cref="JsonException">It holds none.</exception>
    internal static Template FromTree(JsonObject tree) => tree.Deserialize<Template>(Format)!;

    /// <summary>The template, if it keeps the rules.</summary>
    /// <exception cref="InvalidDataException">It breaks one; the message says which.</exception>
    internal static Template Checked(Template template) => TemplateRules.Fault(template) is { } fault ? throw new InvalidDataException(fault) : template;
}
