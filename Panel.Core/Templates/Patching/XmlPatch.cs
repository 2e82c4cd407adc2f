using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Panel.Core.Errors;

namespace Panel.Core.Templates.Patching;

/// <summary>
/// XML. A dotted path from the root element, <c>*</c> for every child; what is missing is made. The value becomes the element's text, or,
/// where the template writes it as <c>[name='value']</c>, an attribute. Comments and blanks stay.
/// </summary>
internal static partial class XmlPatch
{
    static readonly XmlReaderSettings Reading = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersFromEntities = 0 };

    public static string Apply(string text, IReadOnlyList<ConfigEdit> edits)
    {
        try
        {
            var document = string.IsNullOrWhiteSpace(text) ? new XDocument() : Read(text);
            foreach (var edit in edits) Set(document, edit);
            if (document.Root is null) return text;
            var declaration = document.Declaration is { } had ? new XDeclaration(had.Version, "utf-8", had.Standalone) + "\n" : "";
            document.Declaration = null;
            return declaration + document.ToString(SaveOptions.DisableFormatting).TrimStart('\r', '\n').TrimEnd() + "\n";
        }
        catch (Exception fault) when (fault is XmlException or ArgumentException)
        {
            throw new ConflictException($"The config file is not valid XML: {fault.Message}");
        }
    }

    static XDocument Read(string text)
    {
        using (var depth = XmlReader.Create(new StringReader(text), Reading))
        {
            while (depth.Read())
            {
                if (depth.Depth > ConfigPatch.MaxDepth) throw new ConflictException("The config file's elements stand too deep in each other.");
            }
        }
        using var reader = XmlReader.Create(new StringReader(text), Reading);
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
    }

    static void Set(XDocument document, ConfigEdit edit)
    {
        var path = edit.Key.Split('.');
        if (path.Length is 0 or >= ConfigPatch.MaxDepth) throw new ConflictException($"\"{edit.Key}\" names no place in an XML file.");
        if (document.Root is null) document.Add(new XElement(path[0]));
        if (path[0] != "*" && document.Root!.Name.LocalName != path[0]) throw new ConflictException($"The config file's root is <{document.Root.Name.LocalName}>, not <{path[0]}>.");
        List<XElement> elements = [document.Root!];
        foreach (var name in path.Skip(1)) elements = [.. elements.SelectMany(element => Children(element, name))];
        var attribute = Attribute().Match(edit.What.Text);
        foreach (var element in elements)
        {
            if (attribute.Success) element.SetAttributeValue(attribute.Groups["name"].Value, Text(edit.With(attribute.Groups["value"].Value).Value!));
            else if (edit.Over(element.HasElements ? null : element.Value) is { } over) SetText(element, Text(over));
        }
    }

    static List<XElement> Children(XElement element, string name)
    {
        if (name == "*") return [.. element.Elements()];
        List<XElement> named = [.. element.Elements().Where(child => child.Name.LocalName == name)];
        if (named.Count > 0) return named;
        var made = new XElement(element.Name.Namespace + name);
        element.Add(made);
        return [made];
    }

    /// <summary>Changes an element's text and keeps the elements in it.</summary>
    static void SetText(XElement element, string text)
    {
        if (!element.HasElements)
        {
            element.Value = text;
            return;
        }
        if (element.Nodes().OfType<XText>().FirstOrDefault() is { } first) first.Value = text;
        else element.AddFirst(new XText(text));
    }

    /// <summary>What XML can hold of a text.</summary>
    static string Text(string value)
    {
        var text = new System.Text.StringBuilder(value.Length);
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is 0xFFFE or 0xFFFF) continue;
            text.Append(rune);
        }
        return text.ToString();
    }

    [GeneratedRegex(@"^\[(?<name>[\w]+)='(?<value>.*)'\]$", RegexOptions.ExplicitCapture)]
    private static partial Regex Attribute();
}
