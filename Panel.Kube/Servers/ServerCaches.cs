using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Core.Errors;
using Panel.Kube.Client;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>What the cluster holds of servers, by watches; and which servers changed since somebody last looked.</summary>
sealed class ServerCaches
{
    const string OfServers = ServerObjects.Ours + "," + ServerObjects.InstanceLabel;

    readonly ConcurrentDictionary<string, byte> changed = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Exception> failures = new(StringComparer.Ordinal);
    // one place: a change while the reader works is one more look, however many changes there are
    readonly Channel<bool> news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public ServerCaches(KubeClient client, IOptions<KubeOptions> options, TimeProvider clock, ILogger<ServerCaches> log)
    {
        Sets = Cache(Kinds.StatefulSets, new(OfServers), ServerObjects.InstanceOf);
        Pods = Cache(Kinds.Pods, new(OfServers), ServerObjects.InstanceOf);
        Claims = Cache(Kinds.Claims, new(OfServers), ServerObjects.InstanceOf);
        Jobs = Cache(Kinds.Jobs, new(OfServers), ServerObjects.InstanceOf);
        Events = Cache(Kinds.Events, new(Fields: "type=Warning"), ClusterTrouble.ServerOf, ClusterTrouble.Tells);

        WatchCache<T> Cache<T>(Kind<T> kind, Selection selection, Func<T, string?> server, Func<T, bool>? keep = null) where T : KubeObject =>
            new(client, kind, options.Value.Namespace, selection, item => Mark(server(item)), failure => Report(kind.Plural, failure), clock)
            {
                GroupBy = server,
                Keep = keep,
                Log = log,
                Times = WatchTimes.Usual with { Silence = TimeSpan.FromSeconds(options.Value.WatchSilenceSeconds) },
            };
    }

    public WatchCache<StatefulSet> Sets { get; }
    public WatchCache<Pod> Pods { get; }
    public WatchCache<PersistentVolumeClaim> Claims { get; }
    public WatchCache<Job> Jobs { get; }
    public WatchCache<Event> Events { get; }

    /// <summary>Whether everything is known; events only explain, and an account may lack the right to read them.</summary>
    public bool Synced => Sets.Synced && Pods.Synced && Claims.Synced && Jobs.Synced;

    /// <summary>What keeps a watch from working; null while all do.</summary>
    public Exception? Failure => failures.Values.FirstOrDefault();

    /// <summary>Keeps the caches until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(
        Sets.RunAsync(cancellation), Pods.RunAsync(cancellation), Claims.RunAsync(cancellation), Jobs.RunAsync(cancellation), Events.RunAsync(cancellation));

    /// <summary>Waits for news of servers or of the watches themselves.</summary>
    public async Task WaitAsync(CancellationToken cancellation) => await news.Reader.ReadAsync(cancellation);

    /// <summary>The servers that changed since the last call.</summary>
    public IReadOnlyList<string> TakeChanged()
    {
        var taken = new List<string>();
        foreach (var (name, _) in changed)
        {
            // out first: what changes from here on comes again
            if (changed.TryRemove(name, out _)) taken.Add(name);
        }
        return taken;
    }

    /// <summary>The pod of a server whose program runs.</summary>
    /// <exception cref="ConflictException">It does not.</exception>
    public Pod RequireRunning(string objectName) =>
        Pods.Find(ServerObjects.Pod(objectName)) is { } pod && pod.Status?.ContainerStatuses?.Any(status => status is { Name: ServerObjects.GameContainer, State.Running: not null }) == true
            ? pod : throw new ConflictException("The server does not run.");

    /// <summary>All that is known of one server.</summary>
    public ServerParts Of(string objectName) => new(
        Sets.Find(objectName), Claims.Find(ServerObjects.Claim(objectName)), Pods.Group(objectName), Jobs.Group(objectName), Events.Group(objectName))
    {
        Pod = Pods.Find(ServerObjects.Pod(objectName)),
    };

    void Mark(string? name)
    {
        if (name is null) return;
        changed[name] = 0;
        news.Writer.TryWrite(true);
    }

    void Report(string watch, Exception? failure)
    {
        if (failure is null) failures.TryRemove(watch, out _);
        else if (watch != Kinds.Events.Plural) failures[watch] = failure;
        news.Writer.TryWrite(true);
    }
}
