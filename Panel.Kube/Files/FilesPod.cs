using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Kube.Wire;

namespace Panel.Kube.Files;

/// <summary>
/// The pods through which files are reached: one a server, with its volume, made when somebody looks and removed when nobody has for a
/// while. So files are at hand whether the server runs or not, and the game's image needs nothing of it.
/// </summary>
public sealed partial class FilesPod(KubeClient client, IOptions<KubeOptions> options, IOptionsMonitor<NodePoolOptions> nodes, TimeProvider clock, ILogger<FilesPod> log)
{
    internal const string Container = "files", Root = "/data", ScriptVariable = "PANEL_FILES";
    const string UsedAnnotation = "panel.dev/used";

    static readonly TimeSpan readyLimit = TimeSpan.FromSeconds(60), reapPause = TimeSpan.FromMinutes(1);
    static readonly string script = ReadScript();

    readonly ConcurrentDictionary<string, Lazy<Task>> opening = new();
    readonly ConcurrentDictionary<string, Use> uses = new();
    readonly ConcurrentDictionary<string, bool> ready = new();

    string Space => options.Value.Namespace;

    /// <summary>Notes that the pod is used until the result is disposed of: a long upload must not lose it.</summary>
    public IDisposable Hold(string objectName)
    {
        var use = uses.GetOrAdd(objectName, _ => new(clock));
        use.Begin();
        return use;
    }

    /// <summary>Makes sure that the pod answers. Many that ask at once wait for the same one.</summary>
    /// <exception cref="ConflictException">The server has no volume yet.</exception>
    /// <exception cref="ClusterUnavailableException">The pod does not start, with the cluster's reason.</exception>
    public async Task OpenAsync(string objectName, CancellationToken cancellation)
    {
        if (ready.ContainsKey(objectName)) return;
        // not the first caller's to cancel: others wait for it too, and it has a limit of its own
        var start = opening.GetOrAdd(objectName, name => new(() => StartAsync(name)));
        try
        {
            await start.Value.WaitAsync(cancellation);
        }
        finally
        {
            if (start.Value.IsCompleted) opening.TryRemove(new(objectName, start));
        }
    }

    /// <summary>Notes that the pod did not answer: the next <see cref="OpenAsync"/> looks after it.</summary>
    public void Forget(string objectName) => ready.TryRemove(objectName, out _);

    /// <summary>Removes pods that nobody uses, until cancelled; also those of a panel before this one. What this replica uses it tells the others by an annotation.</summary>
    public async Task ReapAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await foreach (var page in client.PagesAsync(Kinds.Pods, Space, new($"{ServerObjects.ComponentLabel}={ServerObjects.Files}"), cancellation))
                {
                    foreach (var pod in page.Items) await LookAfterAsync(pod, cancellation);
                }
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested && ClusterCalls.Explain(failure) is { } words)
            {
                LogAway(log, words);    // the watches tell loudly that the cluster is away
            }
            await Task.Delay(reapPause, clock, cancellation);
        }
    }

    internal async Task LookAfterAsync(Pod pod, CancellationToken cancellation)
    {
        if (ServerObjects.InstanceOf(pod) is not { } objectName || pod.Metadata.DeletionTimestamp is not null) return;
        var told = ServerObjects.Annotation(pod.Metadata, UsedAnnotation) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var at) ? at : pod.Metadata.CreationTimestamp ?? default;
        var used = uses.TryGetValue(objectName, out var use) ? use.Last : default;
        var idle = clock.GetUtcNow() - (told > used ? told : used);
        if (idle < TimeSpan.FromMinutes(options.Value.FilesIdleMinutes))
        {
            if (used - told >= reapPause) await TellAsync(pod, used, cancellation);
            return;
        }
        Forget(objectName);
        uses.TryRemove(objectName, out _);
        try
        {
            var same = new Preconditions { Uid = pod.Metadata.Uid, ResourceVersion = pod.Metadata.ResourceVersion };
            await client.DeleteAsync(Kinds.Pods, Space, pod.Metadata.Name!, new() { Preconditions = same }, cancellation);
            LogReaped(log, pod.Metadata.Name!);
        }
        catch (KubeException refusal) when (refusal.Code == HttpStatusCode.Conflict)
        {
            LogKept(log, pod.Metadata.Name!);   // another replica tells that it uses it
        }
    }

    Task TellAsync(Pod pod, DateTimeOffset used, CancellationToken cancellation)
    {
        var change = new Pod { ApiVersion = Kinds.Pods.ApiVersion, Kind = Kinds.Pods.Name, Metadata = new() { Uid = pod.Metadata.Uid, Annotations = new() { [UsedAnnotation] = used.ToString("O", CultureInfo.InvariantCulture) } } };
        return client.MergeAsync(Kinds.Pods, Space, pod.Metadata.Name!, null, JsonSerializer.SerializeToUtf8Bytes(change, Kinds.Pods.Item), cancellation);
    }

    async Task StartAsync(string objectName)
    {
        using var limit = new CancellationTokenSource(readyLimit, clock);
        var name = ServerObjects.FilesPod(objectName);
        var why = "";
        try
        {
            for (var pause = 15.0; ; pause = Math.Min(250, pause * 1.5))
            {
                var pod = await client.FindAsync(Kinds.Pods, Space, name, limit.Token);
                if (pod is null)
                {
                    await CreateAsync(objectName, limit.Token);
                }
                else if (pod.Metadata.DeletionTimestamp is null)
                {
                    if (pod.Status?.Phase is "Succeeded" or "Failed") await client.DeleteAsync(Kinds.Pods, Space, name, null, limit.Token);
                    if (pod.Status?.ContainerStatuses is [{ Ready: true }, ..])
                    {
                        ready[objectName] = true;
                        return;
                    }
                    why = Reason(pod);
                }
                await Task.Delay(TimeSpan.FromMilliseconds(pause), clock, limit.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new ClusterUnavailableException($"The files cannot be opened: {(why.Length > 0 ? why : "their pod does not start.")}");
        }
    }

    async Task CreateAsync(string objectName, CancellationToken cancellation)
    {
        if (await client.FindAsync(Kinds.Claims, Space, ServerObjects.Claim(objectName), cancellation) is not { Metadata.DeletionTimestamp: null } claim)
            throw new ConflictException("The server's volume is not there yet; try again in a moment.");
        // a volume may be made where the first pod that asks for it is placed: that is to be among the server's own nodes
        var pool = ServerRecords.Read(ServerObjects.Annotation(claim.Metadata, ServerObjects.RecordAnnotation))?.NodePool;
        try
        {
            await client.CreateAsync(Kinds.Pods, Space, Manifest(objectName, options.Value, pool is null ? null : nodes.CurrentValue.Find(pool)), cancellation);
        }
        catch (KubeException refusal) when (refusal.Reason == "AlreadyExists")
        {
            return;     // another panel was first
        }
    }

    static string Reason(Pod pod) =>
        pod.Status?.ContainerStatuses?.FirstOrDefault()?.State?.Waiting is { } waiting ? $"{waiting.Reason}: {waiting.Message}"
        : pod.Status?.Conditions?.Find(condition => condition is { Type: "PodScheduled", Status: "False" })?.Message ?? "";

    /// <summary>The pod. It does nothing but wait; each operation runs a program in it.</summary>
    internal static Pod Manifest(string objectName, KubeOptions options, NodePool? nodes)
    {
        var security = Restricted.Container();
        security.ReadOnlyRootFilesystem = true;
        var spec = Restricted.Pod(objectName, new()
        {
            Name = Container,
            Image = options.Tools,
            Command = ["sleep", "infinity"],
            Env = [new() { Name = ScriptVariable, Value = script }],
            VolumeMounts = [new() { Name = "data", MountPath = Root }],
            SecurityContext = security,
            Resources = new()
            {
                Requests = new() { ["cpu"] = "10m", ["memory"] = "16Mi" },
                Limits = new() { ["cpu"] = "1", ["memory"] = "128Mi" },
            },
        }, nodes);
        (spec.RestartPolicy, spec.TerminationGracePeriodSeconds) = ("Always", 1);
        return new()
        {
            Metadata = new() { Name = ServerObjects.FilesPod(objectName), Namespace = options.Namespace, Labels = ServerObjects.Labels(objectName, ServerObjects.Files) },
            Spec = spec,
        };
    }

    static string ReadScript()
    {
        using var reader = new StreamReader(typeof(FilesPod).Assembly.GetManifestResourceStream("Panel.Kube.Files.files.sh")!);
        // $(NAME) in a value of the environment is Kubernetes' own notation; $$ is a plain $
        return reader.ReadToEnd().Replace("$(", "$$(", StringComparison.Ordinal);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Removed {Pod}: nobody used it")]
    static partial void LogReaped(ILogger log, string pod);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Unused pods of files could not be removed: {Problem}")]
    static partial void LogAway(ILogger log, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Kept {Pod}: it changed since it was looked at")]
    static partial void LogKept(ILogger log, string pod);

    /// <summary>Who uses a pod now, and when somebody last did.</summary>
    sealed class Use(TimeProvider clock) : IDisposable
    {
        int now;
        long last;

        public DateTimeOffset Last => Volatile.Read(ref now) > 0 ? clock.GetUtcNow() : new(Volatile.Read(ref last), TimeSpan.Zero);

        public void Begin() => Interlocked.Increment(ref now);

        public void Dispose()
        {
            Volatile.Write(ref last, clock.GetUtcNow().UtcTicks);
            Interlocked.Decrement(ref now);
        }
    }
}
