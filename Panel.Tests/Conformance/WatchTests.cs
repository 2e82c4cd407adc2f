using System.Collections.Concurrent;
using Panel.Kube.Client;
using Panel.Kube.Wire;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Conformance;

[Trait("Lane", "cluster")]
public sealed class WatchTests(ConformanceSpace conformance) : IClassFixture<ConformanceSpace>
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    ClusterSpace Space => conformance.Space;

    [Fact]
    public async Task Watch_goes_on_where_the_one_before_it_ended()
    {
        // the server ends each watch after a second: changes fall into it, between two, and around the next
        await using var watch = Watch("goes-on", from: null);
        for (var i = 0; i < 12; i++)
        {
            await Space.Client.CreateAsync(Kinds.Secrets, Space.Space, Secret($"goes-on-{i}", "goes-on"), Stop);
            if (i >= 3) await Space.Client.DeleteAsync(Kinds.Secrets, Space.Space, $"goes-on-{i - 3}", null, Stop);
            await Task.Delay(300, Stop);
        }
        await Deadline.UntilAsync("what is there", () => watch.Names.SetEquals(["goes-on-9", "goes-on-10", "goes-on-11"]));
        Assert.Empty(watch.Failures);
        Assert.Equal(21, watch.Told);   // twelve came and nine went: none was lost, none was told twice
    }

    [Fact]
    public async Task Watch_from_a_version_too_far_back_ends_in_a_new_list()
    {
        await Space.Client.CreateAsync(Kinds.Secrets, Space.Space, Secret("expired-0", "expired"), Stop);
        await using var watch = Watch("expired", from: "1");
        await Deadline.UntilAsync("what was there before", () => watch.Names.SetEquals(["expired-0"]));
        await Space.Client.CreateAsync(Kinds.Secrets, Space.Space, Secret("expired-1", "expired"), Stop);
        await Deadline.UntilAsync("what came since", () => watch.Names.SetEquals(["expired-0", "expired-1"]));
        Assert.Empty(watch.Failures);
    }

    [Fact]
    public async Task Version_too_far_back_is_refused_as_expired()
    {
        var path = $"{Kinds.Secrets.Path(Space.Space)}?watch=1&resourceVersion=1&timeoutSeconds=1";
        KubeException? refusal = null;
        try
        {
            await using var stream = await Space.Client.OpenAsync(path, Stop);
            await foreach (var _ in WatchEvents.ReadAsync(stream, Kinds.Secrets.Item, Stop)) continue;
        }
        catch (KubeException gone)
        {
            refusal = gone;
        }
        Assert.SkipWhen(refusal is null, $"{conformance.Version} still tells all since its first version.");
        Assert.True(refusal.Expired, refusal.Message);
    }

    Watched Watch(string label, string? from) => new(Space, label, from);

    static Secret Secret(string name, string label) => new() { Metadata = new() { Name = name, Labels = new() { ["test"] = label } } };

    sealed class Watched : IAsyncDisposable
    {
        readonly CancellationTokenSource closing = new();
        readonly WatchCache<Secret> cache;
        readonly Task running;
        int told;

        public Watched(ClusterSpace space, string label, string? from)
        {
            cache = new(space.Client, Kinds.Secrets, space.Space, new($"test={label}"), _ => Interlocked.Increment(ref told), failure =>
            {
                if (failure is not null) Failures.Enqueue(failure);
            }, TimeProvider.System)
            {
                Times = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)),
                From = from,
            };
            running = Task.Run(() => cache.RunAsync(closing.Token));
        }

        public HashSet<string> Names => [.. cache.Items.Select(item => item.Metadata.Name!)];

        public ConcurrentQueue<Exception> Failures { get; } = [];

        public int Told => Volatile.Read(ref told);

        public async ValueTask DisposeAsync()
        {
            await closing.CancelAsync();
            await running;
            closing.Dispose();
        }
    }
}
