using Xunit;

namespace Panel.Tests.LocalCluster.Api;

public sealed class ValidationTests
{
    [Theory]
    [InlineData(Samples.Maps, """{"metadata":{}}""", "metadata.name", "FieldValueRequired")]
    [InlineData(Samples.Maps, """{"metadata":{"name":"Über"}}""", "metadata.name", "FieldValueInvalid")]
    [InlineData(Samples.Maps, """{"metadata":{"name":"a","labels":{"x":"not ok"}}}""", "metadata.labels", "FieldValueInvalid")]
    [InlineData(Samples.Maps, """{"metadata":{"name":"a"},"data":{"../x":"1"}}""", "data[../x]", "FieldValueInvalid")]
    [InlineData(Samples.Pods, """{"metadata":{"name":"a"},"spec":{"containers":[]}}""", "spec.containers", "FieldValueRequired")]
    [InlineData(Samples.Pods, """{"metadata":{"name":"a"},"spec":{"containers":[{"name":"x"}]}}""", "spec.containers[0].image", "FieldValueRequired")]
    [InlineData(Samples.Pods, """{"metadata":{"name":"a"},"spec":{"restartPolicy":"Maybe","containers":[{"name":"x","image":"i"}]}}""", "spec.restartPolicy", "FieldValueNotSupported")]
    [InlineData(Samples.Pods, """{"metadata":{"name":"a"},"spec":{"containers":[{"name":"x","image":"i"},{"name":"x","image":"i"}]}}""", "spec.containers[1].name", "FieldValueDuplicate")]
    [InlineData(Samples.Pods, """{"metadata":{"name":"a"},"spec":{"containers":[{"name":"x","image":"i","ports":[{"containerPort":70000}]}]}}""", "spec.containers[0].ports[0].containerPort", "FieldValueInvalid")]
    [InlineData(Samples.Pods, """{"metadata":{"name":"a"},"spec":{"containers":[{"name":"x","image":"i","volumeMounts":[{"name":"v","mountPath":"/d"}]}]}}""", "spec.containers[0].volumeMounts[0].name", "FieldValueNotFound")]
    [InlineData(Samples.Pods, """{"metadata":{"name":"a"},"spec":{"containers":[{"name":"x","image":"i","resources":{"limits":{"memory":"lots"}}}]}}""", "spec.containers[0].resources.limits[memory]", "FieldValueInvalid")]
    [InlineData(Samples.Claims, """{"metadata":{"name":"a"},"spec":{}}""", "spec.accessModes", "FieldValueRequired")]
    [InlineData("/api/v1/namespaces/default/services", """{"metadata":{"name":"a"},"spec":{"ports":[{"port":0}]}}""", "spec.ports[0].port", "FieldValueInvalid")]
    [InlineData("/api/v1/namespaces/default/services", """{"metadata":{"name":"a"},"spec":{"ports":[{"port":1,"protocol":"ICMP"}]}}""", "spec.ports[0].protocol", "FieldValueNotSupported")]
    [InlineData(Samples.Sets, """{"metadata":{"name":"a"},"spec":{"selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"b"}},"spec":{"containers":[{"name":"x","image":"i"}]}}}}""", "spec.template.metadata.labels", "FieldValueInvalid")]
    [InlineData("/apis/batch/v1/namespaces/default/jobs", """{"metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":[{"name":"x","image":"i"}]}}}}""", "spec.template.spec.restartPolicy", "FieldValueRequired")]
    public async Task Broken_rule_names_its_field(string path, string body, string field, string reason)
    {
        await using var api = await ApiServer.StartAsync();
        var (code, status) = await api.SendAsync("POST", path, body);
        Assert.Equal((422, "Invalid"), (code, (string?)status["reason"]));
        Assert.Contains((field, reason), status["details"]!["causes"]!.AsArray().Select(cause => ((string)cause!["field"]!, (string)cause["reason"]!)));
    }

    [Theory]
    [InlineData("""{"spec":{"serviceName":"other"}}""", 422)]
    [InlineData("""{"spec":{"replicas":3,"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}""", 200)]
    [InlineData("""{"spec":{"replicas":"three"}}""", 400)]
    public async Task StatefulSet_changes_only_where_it_may(string patch, int expected)
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Sets, Samples.Set("web"));
        Assert.Equal(expected, (await api.SendAsync("PATCH", Samples.Sets + "/web", patch, "application/merge-patch+json")).Code);
    }

    [Theory]
    [InlineData("""{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}""", 200)]
    [InlineData("""{"spec":{"resources":{"requests":{"storage":"1023Mi"}}}}""", 422)]
    [InlineData("""{"spec":{"accessModes":["ReadWriteMany"]}}""", 422)]
    public async Task Claim_grows_and_nothing_else(string patch, int expected)
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Claims, Samples.Claim("data", "1Gi"));
        Assert.Equal(expected, (await api.SendAsync("PATCH", Samples.Claims + "/data", patch, "application/merge-patch+json")).Code);
    }

    [Theory]
    [InlineData("""{"spec":{"containers":[{"name":"game","image":"a:2"}]}}""", 200)]
    [InlineData("""{"spec":{"containers":[{"name":"game","image":"a:1","command":["x"]}]}}""", 422)]
    public async Task Pod_keeps_its_programs(string patch, int expected)
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Pods, Samples.Pod("web"));
        Assert.Equal(expected, (await api.SendAsync("PATCH", Samples.Pods + "/web", patch, "application/strategic-merge-patch+json")).Code);
    }

    [Fact]
    public async Task Secret_text_becomes_data_and_quantities_may_be_numbers()
    {
        await using var api = await ApiServer.StartAsync();
        var secret = await api.CreateAsync("/api/v1/namespaces/default/secrets", """{"metadata":{"name":"s"},"stringData":{"a":"b"}}""");
        Assert.Equal(("Opaque", "Yg==", null), ((string?)secret["type"], (string?)secret["data"]!["a"], secret["stringData"]));
        var pod = await api.CreateAsync(Samples.Pods, """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"x","image":"i","resources":{"limits":{"cpu":2}}}]}}""");
        Assert.Equal("2", (string?)pod["spec"]!["containers"]![0]!["resources"]!["requests"]!["cpu"]);
    }

    [Fact]
    public async Task Job_is_tied_to_its_pods()
    {
        await using var api = await ApiServer.StartAsync();
        var job = await api.CreateAsync("/apis/batch/v1/namespaces/default/jobs", """{"metadata":{"name":"j"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"x","image":"i"}]}}}}""");
        var uid = (string?)job["metadata"]!["uid"];
        Assert.Equal((6, 1, 1), ((int?)job["spec"]!["backoffLimit"], (int?)job["spec"]!["completions"], (int?)job["spec"]!["parallelism"]));
        Assert.Equal(uid, (string?)job["spec"]!["selector"]!["matchLabels"]!["batch.kubernetes.io/controller-uid"]);
        Assert.Equal("j", (string?)job["spec"]!["template"]!["metadata"]!["labels"]!["job-name"]);
    }
}
