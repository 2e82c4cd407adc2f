using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Panel.LocalCluster.Api;

/// <summary>YAML as JSON, by the core schema: an unquoted <c>true</c>, <c>12</c> or <c>null</c> is what it looks like, a quoted one is text.</summary>
static partial class YamlText
{
    const int MaxDepth = 100;

    /// <exception cref="FormatException">The text is no YAML, or holds more than one document.</exception>
    public static JsonNode? Read(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count == 1 ? Convert(stream.Documents[0].RootNode, 0) : throw new FormatException("expected one YAML document");
        }
        catch (YamlException failure)
        {
            throw new FormatException(failure.Message, failure);
        }
    }

    static JsonNode? Convert(YamlNode node, int depth)
    {
        // aliases make a small text a large tree, or an endless one
        if (depth > MaxDepth) throw new FormatException("the YAML document is nested too deep");
        if (!node.Anchor.IsEmpty) throw new FormatException("anchors are not taken");
        switch (node)
        {
            case YamlMappingNode map:
                var fields = new JsonObject();
                foreach (var (key, value) in map.Children) fields[((YamlScalarNode)key).Value ?? ""] = Convert(value, depth + 1);
                return fields;
            case YamlSequenceNode list:
                return new JsonArray([.. list.Children.Select(item => Convert(item, depth + 1))]);
            case YamlScalarNode scalar:
                return Scalar(scalar);
            default:
                throw new FormatException("aliases are not taken");
        }
    }

    static JsonNode? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not ScalarStyle.Plain || scalar.Tag == "tag:yaml.org,2002:str") return text;
        if (text is "" or "~" or "null" or "Null" or "NULL") return null;
        if (text is "true" or "True" or "TRUE") return true;
        if (text is "false" or "False" or "FALSE") return false;
        if (IntegerPattern().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)) return integer;
        if (FloatPattern().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) return number;
        return text;
    }

    [GeneratedRegex(@"\A[-+]?(0|[1-9][0-9]*)\z")]
    private static partial Regex IntegerPattern();

    [GeneratedRegex(@"\A[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex FloatPattern();
}
