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
    public static Template Read(string text) => Checked(ReadDraft(text));

    /// <summary>Reads a template that somebody still works on, and does not check it.</summary>
    /// <exception cref="InvalidDataException">It is none; the message says where.</exception>
    public static Template ReadDraft(string text) => Parse<Template>(text);

    /// <summary>Reads what is patched before each start, as <see cref="WriteFiles"/> writes it.</summary>
    /// <exception cref="InvalidDataException">It is none of it; the message says where.</exception>
    public static IReadOnlyDictionary<string, TemplateFile> ReadFiles(string text) => string.IsNullOrWhiteSpace(text) ? new Dictionary<string, TemplateFile>() : Parse<Dictionary<string, TemplateFile>>(text);

    /// <summary>Writes what is patched before each start.</summary>
    public static string WriteFiles(IReadOnlyDictionary<string, TemplateFile> files) => JsonSerializer.Serialize(files, Format);

    /// <summary>Writes a template.</summary>
    public static string Write(Template template) => JsonSerializer.Serialize(template, Format);

    static T Parse<T>(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Format) ?? throw new InvalidDataException("It is empty.");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }

    /// <summary>The template as a tree that may be changed.</summary>
    internal static JsonObject ToTree(Template template) => JsonSerializer.SerializeToNode(template, Format)!.AsObject();

    /// <summary>The template that a tree holds, not checked.</summary>
    /// <exception cref="JsonException">It holds none.</exception>
    internal static Template FromTree(JsonObject tree) => tree.Deserialize<Template>(Format)!;

    /// <summary>The template, if it keeps the rules.</summary>
    /// <exception cref="InvalidDataException">It breaks one; the message says which.</exception>
    internal static Template Checked(Template template) => TemplateRules.Fault(template) is { } fault ? throw new InvalidDataException(fault) : template;
}
