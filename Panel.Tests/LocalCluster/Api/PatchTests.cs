using System.Text.Json.Nodes;
using Xunit;

namespace Panel.Tests.LocalCluster.Api;

public sealed class PatchTests
{
    const string Merge = "application/merge-patch+json", Strategic = "application/strategic-merge-patch+json", Operations = "application/json-patch+json";

    [Fact]
    public async Task Merge_patch_removes_with_null_and_replaces_lists()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Maps, Samples.Map("a", data: """{"x":"1","y":"2"}"""));
        var (_, map) = await api.SendAsync("PATCH", Samples.Maps + "/a", """{"data":{"x":null,"z":"3"}}""", Merge);
        Assert.Equal("""{"y":"2","z":"3"}""", map["data"]!.ToJsonString());
    }

    [Fact]
    public async Task Stale_version_in_a_patch_conflicts()
    {
        await using var api = await ApiServer.StartAsync();
        var made = await api.CreateAsync(Samples.Maps, Samples.Map("a"));
        var patch = $$$"""{"metadata":{"resourceVersion":"{{{made["metadata"]!["resourceVersion"]}}}"},"data":{"x":"1"}}""";
        Assert.Equal(200, (await api.SendAsync("PATCH", Samples.Maps + "/a", patch, Merge)).Code);
        var (code, status) = await api.SendAsync("PATCH", Samples.Maps + "/a", patch, Merge);
        Assert.Equal((409, "Conflict"), (code, (string?)status["reason"]));
    }

    [Fact]
    public async Task Json_patch_does_all_or_nothing()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Maps, Samples.Map("a", """{"x.dev/y":"2"}""", """{"x":"1"}"""));
        var (code, map) = await api.SendAsync("PATCH", Samples.Maps + "/a", """
            [{"op":"test","path":"/data/x","value":"1"},{"op":"move","from":"/data/x","path":"/data/w"},{"op":"copy","from":"/data/w","path":"/data/v"},
             {"op":"remove","path":"/metadata/labels/x.dev~1y"},{"op":"replace","path":"/data/w","value":"9"},{"op":"add","path":"/data/u","value":"8"}]
            """, Operations);
        Assert.Equal((200, """{"v":"1","w":"9","u":"8"}"""), (code, map["data"]!.ToJsonString()));
        Assert.Null(map["metadata"]!["labels"]);
        Assert.Equal(422, (await api.SendAsync("PATCH", Samples.Maps + "/a", """[{"op":"remove","path":"/data/u"},{"op":"test","path":"/data/w","value":"1"}]""", Operations)).Code);
        Assert.Equal("8", (string?)(await api.GetAsync(Samples.Maps + "/a"))["data"]!["u"]);
        Assert.Equal(422, (await api.SendAsync("PATCH", Samples.Maps + "/a", """[{"op":"remove","path":"/data/none"}]""", Operations)).Code);
        Assert.Equal(400, (await api.SendAsync("PATCH", Samples.Maps + "/a", """[{"op":"conjure","path":"/data"}]""", Operations)).Code);
    }

    [Theory]
    [InlineData("""{"containers":[{"name":"game","image":"a:2"},{"name":"side","image":"s:1"}]}""", "game=a:2 side=s:1", "A=1")]
    [InlineData("""{"containers":[{"name":"game","env":[{"name":"B","value":"2"},{"name":"A","$patch":"delete"}]}]}""", "game=a:1", "B=2")]
    [InlineData("""{"containers":[{"name":"game","env":[{"name":"A","value":"3"},{"$patch":"replace"}]}]}""", "game=a:1", "A=3")]
    [InlineData("""{"$setElementOrder/containers":[{"name":"side"},{"name":"game"}],"containers":[{"name":"side","image":"s:1"}]}""", "side=s:1 game=a:1", "A=1")]
    [InlineData("""{"containers":[{"$patch":"replace"},{"name":"new","image":"n:1"}]}""", "new=n:1", "")]
    public async Task Strategic_patch_merges_by_key(string spec, string containers, string variables)
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Sets, Samples.Set("web"));
        var (code, set) = await api.SendAsync("PATCH", Samples.Sets + "/web", $$$$"""{"spec":{"template":{"spec":{{{{spec}}}}}}}""", Strategic);
        Assert.Equal(200, code);
        var list = set["spec"]!["template"]!["spec"]!["containers"]!.AsArray();
        Assert.Equal(containers, string.Join(' ', list.Select(item => $"{item!["name"]}={item["image"]}")));
        var game = list.FirstOrDefault(item => (string?)item!["name"] == "game")?["env"]?.AsArray() ?? [];
        Assert.Equal(variables, string.Join(' ', game.Select(item => $"{item!["name"]}={item["value"]}")));
    }

    [Fact]
    public async Task Apply_creates_then_changes_nothing_then_removes_what_is_no_longer_wanted()
    {
        await using var api = await ApiServer.StartAsync();
        const string Intent = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1","y":"2"}}""";
        var (created, first) = await ApplyAsync(api, Samples.Maps + "/a", Intent, "panel");
        var (again, second) = await ApplyAsync(api, Samples.Maps + "/a", Intent, "panel");
        Assert.Equal((201, 200), (created, again));
        Assert.Equal((string?)first["metadata"]!["resourceVersion"], (string?)second["metadata"]!["resourceVersion"]);
        await api.SendAsync("PATCH", Samples.Maps + "/a?fieldManager=hand", """{"data":{"z":"3"}}""", Merge);
        var (_, third) = await ApplyAsync(api, Samples.Maps + "/a", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1"}}""", "panel");
        Assert.Equal("""{"x":"1","z":"3"}""", third["data"]!.ToJsonString());
        Assert.Equal(["panel Apply", "hand Update"], third["metadata"]!["managedFields"]!.AsArray().Select(entry => $"{entry!["manager"]} {entry["operation"]}"));
    }

    [Fact]
    public async Task Apply_takes_yaml_and_keeps_items_of_others()
    {
        await using var api = await ApiServer.StartAsync();
        await ApplyAsync(api, Samples.Sets + "/web", Samples.Set("web"), "panel");
        await api.SendAsync("PATCH", Samples.Sets + "/web?fieldManager=mesh", """{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"s:1"}]}}}}""", Strategic);
        var (code, set) = await ApplyAsync(api, Samples.Sets + "/web", """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: web}
            spec:
              replicas: 1
              serviceName: web
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: game, image: "a:2"}]}
            """, "panel");
        Assert.Equal(200, code);
        var containers = set["spec"]!["template"]!["spec"]!["containers"]!.AsArray();
        Assert.Equal(["game=a:2", "side=s:1"], containers.Select(item => $"{item!["name"]}={item["image"]}"));
        Assert.Null(containers[0]!["env"]);
        Assert.Null(containers[0]!["ports"]);
    }

    [Fact]
    public async Task Apply_over_anothers_field_conflicts_unless_forced()
    {
        await using var api = await ApiServer.StartAsync();
        await ApplyAsync(api, Samples.Sets + "/web", Samples.Set("web"), "panel");
        await api.SendAsync("PATCH", Samples.Sets + "/web/scale?fieldManager=power", """{"spec":{"replicas":0}}""", Merge);
        var (code, status) = await ApplyAsync(api, Samples.Sets + "/web", Samples.Set("web"), "panel");
        var cause = status["details"]!["causes"]![0]!;
        Assert.Equal((409, "FieldManagerConflict", ".spec.replicas"), (code, (string?)cause["reason"], (string?)cause["field"]));
        Assert.Contains("conflict with \"power\" with subresource \"scale\" using apps/v1", (string?)cause["message"]);
        var (forced, set) = await ApplyAsync(api, Samples.Sets + "/web", Samples.Set("web"), "panel", "&force=true");
        Assert.Equal((200, 1), (forced, (int?)set["spec"]!["replicas"]));
        Assert.DoesNotContain(set["metadata"]!["managedFields"]!.AsArray(), entry => (string?)entry!["manager"] == "power");
    }

    [Fact]
    public async Task Apply_needs_a_manager()
    {
        await using var api = await ApiServer.StartAsync();
        Assert.Equal(422, (await api.SendAsync("PATCH", Samples.Maps + "/a", Samples.Map("a"), "application/apply-patch+yaml")).Code);
    }

    static Task<(int Code, JsonObject Body)> ApplyAsync(ApiServer api, string path, string intent, string manager, string more = "") =>
        api.SendAsync("PATCH", $"{path}?fieldManager={manager}{more}", intent, "application/apply-patch+yaml");
}
