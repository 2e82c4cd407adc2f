using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Panel.Core.Templates.Eggs;

/// <summary>Eggs as text, JSON or YAML: read into a tree, and written from one. What a hostile text may cost is bounded before it is read.</summary>
public static class EggText
{
    /// <summary>How long an egg may be, in characters; most of a long one is its picture.</summary>
    public const int MaxLength = 4 * 1024 * 1024;

    const int MaxDepth = 32;
    const int MaxNodes = 50_000;

    static readonly JsonDocumentOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MaxDepth };
    static readonly JsonSerializerOptions Writing = new() { WriteIndented = true, IndentSize = 4, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a text: JSON where it begins with a brace, else YAML.</summary>
    /// <exception cref="EggException">It cannot be read; the message names the line.</exception>
    public static JsonObject Read(string text)
    {
        if (text.Length > MaxLength) throw new EggException("The egg is longer than 4 MiB.");
        var start = text.AsSpan().TrimStart("\uFEFF \t\r\n");
        if (start.IsEmpty) throw new EggException("There is nothing in it.");
        return start[0] is '{' or '[' ? Json(start.ToString(), text.AsSpan(0, text.Length - start.Length).Count('\n')) : Yaml(text);
    }

    /// <summary>Writes a tree as JSON, as panels of the field do.</summary>
    public static string WriteJson(JsonObject egg) => egg.ToJsonString(Writing) + "\n";

    /// <summary>Writes a tree as YAML.</summary>
    public static string WriteYaml(JsonObject egg)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings(2, int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        Emit(emitter, egg);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    /// <summary>Reads JSON that stands in a text of an egg.</summary>
    /// <exception cref="EggException">It cannot be read.</exception>
    internal static JsonNode? Inner(string text, string place)
    {
        try
        {
            return Json(text);
        }
        catch (JsonException fault)
        {
            throw new EggException(place, $"the text in it is not valid JSON: {Words(fault, 0)}");
        }
    }

    static JsonObject Json(string text, int linesBefore)
    {
        try
        {
            return Json(text) as JsonObject ?? throw new EggException("An egg is a JSON object; this is a list.");
        }
        catch (JsonException fault)
        {
            throw new EggException($"This is not valid JSON: {Words(fault, linesBefore)}", fault);
        }
        catch (InvalidOperationException fault)
        {
            throw new EggException($"This is not valid JSON: {fault.Message}", fault);   // half of a letter
        }
    }

    static JsonNode? Json(string text)
    {
        using var document = JsonDocument.Parse(text, Reading);
        var nodes = 0;
        return Node(document.RootElement, ref nodes);
    }

    /// <summary>The tree of an element. Of a key that is there twice, as in some eggs, the last counts: so panels read it.</summary>
    static JsonNode? Node(JsonElement element, ref int nodes)
    {
        if (++nodes > MaxNodes) throw new EggException("It has too many parts.");
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new JsonObject();
                foreach (var property in element.EnumerateObject()) map[property.Name] = Node(property.Value, ref nodes);
                return map;
            case JsonValueKind.Array:
                var list = new JsonArray();
                foreach (var item in element.EnumerateArray()) list.Add(Node(item, ref nodes));
                return list;
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }

    static string Words(JsonException fault, int linesBefore)
    {
        var message = fault.Message;
        var rest = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (rest > 0) message = message[..rest];
        return fault.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $"line {line + 1 + linesBefore}: {message}") : message;
    }

    static JsonObject Yaml(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _)) throw new EggException("There is nothing in it.");
            parser.Consume<DocumentStart>();
            var nodes = 0;
            return Node(parser, 0, ref nodes) as JsonObject ?? throw new EggException("This is neither a JSON nor a YAML egg: it has no keys.");
        }
        catch (YamlException fault)
        {
            throw new EggException(string.Create(CultureInfo.InvariantCulture, $"This is not valid YAML: line {fault.Start.Line}: {fault.Message}"), fault);
        }
    }

    static JsonNode? Node(Parser parser, int depth, ref int nodes)
    {
        if (depth > MaxDepth) throw new EggException("Its parts stand too deep in each other.");
        if (++nodes > MaxNodes) throw new EggException("It has too many parts.");
        // an egg has no use for aliases, and a small text of them can mean a huge one
        if (parser.Accept<AnchorAlias>(out var alias)) throw new EggException(string.Create(CultureInfo.InvariantCulture, $"line {alias.Start.Line}: an alias (*{alias.Value}) has no place in an egg."));
        if (parser.TryConsume<Scalar>(out var scalar)) return Value(scalar);
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _)) list.Add(Node(parser, depth + 1, ref nodes));
            return list;
        }
        parser.Consume<MappingStart>();
        var map = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            if (map.ContainsKey(key.Value)) throw new EggException(string.Create(CultureInfo.InvariantCulture, $"line {key.Start.Line}: \"{key.Value}\" is there twice."));
            map[key.Value] = Node(parser, depth + 1, ref nodes);
        }
        return map;
    }

    static JsonValue? Value(Scalar scalar)
    {
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any)) return JsonValue.Create(scalar.Value);
        if (scalar.Value is "" or "~" or "null" or "Null" or "NULL") return null;
        if (scalar.Value is "true" or "True" or "TRUE") return JsonValue.Create(true);
        if (scalar.Value is "false" or "False" or "FALSE") return JsonValue.Create(false);
        return long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole) : JsonValue.Create(scalar.Value);
    }

    static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, value) in map)
                {
                    Emit(emitter, JsonValue.Create(key));
                    Emit(emitter, value);
                }
                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list) Emit(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                var text = value.GetValue<string>();
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, Style(text), isPlainImplicit: true, isQuotedImplicit: true));
                break;
            default:
                emitter.Emit(new Scalar(node is null ? "null" : node.ToJsonString()));
                break;
        }
    }

    /// <summary>Scripts are read best as blocks; a text that a reader could take for something else stands in quotes.</summary>
    static ScalarStyle Style(string text)
    {
        if (text.Contains('\n') && !text.Contains('\r') && text.Split('\n').All(line => line.Length == 0 || !char.IsWhiteSpace(line[^1])) && !char.IsWhiteSpace(text[0])) return ScalarStyle.Literal;
        if (text.Any(char.IsControl)) return ScalarStyle.DoubleQuoted;
        return text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '/') && Value(new Scalar(text)) is { } read && read.GetValueKind() == JsonValueKind.String
            && text.ToUpperInvariant() is not ("YES" or "NO" or "ON" or "OFF" or "Y" or "N") ? ScalarStyle.Plain : ScalarStyle.SingleQuoted;
    }
}
