using System.Globalization;
using Panel.Core.Errors;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Panel.Core.Templates.Patching;

/// <summary>YAML. A value that stood in quotes keeps them; else numbers, true and false are written as such. Where a place cannot be edited by itself the text is written anew, and comments are lost.</summary>
internal static class YamlPatch
{
    /// <summary>Plain words that a reader takes for something else than text.</summary>
    static readonly HashSet<string> NoText = new(StringComparer.OrdinalIgnoreCase) { "", "~", "null", "yes", "no", "on", "off", "y", "n", "true", "false", ".nan", ".inf", "-.inf", "+.inf", "<<", "=" };

    public static string Apply(string text, IReadOnlyList<ConfigEdit> edits)
    {
        try
        {
            RequireFlat(text);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 0) stream.Add(new(new YamlMappingNode()));
            if (stream.Documents[0].RootNode is YamlScalarNode { Value: null or "" }) stream.Documents[0] = new(new YamlMappingNode());
            foreach (var edit in edits) Set(stream.Documents[0].RootNode, ConfigPath.Parse(edit.Key), 0, edit);
            using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
            stream.Save(new Emitter(writer, new EmitterSettings(2, int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024)), assignAnchors: false);
            var patched = writer.ToString();
            patched = patched.EndsWith("\n...\n", StringComparison.Ordinal) ? patched[..^"...\n".Length] : patched;
            return stream.Documents.Count == 1 && InPlace.Apply("yaml", text, edits) is { } kept && Means(kept, patched) ? kept : patched;
        }
        catch (Exception fault) when (fault is YamlException or ArgumentException or InvalidOperationException)
        {
            throw new ConflictException($"The config file is not valid YAML: {fault.Message}");
        }
    }

    /// <summary>Whether two texts say the same, to a reader that tells a number from a text that looks like one.</summary>
    static bool Means(string text, string other)
    {
        var (one, two) = (Events(text), Events(other));
        return one.SequenceEqual(two);

        static List<(string, string?)> Events(string text)
        {
            var events = new List<(string, string?)>();
            var parser = new Parser(new StringReader(text));
            while (parser.MoveNext())
            {
                if (parser.Current is Scalar scalar) events.Add((scalar.Style is ScalarStyle.Plain && !IsPlainText(scalar.Value) ? "bare" : "text", scalar.Value));
                else events.Add((parser.Current!.GetType().Name, (parser.Current as NodeEvent)?.Anchor.ToString()));
            }
            return events;
        }
    }

    /// <summary>The model below is read and written by recursion: its depth is bounded before.</summary>
    static void RequireFlat(string text)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > ConfigPatch.MaxDepth) throw new ConflictException("The config file's parts stand too deep in each other.");
        }
    }

    static void Set(YamlNode node, IReadOnlyList<PathStep> path, int at, ConfigEdit edit)
    {
        var step = path[at];
        switch (node)
        {
            case YamlMappingNode map:
                if (step.Name is null) throw Mismatch(edit);
                var keys = step.IsEvery ? map.Children.Keys.ToList() : [Key(map, step.Name)];
                foreach (var key in keys) map.Children[key] = Changed(map.Children.TryGetValue(key, out var child) ? child : null, path, at, edit);
                break;
            case YamlSequenceNode list:
                var first = step.IsEvery ? 0 : ConfigPath.InList(step, list.Children.Count, edit.Key);
                if (!step.IsEvery && first == list.Children.Count) list.Children.Add(new YamlScalarNode(null));
                for (var i = first; i < (step.IsEvery ? list.Children.Count : first + 1); i++) list.Children[i] = Changed(list.Children[i], path, at, edit);
                break;
            case YamlScalarNode when step.IsEvery:
                break;
            default:
                throw Mismatch(edit);
        }
    }

    static YamlNode Key(YamlMappingNode map, string name) =>
        map.Children.Keys.FirstOrDefault(key => key is YamlScalarNode scalar && scalar.Value == name) ?? new YamlScalarNode(name);

    /// <summary>What stands in a place once the edit is made below it, or there.</summary>
    static YamlNode Changed(YamlNode? before, IReadOnlyList<PathStep> path, int at, ConfigEdit edit)
    {
        if (at + 1 == path.Count) return edit.Over((before as YamlScalarNode)?.Value) is { } over ? Value(before as YamlScalarNode, over) : before ?? new YamlScalarNode(null);
        var node = before is null or YamlScalarNode { Value: null or "" or "~" or "null", Style: ScalarStyle.Plain or ScalarStyle.Any }
            ? path[at + 1].Name is null ? new YamlSequenceNode() : new YamlMappingNode()
            : before;
        Set(node, path, at + 1, edit);
        return node;
    }

    static YamlScalarNode Value(YamlScalarNode? before, string value)
    {
        if (before?.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted) return new(value) { Style = ScalarStyle.DoubleQuoted };
        var typed = value is "true" or "false" || IsNumber(value, before);
        return new(value) { Style = typed || IsPlainText(value) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted };
    }

    static bool IsNumber(string value, YamlScalarNode? before) =>
        (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && whole.ToString(CultureInfo.InvariantCulture) == value)
        || (before is { Value: { } old } && double.TryParse(old, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            && decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _));

    /// <summary>Whether a text needs no quotes to be read as that text: it begins with a letter or a slash and holds nothing with a meaning.</summary>
    internal static bool IsPlainText(string value) =>
        !NoText.Contains(value) && (char.IsLetter(value[0]) || value[0] is '/' or '_') && value[^1] != ' '
        && value.All(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '_' or '-' or '.' or '/');

    static ConflictException Mismatch(ConfigEdit edit) => new($"The config file has something else where \"{edit.Key}\" expects more below it.");
}
