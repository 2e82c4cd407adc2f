using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Panel.LocalCluster.Api;
using Panel.Tests.Support;
using Xunit;
using YamlDotNet.Serialization;

namespace Panel.Tests.Deployment;

/// <summary>
/// The Helm chart and its cases: values, and the objects that come of them. Rendering wants <c>helm</c>, or a program that
/// <c>PANEL_TEST_CHART_RENDER</c> names and that takes <c>-name</c>, <c>-namespace</c>, <c>-kube-version</c>, <c>-f</c> and the chart's folder.
/// What was rendered is kept beside each case, so that all else is tested without either.
/// </summary>
static partial class Chart
{
    public const string Folder = "charts/panel";

    const string CaseFolder = "Panel.Tests/Deployment/Cases";

    static readonly ISerializer Writer = new SerializerBuilder().WithQuotingNecessaryStrings().WithIndentedSequences().DisableAliases().Build();

    /// <summary>The chart's own values.</summary>
    public static JsonObject Values => Read(SourceTree.Read($"{Folder}/values.yaml"));

    /// <summary>The values of a case, over the chart's own.</summary>
    public static JsonObject ValuesOf(string name) => Merge(Values, Read(SourceTree.Read($"{CaseFolder}/{name}/values.yaml")));

    /// <summary>The objects of a case as they were rendered last.</summary>
    public static IReadOnlyList<JsonObject> Expected(string name) => Documents(SourceTree.Read($"{CaseFolder}/{name}/expected.yaml"));

    /// <summary>Tells the chart and the values of a case from any others.</summary>
    public static string Mark(string name)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = SourceTree.Files(".yaml", ".tpl").Where(path => path.StartsWith(Folder + "/templates/", StringComparison.Ordinal) && !path.Contains("/tests/", StringComparison.Ordinal));
        foreach (var path in files.Append($"{Folder}/Chart.yaml").Append($"{Folder}/values.yaml").Append($"{CaseFolder}/{name}/values.yaml"))
            hash.AppendData(Encoding.UTF8.GetBytes($"{path}\n{SourceTree.Read(path).ReplaceLineEndings("\n")}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    /// <summary>Renders a case; skips the test where nothing can.</summary>
    public static async Task<IReadOnlyList<JsonObject>> RenderAsync(string name)
    {
        var values = Path.Combine(SourceTree.Root, CaseFolder, name, "values.yaml");
        var (code, output, errors) = await RenderAsync(values, KubeVersion().Match(await File.ReadAllTextAsync(values)) is { Success: true } found ? found.Groups[1].Value : "v1.32.0");
        Assert.True(code == 0, errors);
        return Documents(output);
    }

    /// <summary>Runs the renderer on a file of values; skips the test where there is none.</summary>
    public static async Task<(int Code, string Output, string Errors)> RenderAsync(string values, string version, string? chart = null)
    {
        chart ??= Path.Combine(SourceTree.Root, Folder);
        if (Environment.GetEnvironmentVariable("PANEL_TEST_CHART_RENDER") is { Length: > 0 } renderer)
            return await RunAsync(renderer, ["-name", "panel", "-namespace", "panel", "-kube-version", version, "-f", values, chart]);
        Assert.SkipUnless(HasHelm, "No helm here, and PANEL_TEST_CHART_RENDER names no other renderer.");
        return await RunAsync("helm", ["template", "panel", chart, "--namespace", "panel", "--kube-version", version, "--skip-tests", "-f", values]);
    }

    /// <summary>Whether helm itself is here, which alone checks values against the schema as it renders.</summary>
    public static bool HasHelm { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "helm")));

    /// <summary>Objects as text: in an order of their own, so that no renderer's order matters.</summary>
    public static string Text(IEnumerable<JsonObject> objects) =>
        string.Join("---\n", objects.OrderBy(Subject, StringComparer.Ordinal).Select(item => Writer.Serialize(Plain(item)!).ReplaceLineEndings("\n")));

    /// <summary>Kind, namespace and name of an object.</summary>
    public static string Subject(JsonObject item) => $"{item["kind"]} {item["metadata"]!["namespace"]}/{item["metadata"]!["name"]}";

    /// <summary>One YAML document as JSON.</summary>
    public static JsonObject Read(string yaml) => YamlText.Read(yaml)!.AsObject();

    /// <summary>Values over others, as Helm lays them: objects into each other, all else in place of what was there.</summary>
    public static JsonObject Merge(JsonObject below, JsonObject above)
    {
        foreach (var (key, value) in above)
        {
            if (value is null) below.Remove(key);
            else if (value is JsonObject inner && below[key] is JsonObject there) Merge(there, inner);
            else below[key] = value.DeepClone();
        }
        return below;
    }

    static List<JsonObject> Documents(string text) => [.. Split().Split(text).Where(part => Lines(part).Any()).Select(Read)];

    static IEnumerable<string> Lines(string part) => part.Split('\n').Where(line => line.Trim() is { Length: > 0 } said && said[0] != '#');

    static async Task<(int, string, string)> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var deadline = Deadline.Source();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output, await errors);
    }

    static object? Plain(JsonNode? node) => node switch
    {
        JsonObject fields => fields.OrderBy(field => field.Key, StringComparer.Ordinal).ToDictionary(field => field.Key, field => Plain(field.Value)),
        JsonArray list => list.Select(Plain).ToList(),
        JsonValue value when value.TryGetValue<bool>(out var truth) => truth,
        JsonValue value when value.TryGetValue<long>(out var number) => number,
        JsonValue value when value.TryGetValue<double>(out var number) => number,
        JsonValue value => value.GetValue<string>(),
        _ => null,
    };

    [GeneratedRegex(@"^---\s*$", RegexOptions.Multiline)]
    private static partial Regex Split();

    [GeneratedRegex(@"^# kube-version: (\S+)$", RegexOptions.Multiline)]
    private static partial Regex KubeVersion();
}
