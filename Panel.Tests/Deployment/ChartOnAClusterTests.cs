using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Panel.Tests.LocalCluster.Api;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Deployment;

/// <summary>The chart's objects at an API server, as <c>helm install</c> and an upgrade that changes nothing would send them.</summary>
public sealed class ChartOnAClusterTests
{
    /// <summary>APIs that an operator adds to a cluster, and those that only clusters up to 1.24 have.</summary>
    static readonly string[] Foreign = ["monitoring.coreos.com/v1", "batch/v1beta1", "policy/v1beta1", "autoscaling/v2beta2"];

    public static TheoryData<string> Cases => [.. Golden.Cases("Cases")];

    [Theory, MemberData(nameof(Cases))]
    public async Task Objects_apply_cleanly_and_again_without_a_change(string name)
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"panel"}}""");
        var objects = Chart.Expected(name).Where(item => !Foreign.Contains($"{item["apiVersion"]}")).OrderBy(item => $"{item["kind"]}" == "Namespace" ? 0 : 1).ToList();
        Assert.True(objects.Count >= 8, $"{objects.Count} objects");
        var versions = new Dictionary<string, string>();
        foreach (var item in objects)
        {
            var (code, body) = await ApplyAsync(api, item);
            Assert.True(code == 201, $"{Chart.Subject(item)}: {code} {body.ToJsonString()}");
            versions[Chart.Subject(item)] = $"{body["metadata"]!["resourceVersion"]}";
        }
        foreach (var item in objects)
        {
            var (code, body) = await ApplyAsync(api, item);
            Assert.True(code == 200 && $"{body["metadata"]!["resourceVersion"]}" == versions[Chart.Subject(item)], $"{Chart.Subject(item)} is another one after it was applied again: {body.ToJsonString()}");
            // nothing that was said was lost on the way
            foreach (var (field, value) in item["spec"] as JsonObject ?? []) Assert.True(body["spec"]![field] is not null || value is JsonArray { Count: 0 }, $"{Chart.Subject(item)}: spec.{field}");
        }
    }

    [Fact]
    public async Task Kinds_that_nothing_runs_say_so()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"panel"}}""");
        foreach (var item in Chart.Expected("published").Where(item => $"{item["kind"]}" is "Deployment" or "CronJob" or "Ingress" or "HorizontalPodAutoscaler"))
        {
            using var request = Request(await PathAsync(api, item), item);
            using var answer = await api.Client.SendAsync(request).Within("the answer");
            Assert.Contains(answer.Headers.GetValues("Warning"), warning => warning.Contains("on the local cluster", StringComparison.Ordinal) && !warning.Contains("field", StringComparison.Ordinal));
        }
    }

    static async Task<(int Code, JsonObject Body)> ApplyAsync(ApiServer api, JsonObject item)
    {
        using var request = Request(await PathAsync(api, item), item);
        using var answer = await api.Client.SendAsync(request).Within(Chart.Subject(item));
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }

    static HttpRequestMessage Request(string path, JsonObject item) => new(HttpMethod.Patch, path + "?fieldManager=helm&force=true&fieldValidation=Strict")
    {
        Content = new ByteArrayContent(Encoding.UTF8.GetBytes(item.ToJsonString())) { Headers = { ContentType = new MediaTypeHeaderValue("application/apply-patch+yaml") } },
    };

    // as a client finds it: by what the server says it has
    static async Task<string> PathAsync(ApiServer api, JsonObject item)
    {
        var version = $"{item["apiVersion"]}";
        var root = version.Contains('/', StringComparison.Ordinal) ? $"/apis/{version}" : $"/api/{version}";
        var served = (await api.GetAsync(root))["resources"]?.AsArray().FirstOrDefault(one => $"{one!["kind"]}" == $"{item["kind"]}" && !$"{one["name"]}".Contains('/', StringComparison.Ordinal));
        Assert.True(served is not null, $"The cluster has no {item["kind"]} in {version}.");
        var space = served["namespaced"]!.GetValue<bool>() ? $"/namespaces/{item["metadata"]!["namespace"]}" : "";
        return $"{root}{space}/{served["name"]}/{item["metadata"]!["name"]}";
    }
}
