using System.Text.Json.Nodes;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Deployment;

/// <summary>What the chart says of itself, and what it makes.</summary>
public sealed class ChartTests
{
    public static TheoryData<string> Cases => [.. Golden.Cases("Cases")];

    [Theory, MemberData(nameof(Cases))]
    public async Task Case_renders_as_expected(string name) =>
        Golden.Equal($"# Rendered of {Chart.Mark(name)}: UPDATE_GOLDEN=1 renders it anew.\n{Chart.Text(await Chart.RenderAsync(name))}", $"Cases/{name}/expected.yaml");

    [Theory, MemberData(nameof(Cases))]
    public void Expectation_is_of_the_chart_as_it_is(string name) =>
        Assert.StartsWith($"# Rendered of {Chart.Mark(name)}:", SourceTree.Read($"Panel.Tests/Deployment/Cases/{name}/expected.yaml"), StringComparison.Ordinal);

    [Theory, MemberData(nameof(Cases))]
    public void Values_of_a_case_fit_the_schema(string name) => Assert.Empty(ValuesSchema.Check(Chart.ValuesOf(name)));

    [Theory]
    [InlineData("replicas: two", "replicas must be integer")]
    [InlineData("replica: 2", "replica is unknown")]
    [InlineData("image: {tag: 'a b'}", "image.tag must match")]
    [InlineData("image: {digest: abc}", "image.digest must match")]
    [InlineData("image: {pullPolicy: Sometimes}", "image.pullPolicy must be one of")]
    [InlineData("database: {mode: sqlite}", "database.mode must be one of")]
    [InlineData("database: {existingSecret: ''}", "database.existingSecret must match")]
    [InlineData("database: {password: secret}", "database.password is unknown")]
    [InlineData("database: {embedded: {storage: {size: ten}}}", "database.embedded.storage.size must match")]
    [InlineData("database: {external: {cidrs: [everywhere]}}", "database.external.cidrs[0] must match")]
    [InlineData("redis: {mode: cluster}", "redis.mode must be one of")]
    [InlineData("backup: {schedule: daily}", "backup.schedule must match")]
    [InlineData("backup: {keep: 0}", "backup.keep must be 1 or more")]
    [InlineData("backup: {s3: {enabled: true}}", "backup.s3.bucket must have")]
    [InlineData("gameServers: {namespace: Game_Servers}", "gameServers.namespace must match")]
    [InlineData("gameServers: {serviceType: HostPort}", "gameServers.serviceType must be one of")]
    [InlineData("ingress: {enabled: true}", "ingress.host must have")]
    [InlineData("ingress: {host: 'https://panel'}", "ingress.host must match")]
    [InlineData("ingress: {webSocketTimeoutSeconds: 5}", "ingress.webSocketTimeoutSeconds must be 60 or more")]
    [InlineData("panel: {ports: {first: 80}}", "panel.ports.first must be 1024 or more")]
    [InlineData("panel: {trustedProxies: [ingress]}", "panel.trustedProxies[0] must match")]
    [InlineData("panel: {settings: {'no-name': x}}", "panel.settings.no-name must match")]
    [InlineData("panel: {extraEnv: [{value: x}]}", "panel.extraEnv[0].name is missing")]
    [InlineData("resources: {requests: {cpu: lots}}", "resources.requests.cpu must match")]
    [InlineData("runAsUser: 0", "runAsUser must be 1 or more")]
    [InlineData("networkPolicy: {apiServerPorts: []}", "networkPolicy.apiServerPorts must have 1 items")]
    public async Task Bad_value_is_refused_by_its_name(string yaml, string fault)
    {
        var values = Chart.Merge(Chart.Values, Chart.Read(yaml));
        Assert.Contains(ValuesSchema.Check(values), said => said.StartsWith(fault, StringComparison.Ordinal));
        if (!Chart.HasHelm) return;
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["values.yaml"], yaml);
        var (code, _, errors) = await Chart.RenderAsync(folder["values.yaml"], "v1.32.0");
        Assert.True(code != 0, $"helm took {yaml}");
        Assert.Contains(fault.Split(' ', '[')[0].Split('.')[^1], errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("panel: {ports: {first: 30000, last: 29999}}", "panel.ports.first")]
    [InlineData("autoscaling: {enabled: true, minReplicas: 6}", "autoscaling.minReplicas")]
    [InlineData("database: {mode: external}\nbackup: {s3: {enabled: true, bucket: backups}}", "backup.s3.enabled")]
    public async Task Values_that_do_not_go_together_are_refused_by_their_names(string yaml, string named)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["values.yaml"], yaml);
        var (code, _, errors) = await Chart.RenderAsync(folder["values.yaml"], "v1.32.0");
        Assert.NotEqual(0, code);
        Assert.Contains(named, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tests_of_the_chart_are_pods_that_may_run()
    {
        // renderers leave tests out: under another name they are templates like all others
        using var folder = new TempFolder();
        foreach (var path in SourceTree.Files("").Where(path => path.StartsWith(Chart.Folder + "/", StringComparison.Ordinal)))
        {
            var copy = folder[path.Replace("/tests/", "/asked/", StringComparison.Ordinal)];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(SourceTree.Root, path), copy);
        }
        await File.WriteAllTextAsync(folder["values.yaml"], "redis: {mode: embedded}");
        var (code, output, errors) = await Chart.RenderAsync(folder["values.yaml"], "v1.32.0", folder[Chart.Folder]);
        Assert.True(code == 0, errors);
        var pods = output.Split("\n---").Where(part => part.Contains("helm.sh/hook: test", StringComparison.Ordinal)).Select(part => Chart.Read(part[part.IndexOf("apiVersion", StringComparison.Ordinal)..])).ToList();
        Assert.Equal(["panel-test-alive", "panel-test-database", "panel-test-pages", "panel-test-ready", "panel-test-redis"], pods.Select(pod => $"{pod["metadata"]!["name"]}").Order(StringComparer.Ordinal));
        Assert.All(pods, pod => ChartObjectsTests.RequireRestricted(pod["spec"]!.AsObject(), Chart.Subject(pod)));
    }

    [Fact]
    public void Every_value_is_explained_and_the_readme_lists_it()
    {
        var table = ValuesTable.Of(SourceTree.Read($"{Chart.Folder}/values.yaml"), Chart.Values);
        Assert.Empty(table.Unexplained);
        var readme = SourceTree.Read($"{Chart.Folder}/README.md");
        const string Begin = "<!-- values -->\n", End = "<!-- /values -->";
        var (from, to) = (readme.IndexOf(Begin, StringComparison.Ordinal), readme.IndexOf(End, StringComparison.Ordinal));
        Assert.True(from >= 0 && to > from, "README.md has no marks for the table of values.");
        Golden.Equal(readme[..(from + Begin.Length)] + table.Markdown + readme[to..], $"../../{Chart.Folder}/README.md");
    }

    [Fact]
    public void Schema_knows_every_value_and_no_other()
    {
        var unknown = new List<string>();
        Walk(Chart.Values, JsonNode.Parse(SourceTree.Read($"{Chart.Folder}/values.schema.json"))!.AsObject(), "", unknown);
        Assert.Empty(unknown);
    }

    static void Walk(JsonObject values, JsonObject schema, string path, List<string> unknown, JsonObject? root = null)
    {
        root ??= schema;
        while (schema["$ref"] is { } reference) schema = root["definitions"]![$"{reference}"["#/definitions/".Length..]]!.AsObject();
        if (schema["properties"] is not JsonObject properties) return;
        foreach (var (name, rule) in properties)
        {
            // Helm hands this one to every chart; tolerations of an image part may be left out
            if (name == "global" || rule is not JsonObject inner) continue;
            if (!values.ContainsKey(name)) unknown.Add($"{path}{name} is in the schema and not in values.yaml");
            else if (values[name] is JsonObject there) Walk(there, inner, $"{path}{name}.", unknown, root);
        }
    }
}
