using System.Text.Json.Nodes;
using Panel.Kube.Wire;
using Xunit;

namespace Panel.Tests.LocalCluster.Api;

public sealed class ListWatchTests
{
    [Fact]
    public async Task Pages_show_the_objects_of_the_first_page()
    {
        await using var api = await ApiServer.StartAsync();
        for (var i = 0; i < 5; i++) await api.CreateAsync(Samples.Maps, Samples.Map($"m{i}"));
        var first = await api.GetAsync(Samples.Maps + "?limit=2");
        Assert.Equal(3, (int?)first["metadata"]!["remainingItemCount"]);
        await api.SendAsync("DELETE", Samples.Maps + "/m3");
        await api.CreateAsync(Samples.Maps, Samples.Map("m25"));
        var second = await api.GetAsync($"{Samples.Maps}?limit=2&continue={Uri.EscapeDataString((string)first["metadata"]!["continue"]!)}");
        var third = await api.GetAsync($"{Samples.Maps}?limit=2&continue={Uri.EscapeDataString((string)second["metadata"]!["continue"]!)}");
        Assert.Equal(["m0", "m1", "m2", "m3", "m4"], Names(first, second, third));
        Assert.Equal((string?)first["metadata"]!["resourceVersion"], (string?)third["metadata"]!["resourceVersion"]);
        Assert.Null(third["metadata"]!["continue"]);
    }

    [Theory]
    [InlineData("labelSelector=tier%3Da", "x y")]
    [InlineData("labelSelector=tier+in+(a,b),!old", "x z")]
    [InlineData("labelSelector=tier+notin+(a)", "z bare")]
    [InlineData("labelSelector=old", "y")]
    [InlineData("labelSelector=tier!%3Da", "z bare")]
    [InlineData("fieldSelector=metadata.name%3Dx", "x")]
    [InlineData("fieldSelector=metadata.name!%3Dx&labelSelector=tier", "y z")]
    public async Task Selectors_choose(string query, string expected)
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Maps, Samples.Map("x", """{"tier":"a"}"""));
        await api.CreateAsync(Samples.Maps, Samples.Map("y", """{"tier":"a","old":"1"}"""));
        await api.CreateAsync(Samples.Maps, Samples.Map("z", """{"tier":"b"}"""));
        await api.CreateAsync(Samples.Maps, Samples.Map("bare"));
        Assert.Equal(expected.Split(' ').Order(), Names(await api.GetAsync($"{Samples.Maps}?{query}")).Order());
    }

    [Fact]
    public async Task Pods_are_selected_by_node_and_phase()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Pods, Samples.Pod("here", ""","nodeName":"n1" """));
        await api.CreateAsync(Samples.Pods, Samples.Pod("nowhere"));
        Assert.Equal(["here"], Names(await api.GetAsync("/api/v1/pods?fieldSelector=spec.nodeName%3Dn1,status.phase!%3DRunning")));
    }

    [Fact]
    public async Task Watch_sends_the_present_changes_a_bookmark_and_ends_in_time()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Maps, Samples.Map("a"));
        var seen = new List<(string, string?)>();
        await foreach (var item in api.WatchAsync(Samples.Maps + "?watch=1&resourceVersion=0&timeoutSeconds=2&allowWatchBookmarks=true"))
        {
            seen.Add(((string)item["type"]!, (string?)item["object"]!["metadata"]!["name"]));
            if (seen.Count > 1) continue;
            await api.CreateAsync(Samples.Maps, Samples.Map("b"));
            await api.SendAsync("PATCH", Samples.Maps + "/b", """{"data":{"x":"1"}}""", "application/merge-patch+json");
            await api.SendAsync("DELETE", Samples.Maps + "/b");
        }
        Assert.Equal([("ADDED", "a"), ("ADDED", "b"), ("MODIFIED", "b"), ("DELETED", "b"), ("BOOKMARK", null)], seen);
    }

    [Fact]
    public async Task Watch_by_label_sees_objects_come_and_go()
    {
        await using var api = await ApiServer.StartAsync();
        var made = await api.CreateAsync(Samples.Maps, Samples.Map("a"));
        var version = (string?)made["metadata"]!["resourceVersion"];
        await api.SendAsync("PATCH", Samples.Maps + "/a", """{"metadata":{"labels":{"on":"1"}}}""", "application/merge-patch+json");
        await api.SendAsync("PATCH", Samples.Maps + "/a", """{"metadata":{"labels":{"on":null}}}""", "application/merge-patch+json");
        var seen = await api.WatchAsync($"{Samples.Maps}?watch=1&resourceVersion={version}&labelSelector=on&timeoutSeconds=1").Select(item => (string)item["type"]!).ToListAsync();
        Assert.Equal(["ADDED", "DELETED"], seen);
    }

    [Fact]
    public async Task Watch_from_a_forgotten_version_is_gone()
    {
        await using var api = await ApiServer.StartAsync();
        var made = await api.CreateAsync(Samples.Maps, Samples.Map("a"));
        var version = (string?)made["metadata"]!["resourceVersion"];
        for (var batch = 0; batch < 25; batch++)
            await Task.WhenAll(Enumerable.Range(0, 100).Select(i => api.Store.Objects.UpdateAsync<ConfigMap>("default", "a", map => map.Data = new() { ["x"] = $"{batch}-{i}" }, CancellationToken.None)));
        var (code, status) = await api.SendAsync("GET", $"{Samples.Maps}?watch=1&resourceVersion={version}");
        Assert.Equal((410, "Expired"), (code, (string?)status["reason"]));
        Assert.Equal(410, (await api.SendAsync("GET", $"{Samples.Maps}?watch=1&resourceVersion=99999999")).Code);
        Assert.Equal(504, (await api.SendAsync("GET", $"{Samples.Maps}?resourceVersion=99999999")).Code);
        Assert.Equal(410, (await api.SendAsync("GET", $"{Samples.Maps}?limit=1&resourceVersion={version}&resourceVersionMatch=Exact")).Code);
    }

    [Fact]
    public async Task Initial_events_end_with_a_marked_bookmark()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Maps, Samples.Map("a"));
        var first = await api.WatchAsync(Samples.Maps + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true").Take(2).ToListAsync();
        Assert.Equal(["ADDED", "BOOKMARK"], first.Select(item => (string)item["type"]!));
        Assert.Equal("true", (string?)first[1]["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]);
        Assert.Equal(422, (await api.SendAsync("GET", Samples.Maps + "?watch=1&sendInitialEvents=true")).Code);
    }

    [Fact]
    public async Task Watched_table_names_its_columns_once()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Samples.Maps, Samples.Map("a"));
        await api.CreateAsync(Samples.Maps, Samples.Map("b"));
        var events = await api.WatchAsync(Samples.Maps + "?watch=1&timeoutSeconds=1", "application/json;as=Table;v=v1;g=meta.k8s.io").ToListAsync();
        Assert.Equal([3, 0], events.Select(item => item["object"]!["columnDefinitions"]!.AsArray().Count));
        Assert.Equal(["a", "b"], events.Select(item => (string)item["object"]!["rows"]![0]!["cells"]![0]!));
    }

    static IEnumerable<string> Names(params IEnumerable<JsonObject> lists) => lists.SelectMany(list => list["items"]!.AsArray()).Select(item => (string)item!["metadata"]!["name"]!);
}
