using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Panel.Tests.Deployment;

/// <summary>The table of a chart's values, made of values.yaml and its comments that begin with <c># --</c>.</summary>
/// <param name="Markdown">The table.</param>
/// <param name="Unexplained">Paths of values that no comment stands over.</param>
sealed partial record ValuesTable(string Markdown, IReadOnlyList<string> Unexplained)
{
    public static ValuesTable Of(string yaml, JsonObject values)
    {
        var explained = Explanations(yaml);
        var text = new StringBuilder("| value | default | meaning |\n| --- | --- | --- |\n");
        foreach (var (path, words) in explained)
        {
            JsonNode? value = values;
            foreach (var name in path.Split('.')) value = value![name];
            text.Append("| `").Append(path).Append("` | ").Append(value is null ? "" : $"`{Default(value)}`").Append(" | ").Append(words.Replace("|", "\\|", StringComparison.Ordinal)).Append(" |\n");
        }
        return new(text.ToString(), [.. Leaves(values, "").Where(leaf => !explained.Any(one => leaf == one.Path || leaf.StartsWith(one.Path + ".", StringComparison.Ordinal)))]);
    }

    static List<(string Path, string Words)> Explanations(string yaml)
    {
        var found = new List<(string, string)>();
        var above = new List<(int Indent, string Key)>();
        string? words = null;
        foreach (var line in yaml.Split('\n'))
        {
            var said = line.TrimStart();
            if (said.StartsWith("# -- ", StringComparison.Ordinal)) words = said["# -- ".Length..];
            else if (words is not null && said.StartsWith("# ", StringComparison.Ordinal)) words += said[1..];
            if (KeyLine().Match(line) is not { Success: true } key) continue;
            var indent = key.Groups[1].Length;
            above.RemoveAll(one => one.Indent >= indent);
            above.Add((indent, key.Groups[2].Value));
            if (words is not null) found.Add((string.Join('.', above.Select(one => one.Key)), words));
            words = null;
        }
        return found;
    }

    static IEnumerable<string> Leaves(JsonObject values, string path) =>
        values.SelectMany(pair => pair.Value is JsonObject { Count: > 0 } inner ? Leaves(inner, $"{path}{pair.Key}.") : [path + pair.Key]);

    static string Default(JsonNode value) => value.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    [GeneratedRegex(@"^( *)([A-Za-z][A-Za-z0-9_.]*):( |$)")]
    private static partial Regex KeyLine();
}
