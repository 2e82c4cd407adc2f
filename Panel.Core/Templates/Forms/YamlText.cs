using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Panel.Core.Errors;
using Panel.Core.Templates.Patching;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Panel.Core.Templates.Forms;

/// <summary>YAML, of which the first document counts. What stood in quotes stays in such quotes; numbers, true and false stay bare.</summary>
static partial class YamlText
{
    /// <summary>What the text holds; null for nothing.</summary>
    /// <exception cref="ConflictException">It is no YAML; the message says on which line.</exception>
    public static TextNode? Parse(string text)
    {
        var mark = text.StartsWith('\uFEFF') ? 1 : 0;
        var tree = new TextTree();
        var anchors = new Dictionary<string, string?>(StringComparer.Ordinal);
        var line = 1L;
        try
        {
            var parser = new Parser(new StringReader(text[mark..]));
            while (parser.MoveNext() && parser.Current is not DocumentEnd)
            {
                line = parser.Current!.End.Line;
                var (start, end) = ((int)parser.Current.Start.Index + mark, (int)parser.Current.End.Index + mark);
                switch (parser.Current)
                {
                    case MappingEnd or SequenceEnd:
                        var closed = tree.Close();
                        closed.End = closed.Flow || closed.Children.Count == 0 ? end : closed.Children[^1].Node.End;
                        break;
                    case MappingStart map:
                        Add(new() { Kind = TextNodeKind.Map, Start = start, Flow = map.Style is MappingStyle.Flow });
                        break;
                    case SequenceStart list:
                        Add(new() { Kind = TextNodeKind.List, Start = start, Flow = list.Style is SequenceStyle.Flow });
                        break;
                    case Scalar scalar:
                        var value = Meaning(scalar);
                        if (!scalar.Anchor.IsEmpty) anchors[scalar.Anchor.Value] = value;
                        Add(new() { Kind = TextNodeKind.Value, Start = Behind(text, start, end), End = end, Value = value, Style = StyleOf(scalar) });
                        break;
                    case AnchorAlias alias:
                        Add(new() { Kind = TextNodeKind.Value, Start = start, End = end, Value = anchors.GetValueOrDefault(alias.Value.Value), Style = TextStyle.Apart });
                        break;
                }
            }
        }
        catch (YamlException fault)
        {
            throw new ConflictException(string.Create(CultureInfo.InvariantCulture, $"Line {Math.Max(fault.Start.Line, fault.End.Line)}: {Position().Replace(fault.Message, "").TrimEnd('.')}."));
        }
        catch (InvalidOperationException)
        {
            // the reader's own fault on some texts that are none
            throw new ConflictException(string.Create(CultureInfo.InvariantCulture, $"Line {line}: a bracket, a brace or a quotation mark that is not closed."));
        }
        return tree.Root is { Kind: TextNodeKind.Value, Value: null } ? null : tree.Root;

        void Add(TextNode node)
        {
            // a name that is no text is none that a path has
            if (!tree.WantsName) tree.Add(node, () => JsonText.Line(text, node.Start));
            else if (node.Kind is TextNodeKind.Value) tree.Name(node.Value ?? "", node.Start);
            else throw new ConflictException($"Line {JsonText.Line(text, node.Start)}: a name is a list or a map, which a form cannot show.");
        }
    }

    static string? Meaning(Scalar scalar) => scalar.Style is ScalarStyle.Plain && scalar.Value is "" or "~" or "null" or "Null" or "NULL" ? null : scalar.Value;

    static TextStyle StyleOf(Scalar scalar) => scalar.Style switch
    {
        ScalarStyle.SingleQuoted => TextStyle.Single,
        ScalarStyle.DoubleQuoted => TextStyle.Double,
        ScalarStyle.Literal or ScalarStyle.Folded => TextStyle.Apart,
        _ => TextStyle.Plain,
    };

    /// <summary>Behind the anchor and the tag of a value.</summary>
    static int Behind(string text, int start, int end)
    {
        while (start < end && text[start] is '&' or '!')
        {
            while (start < end && !char.IsWhiteSpace(text[start])) start++;
            while (start < end && char.IsWhiteSpace(text[start])) start++;
        }
        return start;
    }

    /// <summary>What changes so that a place has a value.</summary>
    /// <exception cref="InvalidFieldException">Something else is in the way.</exception>
    public static TextEdit Put(string text, TextNode? root, string key, string value, FormFieldType type)
    {
        var path = ConfigPath.Parse(key);
        var line = ConfigText.LineEnd(text);
        var written = Written(null, value, type);
        if (root is null && path.Any(step => step.Name is null)) throw TextNode.Unwritable(key, "the file has no such place");
        if (root is null) return new(text.Length, 0, $"{(text.Length > 0 && text[^1] != '\n' ? line : "")}{Block(path, 0, written, "", line)}{line}");
        var (node, steps) = root.Reach(path);
        if (steps == path.Count)
        {
            if (node.Kind is not TextNodeKind.Value) throw TextNode.Unwritable(key, "the file has more below it");
            if (node.Style is TextStyle.Apart) throw TextNode.Unwritable(key, "the value stands over several lines, or elsewhere");
            // behind the colon of a name without a value there is no blank yet
            var blank = node.Start == node.End && node.Start > 0 && text[node.Start - 1] is not (' ' or '\t' or '\n') ? " " : "";
            return new(node.Start, node.End - node.Start, blank + Written(node, value, type));
        }
        if (path.Skip(steps).Any(step => step.Name is null)) throw TextNode.Unwritable(key, "the file has no such place");
        if (node is { Kind: TextNodeKind.Value, Value: null } && steps > 0 && node.Start == node.End && root.Reach([.. path.Take(steps - 1)]).Node is { Kind: TextNodeKind.Map, Flow: false } above)
        {
            var place = LineEnd(text, node.End);
            return new(place, 0, line + Block(path, steps, written, Indent(text, above.Children.FindLast(child => child.Node == node).NameStart) + "  ", line));
        }
        if (node.Kind is not TextNodeKind.Map) throw TextNode.Unwritable(key, "the file has no such place");
        if (node.Flow) return AddToFlow(text, node, path, steps, written);
        var end = node.End > 0 && text[node.End - 1] == '\n' ? node.End : LineEnd(text, node.End);
        var block = Block(path, steps, written, Indent(text, node.Children[0].NameStart), line);
        return end == node.End && end > 0 && text[end - 1] == '\n' ? new(end, 0, block + line) : new(end, 0, line + block);
    }

    static TextEdit AddToFlow(string text, TextNode map, IReadOnlyList<PathStep> path, int steps, string written)
    {
        for (var i = path.Count - 1; i > steps; i--) written = $"{{ {Name(path[i].Name!)}: {written} }}";
        var pair = $"{Name(path[steps].Name!)}: {written}";
        return map.Children.Count > 0 ? new(map.Children[^1].Node.End, 0, $", {pair}") : new(text.IndexOf('{', map.Start) + 1, 0, $" {pair} ");
    }

    static string Block(IReadOnlyList<PathStep> path, int from, string written, string indent, string line)
    {
        var block = new StringBuilder();
        for (var i = from; i < path.Count; i++)
        {
            block.Append(indent).Append(Name(path[i].Name!)).Append(':').Append(i + 1 < path.Count ? line : $" {written}");
            indent += "  ";
        }
        return block.ToString();
    }

    /// <summary>Blanks up to where a name stands in its line.</summary>
    static string Indent(string text, int at) => new(' ', at - (text.LastIndexOf('\n', Math.Max(0, at - 1)) + 1));

    /// <summary>The end of the line that a place is in, before its line break.</summary>
    static int LineEnd(string text, int at)
    {
        var end = text.IndexOf('\n', at) is >= 0 and var cut ? cut : text.Length;
        return end > at && text[end - 1] == '\r' ? end - 1 : end;
    }

    static string Name(string name) => YamlPatch.IsPlainText(name) ? name : Quoted(name);

    static string Written(TextNode? before, string value, FormFieldType type)
    {
        if (before?.Style is TextStyle.Single && !value.Any(IsUnseen)) return $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
        if (before?.Style is TextStyle.Double or TextStyle.Single) return Quoted(value);
        var bare = type is FormFieldType.Number or FormFieldType.Switch || (before?.Value is { } was && !YamlPatch.IsPlainText(was));
        return (bare && Bare().IsMatch(value)) || YamlPatch.IsPlainText(value) ? value : Quoted(value);
    }

    static string Quoted(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in value)
        {
            if (letter is '"' or '\\') quoted.Append('\\').Append(letter);
            else if (IsUnseen(letter)) quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
            else quoted.Append(letter);
        }
        return quoted.Append('"').ToString();
    }

    static bool IsUnseen(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\uFEFF';

    [GeneratedRegex(@"^([-+]?[0-9]+(\.[0-9]+)?|[A-Za-z]+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Bare();

    [GeneratedRegex(@"^\(Line: .*?\) - \(Line: .*?\): ")]
    private static partial Regex Position();
}
