using Microsoft.Extensions.Logging.Abstractions;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;
using Panel.Tests.Support;

namespace Panel.Tests.LocalCluster.Store;

/// <summary>A store in a folder of its own, with a namespace.</summary>
public sealed class TestStore : IAsyncDisposable
{
    readonly TempFolder folder;

    TestStore(TempFolder folder)
    {
        this.folder = folder;
        Store = ObjectStore.Open(folder.Path, NullLogger.Instance);
        Operations = new(Store, TimeProvider.System);
        Objects = new(Store, Operations);
    }

    public ObjectStore Store { get; private set; }
    public ObjectOperations Operations { get; private set; }
    public Objects Objects { get; private set; }
    public string JournalPath => folder["journal"];

    public static async Task<TestStore> BeginAsync()
    {
        var store = new TestStore(new());
        await store.Objects.CreateAsync(new Namespace { Metadata = new() { Name = "default" } }, CancellationToken.None);
        return store;
    }

    /// <summary>Closes the store and opens it again, after a change to its journal.</summary>
    public async Task ReopenAsync(Action<string>? change = null)
    {
        await Store.DisposeAsync();
        change?.Invoke(JournalPath);
        Store = ObjectStore.Open(folder.Path, NullLogger.Instance);
        Operations = new(Store, TimeProvider.System);
        Objects = new(Store, Operations);
    }

    public Task<ConfigMap> CreateMapAsync(string name, string text = "") =>
        Objects.CreateAsync(new ConfigMap { Metadata = new() { Name = name, Namespace = "default" }, Data = new() { ["text"] = text } }, CancellationToken.None);

    public IEnumerable<string> MapNames() => Objects.List<ConfigMap>("default").Select(map => map.Metadata.Name!);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        folder.Dispose();
    }
}
