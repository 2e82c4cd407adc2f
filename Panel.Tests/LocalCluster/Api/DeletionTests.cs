using System.Text.Json.Nodes;
using Panel.Kube.Wire;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Api;

public sealed class DeletionTests
{
    [Fact]
    public async Task Pod_on_a_node_is_given_its_grace_and_then_removed_by_its_kubelet()
    {
        await using var api = await ApiServer.StartAsync();
        var made = await api.CreateAsync(Samples.Pods, Samples.Pod("web", ""","nodeName":"n1","terminationGracePeriodSeconds":7"""));
        var (_, dying) = await api.SendAsync("DELETE", Samples.Pods + "/web");
        Assert.Equal(7, (int?)dying["metadata"]!["deletionGracePeriodSeconds"]);
        Assert.NotNull(dying["metadata"]!["deletionTimestamp"]);
        var (_, sooner) = await api.SendAsync("DELETE", Samples.Pods + "/web", """{"gracePeriodSeconds":1}""");
        Assert.Equal(1, (int?)sooner["metadata"]!["deletionGracePeriodSeconds"]);
        await api.Store.Objects.RemoveAsync<Pod>("default", "web", "another uid", CancellationToken.None);
        Assert.Equal(200, (await api.SendAsync("GET", Samples.Pods + "/web")).Code);
        await api.Store.Objects.RemoveAsync<Pod>("default", "web", (string)made["metadata"]!["uid"]!, CancellationToken.None);
        Assert.Equal(404, (await api.SendAsync("GET", Samples.Pods + "/web")).Code);
    }

    [Fact]
    public async Task Preconditions_guard_a_deletion()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Maps, Samples.Map("a"));
        Assert.Equal(409, (await api.SendAsync("DELETE", Samples.Maps + "/a", """{"preconditions":{"uid":"other"}}""")).Code);
        Assert.Equal(409, (await api.SendAsync("DELETE", Samples.Maps + "/a", """{"preconditions":{"resourceVersion":"1"}}""")).Code);
        Assert.Equal(200, (await api.SendAsync("DELETE", Samples.Maps + "/a")).Code);
    }

    [Fact]
    public async Task Finalizer_holds_an_object_until_it_is_taken_off()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Maps, """{"metadata":{"name":"a","finalizers":["x.dev/wait"]}}""");
        await api.SendAsync("DELETE", Samples.Maps + "/a");
        Assert.Equal(422, (await api.SendAsync("PATCH", Samples.Maps + "/a", """{"metadata":{"finalizers":["x.dev/wait","y.dev/new"]}}""", "application/merge-patch+json")).Code);
        Assert.Equal(200, (await api.SendAsync("PATCH", Samples.Maps + "/a", """{"metadata":{"finalizers":null}}""", "application/merge-patch+json")).Code);
        Assert.Equal(404, (await api.SendAsync("GET", Samples.Maps + "/a")).Code);
    }

    [Fact]
    public async Task Many_are_deleted_by_selector()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Maps, Samples.Map("a", """{"t":"1"}"""));
        await api.CreateAsync(Samples.Maps, Samples.Map("b", """{"t":"1"}"""));
        await api.CreateAsync(Samples.Maps, Samples.Map("c"));
        Assert.Equal(200, (await api.SendAsync("DELETE", Samples.Maps + "?labelSelector=t%3D1")).Code);
        Assert.Equal(["c"], api.Store.MapNames());
    }

    [Fact]
    public async Task Dependents_go_with_their_owner()
    {
        await using var api = await ApiServer.StartAsync();
        await FamilyAsync(api);
        await api.SendAsync("DELETE", Samples.Maps + "/owner");
        await Deadline.UntilAsync("the family is gone", () => !api.Store.MapNames().Any());
    }

    [Fact]
    public async Task Owner_in_foreground_deletion_waits_for_its_dependents()
    {
        await using var api = await ApiServer.StartAsync();
        await FamilyAsync(api, """,["x.dev/wait"]""");
        var (_, owner) = await api.SendAsync("DELETE", Samples.Maps + "/owner", """{"propagationPolicy":"Foreground"}""");
        Assert.Equal("foregroundDeletion", (string?)owner["metadata"]!["finalizers"]![0]);
        await Deadline.UntilAsync("the child is asked to go", async () => (await api.GetAsync(Samples.Maps + "/child"))["metadata"]!["deletionTimestamp"] is not null);
        Assert.Equal(200, (await api.SendAsync("GET", Samples.Maps + "/owner")).Code);
        await api.SendAsync("PATCH", Samples.Maps + "/child", """{"metadata":{"finalizers":null}}""", "application/merge-patch+json");
        await Deadline.UntilAsync("the family is gone", () => !api.Store.MapNames().Any());
    }

    [Fact]
    public async Task Orphans_live_on()
    {
        await using var api = await ApiServer.StartAsync();
        await FamilyAsync(api);
        await api.SendAsync("DELETE", Samples.Maps + "/owner", """{"propagationPolicy":"Orphan"}""");
        await Deadline.UntilAsync("the owner is gone", async () => (await api.SendAsync("GET", Samples.Maps + "/owner")).Code == 404);
        Assert.Null((await api.GetAsync(Samples.Maps + "/child"))["metadata"]!["ownerReferences"]);
    }

    [Fact]
    public async Task Namespace_is_emptied_before_it_goes()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"games"}}""");
        await api.CreateAsync("/api/v1/namespaces/games/configmaps", """{"metadata":{"name":"a","finalizers":["x.dev/wait"]}}""");
        var (_, space) = await api.SendAsync("DELETE", "/api/v1/namespaces/games");
        Assert.Equal("Terminating", (string?)space["status"]!["phase"]);
        var (code, status) = await api.SendAsync("POST", "/api/v1/namespaces/games/configmaps", Samples.Map("late"));
        Assert.Equal((403, "NamespaceTerminating"), (code, (string?)status["details"]!["causes"]![0]!["reason"]));
        await Deadline.UntilAsync("the map is asked to go", async () => (await api.GetAsync("/api/v1/namespaces/games/configmaps/a"))["metadata"]!["deletionTimestamp"] is not null);
        await api.SendAsync("PATCH", "/api/v1/namespaces/games/configmaps/a", """{"metadata":{"finalizers":null}}""", "application/merge-patch+json");
        await Deadline.UntilAsync("the namespace is gone", async () => (await api.SendAsync("GET", "/api/v1/namespaces/games")).Code == 404);
        Assert.Equal(403, (await api.SendAsync("DELETE", "/api/v1/namespaces/default")).Code);
    }

    static async Task FamilyAsync(ApiServer api, string finalizers = ",null")
    {
        var owner = await api.CreateAsync(Samples.Maps, Samples.Map("owner"));
        var child = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "child",
                ["finalizers"] = JsonNode.Parse(finalizers[1..]),
                ["ownerReferences"] = new JsonArray(new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "ConfigMap",
                    ["name"] = "owner",
                    ["uid"] = (string?)owner["metadata"]!["uid"],
                    ["blockOwnerDeletion"] = true,
                }),
            },
        };
        await api.CreateAsync(Samples.Maps, child.ToJsonString());
    }
}
