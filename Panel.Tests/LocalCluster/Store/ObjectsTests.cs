using System.Globalization;
using System.Text.Json.Nodes;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Store;

public sealed class ObjectsTests
{
    [Fact]
    public async Task Parallel_updates_of_one_object_are_all_kept()
    {
        await using var store = await TestStore.BeginAsync();
        await store.CreateMapAsync("count", "0");
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => store.Objects.UpdateAsync<ConfigMap>("default", "count",
            map => map.Data!["text"] = (int.Parse(map.Data["text"], CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture), CancellationToken.None)));
        await store.ReopenAsync();
        Assert.Equal("100", store.Objects.Find<ConfigMap>("default", "count")!.Data!["text"]);
    }

    [Fact]
    public async Task Typed_change_keeps_fields_it_does_not_know()
    {
        await using var store = await TestStore.BeginAsync();
        var document = JsonNode.Parse("""
            {"metadata":{"name":"web"},"spec":{"priorityClassName":"high","containers":[{"name":"game","image":"a:1","resizePolicy":[{"resourceName":"cpu"}]}]}}
            """)!.AsObject();
        await store.Operations.CreateAsync(Resources.Pods, "default", document, CancellationToken.None);
        await store.Objects.UpdateAsync<Pod>("default", "web", pod => (pod.Spec.NodeName, pod.Spec.Containers[0].Image) = ("here", "a:2"), CancellationToken.None);
        var spec = store.Store.Find(new(Resources.Pods, "default", "web"))!.ToNode()["spec"]!;
        Assert.Equal(("high", "here", "a:2"), ((string?)spec["priorityClassName"], (string?)spec["nodeName"], (string?)spec["containers"]![0]!["image"]));
        Assert.NotNull(spec["containers"]![0]!["resizePolicy"]);
    }

    [Fact]
    public async Task Update_without_a_change_writes_nothing()
    {
        await using var store = await TestStore.BeginAsync();
        await store.CreateMapAsync("same");
        var version = store.Store.State.Version;
        await store.Objects.UpdateAsync<ConfigMap>("default", "same", _ => { }, CancellationToken.None);
        Assert.Equal(version, store.Store.State.Version);
    }

    [Fact]
    public async Task Status_and_spec_are_written_apart()
    {
        await using var store = await TestStore.BeginAsync();
        await store.Objects.CreateAsync(new Pod { Metadata = new() { Name = "web", Namespace = "default" }, Spec = new() { Containers = [new() { Name = "game", Image = "a:1" }] } }, CancellationToken.None);
        await store.Objects.UpdateStatusAsync<Pod>("default", "web", pod => (pod.Status!.Phase, pod.Spec.NodeName) = ("Running", "nowhere"), CancellationToken.None);
        await store.Objects.UpdateAsync<Pod>("default", "web", pod => pod.Status!.Phase = "Failed", CancellationToken.None);
        var pod = store.Objects.Find<Pod>("default", "web")!;
        Assert.Equal(("Running", null), (pod.Status!.Phase, pod.Spec.NodeName));
    }

    [Fact]
    public async Task Watch_gives_the_present_then_every_change()
    {
        await using var store = await TestStore.BeginAsync();
        await store.CreateMapAsync("first");
        using var deadline = Deadline.Source();
        await using var changes = store.Objects.WatchAsync<ConfigMap>(deadline.Token).GetAsyncEnumerator();
        async Task<(ChangeKind, string?)> NextAsync() => await changes.MoveNextAsync() ? (changes.Current.Kind, changes.Current.Object.Metadata.Name) : default;
        Assert.Equal((ChangeKind.Added, "first"), await NextAsync());
        await store.CreateMapAsync("second");
        await store.Objects.UpdateAsync<ConfigMap>("default", "first", map => map.Data!["text"] = "new", CancellationToken.None);
        await store.Objects.DeleteAsync<ConfigMap>("default", "second", null, CancellationToken.None);
        Assert.Equal((ChangeKind.Added, "second"), await NextAsync());
        Assert.Equal((ChangeKind.Modified, "first"), await NextAsync());
        Assert.Equal((ChangeKind.Removed, "second"), await NextAsync());
    }

    [Fact]
    public async Task Watcher_that_fell_behind_catches_up_by_the_difference()
    {
        await using var store = await TestStore.BeginAsync();
        await store.CreateMapAsync("stays");
        await store.CreateMapAsync("goes");
        using var deadline = Deadline.Source();
        await using var changes = store.Objects.WatchAsync<ConfigMap>(deadline.Token).GetAsyncEnumerator();
        await changes.MoveNextAsync();
        await changes.MoveNextAsync();
        await store.Objects.DeleteAsync<ConfigMap>("default", "goes", null, CancellationToken.None);
        for (var batch = 0; batch < 30; batch++)
            await Task.WhenAll(Enumerable.Range(0, 100).Select(i => store.Objects.UpdateAsync<ConfigMap>("default", "stays", map => map.Data!["text"] = $"{batch}-{i}", CancellationToken.None)));
        await store.CreateMapAsync("comes");
        var seen = new List<(ChangeKind, string?)>();
        while (seen.LastOrDefault() != (ChangeKind.Added, "comes") && seen.Count < 100 && await changes.MoveNextAsync()) seen.Add((changes.Current.Kind, changes.Current.Object.Metadata.Name));
        while (seen.Count < 3 && await changes.MoveNextAsync()) seen.Add((changes.Current.Kind, changes.Current.Object.Metadata.Name));
        Assert.Equal([(ChangeKind.Removed, "goes"), (ChangeKind.Added, "comes"), (ChangeKind.Modified, "stays")], seen);
    }

    [Fact]
    public async Task Old_writes_are_forgotten_one_by_one_and_no_object_with_them()
    {
        await using var store = await TestStore.BeginAsync();
        var before = store.Store.State.Version;
        await store.CreateMapAsync("first");
        var after = store.Store.State.Version;
        store.Store.Age();
        Assert.Single(store.Store.EventsAfter(Resources.ConfigMaps, before)!.Value.Events);

        store.Store.Age();
        Assert.Null(store.Store.EventsAfter(Resources.ConfigMaps, before));
        Assert.Null(store.Store.At(Resources.ConfigMaps, before));
        Assert.Equal(1, store.Store.At(Resources.ConfigMaps, after)!.Count);
        Assert.Equal(["first"], store.MapNames());

        // who had seen all of it misses nothing
        await store.CreateMapAsync("second");
        Assert.Single(store.Store.EventsAfter(Resources.ConfigMaps, after)!.Value.Events);
    }
}
