using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Panel.Core.Errors;
using Panel.Core.Templates.Patching;

namespace Panel.Core.Templates.Forms;

/// <summary>JSON, with the comments and trailing commas that games allow. What stood in quotes stays in quotes; a number, true and false stay bare.</summary>
static partial class JsonText
{
    static readonly JsonReaderOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = ConfigPatch.MaxDepth };

    /// <summary>What the text holds; null for nothing.</summary>
    /// <exception cref="ConflictException">It is no JSON; the message says on which line.</exception>
    public static TextNode? Parse(string text)
    {
        var mark = text.StartsWith('\uFEFF') ? 1 : 0;
        var bytes = Encoding.UTF8.GetBytes(text[mark..]);
        if (bytes.AsSpan().Trim(" \t\r\n"u8).IsEmpty) return null;
        var tree = new TextTree();
        var (seen, at) = (0, mark);
        int Place(long index)
        {
            // tokens come in their order: characters are counted on from the last
            at += Encoding.UTF8.GetCharCount(bytes, seen, (int)index - seen);
            seen = (int)index;
            return at;
        }
        try
        {
            var reader = new Utf8JsonReader(bytes, Reading);
            while (reader.Read())
            {
                var start = Place(reader.TokenStartIndex);
                if (reader.TokenType is JsonTokenType.PropertyName) tree.Name(reader.GetString()!, start);
                else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray) tree.Close().End = Place(reader.BytesConsumed);
                else tree.Add(Node(ref reader, start, Place(reader.BytesConsumed)), () => Line(text, start));
            }
            return tree.Root;
        }
        catch (JsonException fault)
        {
            var words = Position().Replace(fault.Message, "").TrimEnd('.');
            throw new ConflictException(string.Create(CultureInfo.InvariantCulture, $"Line {(fault.LineNumber ?? 0) + 1}: {words}."));
        }
        catch (InvalidOperationException)
        {
            throw new ConflictException($"Line {Line(text, at)}: a text in it is no Unicode.");
        }
    }

    static TextNode Node(ref Utf8JsonReader reader, int start, int end) => reader.TokenType switch
    {
        JsonTokenType.StartObject => new() { Kind = TextNodeKind.Map, Start = start, End = end, Flow = true },
        JsonTokenType.StartArray => new() { Kind = TextNodeKind.List, Start = start, End = end, Flow = true },
        JsonTokenType.String => new() { Kind = TextNodeKind.Value, Start = start, End = end, Value = reader.GetString(), Style = TextStyle.Double },
        JsonTokenType.Null => new() { Kind = TextNodeKind.Value, Start = start, End = end },
        _ => new() { Kind = TextNodeKind.Value, Start = start, End = end, Value = Encoding.UTF8.GetString(reader.ValueSpan) },
    };

    /// <summary>What changes so that a place has a value.</summary>
    /// <exception cref="InvalidFieldException">Something else is in the way.</exception>
    public static TextEdit Put(string text, TextNode? root, string key, string value, FormFieldType type)
    {
        var path = ConfigPath.Parse(key);
        var line = ConfigText.LineEnd(text);
        if (root is null) return new(text.Length, 0, $"{{{line}  {Pair(path, 0, Written(null, value, type), ": ")}{line}}}{line}");
        var (node, steps) = root.Reach(path);
        if (steps == path.Count) return node.Kind is TextNodeKind.Value ? new(node.Start, node.End - node.Start, Written(node, value, type)) : throw TextNode.Unwritable(key, "the file has more below it");
        var colon = text.Contains("\": ", StringComparison.Ordinal) || !text.Contains("\":", StringComparison.Ordinal) ? ": " : ":";
        if (node is { Kind: TextNodeKind.Value, Value: null } && path[steps].Name is not null) return new(node.Start, node.End - node.Start, $"{{ {Pair(path, steps, Written(null, value, type), colon)} }}");
        if (node.Kind is not TextNodeKind.Map || path[steps].Name is null) throw TextNode.Unwritable(key, "the file has no such place");
        return Add(text, node, Pair(path, steps, Written(null, value, type), colon), line, isRoot: steps == 0);
    }

    /// <summary>A name and its value behind the last of an object, in lines as those stand in lines, and behind the remark on the last line.</summary>
    static TextEdit Add(string text, TextNode map, string pair, string line, bool isRoot)
    {
        if (map.Children.Count == 0)
        {
            var open = map.Start + 1;
            var closed = open < text.Length && text[open] == '}';
            return new(open, 0, isRoot && closed ? $"{line}  {pair}{line}" : isRoot ? $"{line}  {pair}" : $" {pair}{(closed ? " " : "")}");
        }
        var first = map.Children[0].NameStart;
        var lead = text[(text.AsSpan(0, first).TrimEnd(" \t\r\n").Length)..first];
        var last = map.Children[^1].Node.End;
        var comma = Skip(text, last, sameLine: false);
        var parted = text[comma] == ',';
        var from = parted ? comma + 1 : last;
        if (!lead.Contains('\n', StringComparison.Ordinal)) return new(from, 0, $"{(parted ? "" : ",")}{(lead.Length > 0 || text[first - 1] == ' ' ? " " : "")}{pair}");
        var to = Skip(text, from, sameLine: true);
        var remark = text[from..to].TrimEnd(' ', '\t');
        return new(from, remark.Length, $"{(parted ? "" : ",")}{remark}{line}{lead[(lead.LastIndexOf('\n') + 1)..]}{pair}{(parted ? "," : "")}");
    }

    /// <summary>Behind blanks and remarks; on one line, if it is to be so.</summary>
    static int Skip(string text, int at, bool sameLine)
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' || (!sameLine && text[at] is '\r' or '\n')) at++;
            else if (text.AsSpan(at).StartsWith("//")) at = text.AsSpan(at).IndexOfAny('\r', '\n') is >= 0 and var end ? at + end : text.Length;
            else if (text.AsSpan(at).StartsWith("/*") && text.IndexOf("*/", at + 2, StringComparison.Ordinal) is >= 0 and var close && !(sameLine && text.AsSpan(at, close - at).Contains('\n'))) at = close + 2;
            else break;
        }
        return at;
    }

    static string Pair(IReadOnlyList<PathStep> path, int from, string written, string colon)
    {
        for (var i = path.Count - 1; i > from; i--) written = path[i].Name is { } name ? $"{{ {Quoted(name)}{colon}{written} }}" : $"[{written}]";
        return $"{Quoted(path[from].Name ?? "")}{colon}{written}";
    }

    static string Written(TextNode? before, string value, FormFieldType type)
    {
        var bare = before is { Value: not null } ? before.Style is TextStyle.Plain : type is FormFieldType.Number or FormFieldType.Switch;
        return bare && (value is "true" or "false" || Number().IsMatch(value)) ? value : Quoted(value);
    }

    static string Quoted(string value) => $"\"{JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    /// <summary>The line of a place, from 1.</summary>
    internal static int Line(string text, int at) => text.AsSpan(0, at).Count('\n') + 1;

    [GeneratedRegex(@"\s*(Path: .*? \| )?LineNumber: \d+ \| BytePositionInLine: \d+\.?")]
    private static partial Regex Position();

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
