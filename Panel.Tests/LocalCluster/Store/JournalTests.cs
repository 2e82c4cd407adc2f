using Panel.Kube.Wire;
using Panel.LocalCluster.Store;
using Xunit;

namespace Panel.Tests.LocalCluster.Store;

/// <summary>What was acknowledged is there after any crash; what was half written is not.</summary>
public sealed class JournalTests
{
    [Fact]
    public async Task Tail_cut_at_any_byte_loses_only_the_last_write()
    {
        await using var store = await TestStore.BeginAsync();
        await store.CreateMapAsync("first");
        await store.CreateMapAsync("second");
        var whole = new FileInfo(store.JournalPath).Length;
        await store.CreateMapAsync("third");
        await store.Store.DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(store.JournalPath);
        for (var length = (int)whole; length < bytes.Length; length++)
        {
            await store.ReopenAsync(path => File.WriteAllBytes(path, bytes[..length]));
            Assert.Equal(["first", "second"], store.MapNames());
        }
    }

    [Fact]
    public async Task Tail_damaged_at_any_byte_is_no_record()
    {
        await using var store = await TestStore.BeginAsync();
        await store.CreateMapAsync("first");
        var whole = new FileInfo(store.JournalPath).Length;
        await store.CreateMapAsync("second");
        await store.Store.DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(store.JournalPath);
        for (var place = (int)whole; place < bytes.Length; place++)
        {
            var damaged = bytes.ToArray();
            damaged[place] ^= 0x5a;
            await store.ReopenAsync(path => File.WriteAllBytes(path, damaged));
            Assert.Equal(["first"], store.MapNames());
        }
    }

    [Fact]
    public async Task Write_after_a_torn_tail_is_kept()
    {
        await using var store = await TestStore.BeginAsync();
        await store.CreateMapAsync("first");
        await store.ReopenAsync(path => File.AppendAllText(path, "half a record"));
        await store.CreateMapAsync("second");
        await store.ReopenAsync();
        Assert.Equal(["first", "second"], store.MapNames());
    }

    [Fact]
    public async Task Compaction_keeps_every_object_and_the_version()
    {
        await using var store = await TestStore.BeginAsync();
        var text = new string('x', 200_000);
        for (var i = 0; i < 60; i++) await store.CreateMapAsync($"map-{i:00}", text);
        for (var i = 0; i < 59; i++) await store.Objects.DeleteAsync<ConfigMap>("default", $"map-{i:00}", null, CancellationToken.None);
        for (var i = 0; i < 200; i++) await store.Objects.UpdateAsync<ConfigMap>("default", "map-59", map => map.Data!["count"] = $"{i}", CancellationToken.None);
        var version = store.Store.State.Version;
        Assert.True(new FileInfo(store.JournalPath).Length < 60 * 200_000, "the journal was never rewritten");
        await store.ReopenAsync();
        Assert.Equal(["map-59"], store.MapNames());
        Assert.Equal("199", store.Objects.Find<ConfigMap>("default", "map-59")!.Data!["count"]);
        Assert.Equal(version, store.Store.State.Version);
    }

    [Fact]
    public async Task Unfinished_compaction_is_forgotten()
    {
        await using var store = await TestStore.BeginAsync();
        await store.CreateMapAsync("first");
        await store.ReopenAsync(path => File.WriteAllText(path + ".new", "half a file"));
        Assert.Equal(["first"], store.MapNames());
    }

    [Fact]
    public async Task Watch_goes_on_from_a_version_before_the_restart()
    {
        await using var store = await TestStore.BeginAsync();
        await store.CreateMapAsync("first");
        var version = store.Store.State.Version;
        await store.CreateMapAsync("second");
        await store.ReopenAsync();
        Assert.Equal(["second"], store.Store.EventsAfter(Resources.ConfigMaps, version)!.Value.Events.Select(item => item.Object.Key.Name));
    }

    [Fact]
    public async Task Full_disk_refuses_writes_and_goes_on_reading()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        await using var store = await TestStore.BeginAsync();
        await store.CreateMapAsync("first");
        await store.ReopenAsync(path =>
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, "/dev/full");
        });
        for (var attempt = 0; attempt < 2; attempt++)
            await Assert.ThrowsAsync<IOException>(() => store.Objects.CreateAsync(new Namespace { Metadata = new() { Name = "default" } }, CancellationToken.None));
        Assert.Equal(0, store.Store.State.Version);
        Assert.Empty(store.MapNames());
    }

    [Fact]
    public async Task Store_of_another_process_is_refused()
    {
        await using var store = await TestStore.BeginAsync();
        Assert.Throws<IOException>(() => ObjectStore.Open(Path.GetDirectoryName(store.JournalPath)!, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));
    }
}
