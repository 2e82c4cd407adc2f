using System.Globalization;
using System.Net;
using System.Security;
using System.Text.RegularExpressions;
using System.Xml;
using Panel.Core.Errors;
using Panel.Core.Templates.Patching;

namespace Panel.Core.Templates.Forms;

/// <summary>
/// XML. A dotted path from the root element; <c>property[@name='Port']</c> is the one of a name that has an attribute, <c>property[1]</c> the second of them,
/// and a last step <c>@value</c> an attribute. Namespaces are not told apart.
/// </summary>
static partial class XmlText
{
    static readonly XmlReaderSettings Reading = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersFromEntities = 0 };

    /// <summary>What the text holds; null for nothing.</summary>
    /// <exception cref="ConflictException">It is no XML; the message says on which line.</exception>
    public static XmlPart? Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text.TrimStart('\uFEFF'))) return null;
        try
        {
            using var reader = XmlReader.Create(new StringReader(text.TrimStart('\uFEFF')), Reading);
            while (reader.Read())
            {
                if (reader.Depth > ConfigPatch.MaxDepth) throw new ConflictException(string.Create(CultureInfo.InvariantCulture, $"Line {((IXmlLineInfo)reader).LineNumber}: the elements stand too deep in each other."));
            }
        }
        catch (XmlException) when (text.IndexOf("<!DOCTYPE", StringComparison.Ordinal) is >= 0 and var type)
        {
            throw new ConflictException($"Line {JsonText.Line(text, type)}: a document type, which the panel does not read.");
        }
        catch (XmlException fault)
        {
            throw new ConflictException(string.Create(CultureInfo.InvariantCulture, $"Line {fault.LineNumber}: {Position().Replace(fault.Message, "")}"));
        }
        return XmlPart.Scan(text);
    }

    /// <summary>Why a path names no place; null when it does.</summary>
    public static string? Fault(string key) => Steps(key) is null ? "a path of elements, with [@name='…'], [0] or a last @attribute." : null;

    /// <summary>The value of a place; null where there is none.</summary>
    public static string? Get(string text, XmlPart? root, string key)
    {
        if (root is null || Steps(key) is not { } path || root.Reach(path) is not var (part, steps)) return null;
        if (steps < path.Count - 1 || (steps == path.Count - 1 && !path[^1].IsAttribute)) return null;
        if (path[^1].IsAttribute) return part.Find(path[^1].Name) is { } found ? WebUtility.HtmlDecode(text[found.Start..found.End]) : null;
        return part.Children.Count > 0 ? null : part.Meaning(text);
    }

    /// <summary>What changes so that a place has a value.</summary>
    /// <exception cref="InvalidFieldException">Something else is in the way.</exception>
    public static TextEdit Put(string text, XmlPart? root, string key, string value)
    {
        var path = Steps(key) ?? throw TextNode.Unwritable(key, "it names no place");
        if (value.EnumerateRunes().Any(rune => rune.Value is 0xFFFE or 0xFFFF or < ' ')) throw new InvalidFieldException(key, "XML cannot hold one of these characters.");
        var line = ConfigText.LineEnd(text);
        if (root is null) return new(text.Length, 0, Element(path, 0, value) + line);
        if (root.Reach(path) is not var (part, steps)) throw TextNode.Unwritable(key, $"the file's root is <{root.Name}>");
        if (steps == path.Count) return Fill(text, part, key, value);
        if (steps == path.Count - 1 && path[^1].IsAttribute)
        {
            if (part.Find(path[^1].Name) is { } found) return new(found.Start, found.End - found.Start, Escape(value));
            return new(part.AttributesEnd, 0, $" {path[^1].Name}=\"{Escape(value)}\"");
        }
        if (path[steps].Index > 0) throw TextNode.Unwritable(key, "the file has no such place");
        return Add(text, part, Element(path, steps, value), line);
    }

    static TextEdit Fill(string text, XmlPart part, string key, string value)
    {
        if (part.Children.Count > 0) throw TextNode.Unwritable(key, "the file has more below it");
        if (part.SelfClosed) return new(part.OpenEnd - 2, 2, $">{Escape(value)}</{part.Name}>");
        if (part.Remarks > 0 && part.Whole(text) is null) throw TextNode.Unwritable(key, "a comment stands in the value");
        var inside = text[part.OpenEnd..part.CloseStart];
        var blanks = inside.Length - inside.AsSpan().TrimStart().Length;
        return new(part.OpenEnd + blanks, inside.AsSpan().Trim().Length, Escape(value));
    }

    static TextEdit Add(string text, XmlPart parent, string element, string line)
    {
        if (parent.SelfClosed) return new(parent.OpenEnd - 2, 2, $">{element}</{parent.Name}>");
        if (parent.Children.Count == 0) return new(parent.OpenEnd, 0, element);
        // as the first of its neighbours stands, behind the last
        var first = parent.Children[0].Start;
        var lead = text[text.AsSpan(0, first).TrimEnd().Length..first];
        return new(parent.Children[^1].End, 0, (lead.Contains('\n', StringComparison.Ordinal) ? line + lead[(lead.LastIndexOf('\n') + 1)..] : lead) + element);
    }

    static string Element(List<XmlStep> path, int from, string value)
    {
        var inner = Escape(value);
        for (var i = path.Count - 1; i >= from; i--)
        {
            if (path[i].IsAttribute) continue;
            var known = path[i].Attribute is { } name ? $" {name}=\"{Escape(path[i].Is!)}\"" : "";
            inner = i == path.Count - 2 && path[^1].IsAttribute ? $"<{path[i].Name}{known} {path[^1].Name}=\"{inner}\"/>" : $"<{path[i].Name}{known}>{inner}</{path[i].Name}>";
        }
        return inner;
    }

    static string Escape(string value) => SecurityElement.Escape(value).Replace("&apos;", "'", StringComparison.Ordinal);

    static List<XmlStep>? Steps(string key)
    {
        var steps = new List<XmlStep>();
        for (var at = 0; at < key.Length;)
        {
            if (Step().Match(key, at) is not { Success: true } match || steps.Count >= ConfigPatch.MaxDepth) return null;
            var found = match.Groups["attribute"];
            steps.Add(new(match.Groups["name"].Value, match.Groups["at"].Length > 0, found.Success ? found.Value : null, found.Success ? match.Groups["is"].Value : null,
                match.Groups["index"] is { Success: true } index ? int.Parse(index.Value, CultureInfo.InvariantCulture) : 0));
            at += match.Length;
        }
        return steps.Count > 0 && !key.EndsWith('.') && !steps[0].IsAttribute && steps.SkipLast(1).All(step => !step.IsAttribute) ? steps : null;
    }

    [GeneratedRegex(@"\G(?<at>@)?(?<name>[\p{L}_][\w:-]*)(\[(@(?<attribute>[\p{L}_][\w:-]*)='(?<is>[^'<]*)'|(?<index>[0-9]{1,4}))\])?(\.|$)", RegexOptions.ExplicitCapture)]
    private static partial Regex Step();

    [GeneratedRegex(@" Line \d+, position \d+\.$")]
    private static partial Regex Position();
}

/// <summary>One step of a path in XML.</summary>
/// <param name="Name">The element, or the attribute.</param>
/// <param name="IsAttribute">Whether it is an attribute.</param>
/// <param name="Attribute">The attribute by which the element is told from others of its name; null for none.</param>
/// <param name="Is">What that attribute says.</param>
/// <param name="Index">Which of those elements it is, from 0.</param>
readonly record struct XmlStep(string Name, bool IsAttribute, string? Attribute, string? Is, int Index);
