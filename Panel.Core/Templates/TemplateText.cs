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

    static readonly JsonDocumentOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a template and checks it.</summary>
    /// <exception cref="InvalidDataException">It is none, or breaks a rule; the message says which.</exception>
    public static Template Read(string text) => Checked(ReadDraft(text));

    /// <summary>Reads a template that was taken once: an amount that was no rule's matter then is none of its servers' now.</summary>
    /// <exception cref="InvalidDataException">It is none; the message says where.</exception>
    internal static Template ReadStored(string text)
    {
        var template = ReadDraft(text);
        var advice = template.Advice;
        return Checked(template with
        {
            MinMemoryMiB = Math.Clamp(template.MinMemoryMiB, WholeRange.MiB.Least, WholeRange.MiB.Most),
            Advice = advice is null ? null : advice with { MemoryMiB = Fit(advice.MemoryMiB, WholeRange.MiB), CpuMillis = Fit(advice.CpuMillis, WholeRange.CpuMillis), DiskMiB = Fit(advice.DiskMiB, WholeRange.MiB) },
        });

        static int? Fit(int? amount, WholeRange range) => amount is { } whole && range.Holds(whole) ? whole : null;
    }

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
            RequireWhole(JsonNode.Parse(text, documentOptions: Reading), "");
            return JsonSerializer.Deserialize<T>(text, Format) ?? throw new InvalidDataException("It is empty.");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException)   // the last two: letters that are none, a key that is there twice
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }

    /// <summary>The template as a tree that may be changed.</summary>
    internal static JsonObject ToTree(Template template) => JsonSerializer.SerializeToNode(template, Format)!.AsObject();

    /// <summary>The template that a tree holds, not checked.</summary>
    /// <exception cref="JsonException">It holds none.</exception>
    internal static Template FromTree(JsonObject tree)
    {
        RequireWhole(tree, "");
        return tree.Deserialize<Template>(Format)!;
    }

    /// <summary>Refuses lists and maps with nothing in one of their places: a part of a template may be missing, and never be nothing.</summary>
    static void RequireWhole(JsonNode? node, string place)
    {
        switch (node)
        {
            case JsonArray list:
                foreach (var (at, item) in list.Index())
                {
                    if (item is null) throw new JsonException($"{place}[{at}]: nothing stands there.");
                    RequireWhole(item, $"{place}[{at}]");
                }
                break;
            case JsonObject map:
                foreach (var (key, value) in map)
                {
                    var name = place.Length == 0 ? key : $"{place}.{key}";
                    if (value is null && (place is "images" or "startups" or "files")) throw new JsonException($"{name}: nothing stands there.");
                    RequireWhole(value, name);
                }
                break;
        }
    }

    /// <summary>The template, if it keeps the rules.</summary>
    /// <exception cref="InvalidDataException">It breaks one; the message says which.</exception>
    internal static Template Checked(Template template) => TemplateRules.Fault(template) is { } fault ? throw new InvalidDataException(fault) : template;
}
