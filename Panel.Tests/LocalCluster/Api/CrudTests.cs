using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Api;

public sealed class CrudTests
{
    [Fact]
    public async Task Token_is_asked_for_except_of_health()
    {
        await using var api = await ApiServer.StartAsync();
        api.Client.DefaultRequestHeaders.Authorization = new("Bearer", "wrong");
        var (code, status) = await api.SendAsync("GET", "/api/v1/pods");
        Assert.Equal((401, "Status", "Unauthorized"), (code, (string?)status["kind"], (string?)status["reason"]));
        Assert.Equal(200, (await api.SendAsync("GET", "/readyz")).Code);
    }

    [Fact]
    public async Task Object_is_created_read_replaced_and_deleted()
    {
        await using var api = await ApiServer.StartAsync();
        var made = await api.CreateAsync(Samples.Maps, Samples.Map("a", data: """{"x":"😀"}"""));
        Assert.Equal("😀", (string?)(await api.GetAsync(Samples.Maps + "/a"))["data"]!["x"]);
        made["data"]!["x"] = "2";
        var (code, replaced) = await api.SendAsync("PUT", Samples.Maps + "/a", made.ToJsonString());
        Assert.Equal((200, "2"), (code, (string?)replaced["data"]!["x"]));
        Assert.Equal(409, (await api.SendAsync("PUT", Samples.Maps + "/a", made.ToJsonString())).Code);
        var (gone, status) = await api.SendAsync("DELETE", Samples.Maps + "/a");
        Assert.Equal((200, "Success", (string?)made["metadata"]!["uid"]), (gone, (string?)status["status"], (string?)status["details"]!["uid"]));
        var (missing, refusal) = await api.SendAsync("GET", Samples.Maps + "/a");
        Assert.Equal((404, "NotFound", "configmaps \"a\" not found"), (missing, (string?)refusal["reason"], (string?)refusal["message"]));
    }

    [Theory]
    [InlineData("POST", Samples.Maps, "{not json", "application/json", null, 400, "BadRequest")]
    [InlineData("POST", Samples.Maps, """{"kind":"Secret","metadata":{"name":"b"}}""", "application/json", null, 400, "BadRequest")]
    [InlineData("POST", Samples.Maps, """{"metadata":{"name":"b"},"data":{"x":1}}""", "application/json", null, 400, "BadRequest")]
    [InlineData("POST", Samples.Maps, """{"metadata":{"name":"a"}}""", "application/json", null, 409, "AlreadyExists")]
    [InlineData("POST", "/api/v1/namespaces/none/configmaps", """{"metadata":{"name":"a"}}""", "application/json", null, 404, "NotFound")]
    [InlineData("POST", Samples.Maps + "/a", "{}", "application/json", null, 405, "MethodNotAllowed")]
    [InlineData("POST", Samples.Maps, "x", "application/vnd.kubernetes.protobuf", null, 400, "BadRequest")]
    [InlineData("POST", Samples.Maps, "x", "application/cbor", null, 415, "UnsupportedMediaType")]
    [InlineData("GET", Samples.Maps, null, null, "application/vnd.kubernetes.protobuf", 406, "NotAcceptable")]
    [InlineData("GET", Samples.Maps, null, null, "application/vnd.kubernetes.protobuf,application/json", 200, null)]
    [InlineData("GET", "/api/v1/unicorns", null, null, null, 404, "NotFound")]
    [InlineData("GET", Samples.Maps + "?labelSelector=a%20in%20x", null, null, null, 400, "BadRequest")]
    [InlineData("GET", Samples.Maps + "?fieldSelector=data.x%3D1", null, null, null, 400, "BadRequest")]
    [InlineData("PUT", Samples.Maps + "/a", """{"metadata":{"name":"b"}}""", "application/json", null, 400, "BadRequest")]
    [InlineData("PUT", Samples.Maps + "/none", """{"metadata":{"name":"none"}}""", "application/json", null, 404, "NotFound")]
    [InlineData("PATCH", Samples.Maps + "/a", "[]", "application/xml", null, 415, "UnsupportedMediaType")]
    public async Task Bad_request_is_refused_with_its_reason(string method, string path, string? body, string? type, string? accept, int code, string? reason)
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Maps, Samples.Map("a"));
        var answer = await api.SendAsync(method, path, body, type ?? "application/json", accept);
        Assert.Equal((code, reason), (answer.Code, (string?)answer.Body["reason"]));
    }

    [Fact]
    public async Task Body_beyond_three_mebibytes_is_refused()
    {
        await using var api = await ApiServer.StartAsync();
        var (code, status) = await api.SendAsync("POST", Samples.Maps, Samples.Map("a", data: $$"""{"x":"{{new string('x', 3 << 20)}}"}"""));
        Assert.Equal((413, "RequestEntityTooLarge"), (code, (string?)status["reason"]));
    }

    [Fact]
    public async Task Generated_name_and_yaml_are_taken()
    {
        await using var api = await ApiServer.StartAsync();
        var (code, made) = await api.SendAsync("POST", Samples.Maps, "metadata:\n  generateName: x-\ndata:\n  n: \"12\"\n", "application/yaml");
        Assert.Equal(201, code);
        Assert.Matches("^x-[a-z0-9]{5}$", (string?)made["metadata"]!["name"]);
    }

    [Fact]
    public async Task Dry_run_answers_and_writes_nothing()
    {
        await using var api = await ApiServer.StartAsync();
        Assert.Equal(201, (await api.SendAsync("POST", Samples.Maps + "?dryRun=All", Samples.Map("a"))).Code);
        Assert.Equal(404, (await api.SendAsync("GET", Samples.Maps + "/a")).Code);
    }

    [Fact]
    public async Task Pod_gets_its_defaults()
    {
        await using var api = await ApiServer.StartAsync();
        var pod = await api.CreateAsync(Samples.Pods, Samples.Pod("web"));
        Assert.Equal(("Always", 30, "ClusterFirst", "IfNotPresent", "Pending"), ((string?)pod["spec"]!["restartPolicy"], (int?)pod["spec"]!["terminationGracePeriodSeconds"],
            (string?)pod["spec"]!["dnsPolicy"], (string?)pod["spec"]!["containers"]![0]!["imagePullPolicy"], (string?)pod["status"]!["phase"]));
    }

    [Fact]
    public async Task Status_is_a_door_of_its_own()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Sets, Samples.Set("web"));
        await api.SendAsync("PATCH", Samples.Sets + "/web/status", """{"spec":{"replicas":9},"status":{"replicas":1,"readyReplicas":1}}""", "application/merge-patch+json");
        await api.SendAsync("PATCH", Samples.Sets + "/web", """{"spec":{"replicas":2},"status":{"replicas":7}}""", "application/merge-patch+json");
        var set = await api.GetAsync(Samples.Sets + "/web");
        Assert.Equal((2, 1, 2), ((int?)set["spec"]!["replicas"], (int?)set["status"]!["replicas"], (int?)set["metadata"]!["generation"]));
    }

    [Fact]
    public async Task Scale_reads_and_sets_the_count()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Sets, Samples.Set("web"));
        var (code, scale) = await api.SendAsync("PATCH", Samples.Sets + "/web/scale", """{"spec":{"replicas":0}}""", "application/merge-patch+json");
        Assert.Equal((200, "Scale", 0, "app=web"), (code, (string?)scale["kind"], (int?)scale["spec"]!["replicas"], (string?)scale["status"]!["selector"]));
        Assert.Equal(422, (await api.SendAsync("PATCH", Samples.Sets + "/web/scale", """{"spec":{"replicas":-1}}""", "application/merge-patch+json")).Code);
    }

    [Fact]
    public async Task Parallel_patches_are_all_kept_after_a_restart()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Maps, Samples.Map("a"));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => api.SendAsync("PATCH", Samples.Maps + "/a", $$$"""{"data":{"k{{{i}}}":"v"}}""", "application/merge-patch+json"))).Within("100 patches");
        await api.Store.ReopenAsync();
        Assert.Equal(100, api.Store.Objects.Find<Panel.Kube.Wire.ConfigMap>("default", "a")!.Data!.Count);
    }

    [Fact]
    public async Task Table_has_columns_and_cells()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Pods, Samples.Pod("web"));
        var (_, table) = await api.SendAsync("GET", Samples.Pods, accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
        Assert.Equal("Table", (string?)table["kind"]);
        Assert.Equal(["Name", "Ready", "Status", "Restarts", "Age"], table["columnDefinitions"]!.AsArray().Take(5).Select(column => (string)column!["name"]!));
        Assert.Equal(["web", "0/1", "Pending", "0"], table["rows"]![0]!["cells"]!.AsArray().Take(4).Select(cell => (string)cell!));
    }

    [Fact]
    public async Task Discovery_lists_every_group()
    {
        await using var api = await ApiServer.StartAsync();
        string[] expected =
        [
            "apps", "batch", "coordination.k8s.io", "discovery.k8s.io", "networking.k8s.io", "policy", "autoscaling", "rbac.authorization.k8s.io",
            "authorization.k8s.io", "authentication.k8s.io", "metrics.k8s.io",
        ];
        Assert.Equal(expected, (await api.GetAsync("/apis"))["groups"]!.AsArray().Select(group => (string)group!["name"]!));
        Assert.Contains("statefulsets/scale", (await api.GetAsync("/apis/apps/v1"))["resources"]!.AsArray().Select(resource => (string)resource!["name"]!));
    }
}
