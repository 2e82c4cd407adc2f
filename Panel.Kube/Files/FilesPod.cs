using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Core.Errors;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Kube.Wire;

namespace Panel.Kube.Files;

/// <summary>
/// The pods through which files are reached: one a server, with its volume, made when somebody looks and removed when nobody has for a
/// while. So files are at hand whether the server runs or not, and the game's image needs nothing of it.
/// </summary>
public sealed partial class FilesPod(KubeClient client, IOptions<KubeOptions> options, TimeProvider clock, ILogger<FilesPod> log)
{
    internal const string Container = "files", Root = "/data", ScriptVariable = "PANEL_FILES";

    static readonly TimeSpan readyLimit = TimeSpan.FromSeconds(60), reapPause = TimeSpan.FromMinutes(1);
    static readonly string script = ReadScript();

    readonly ConcurrentDictionary<string, Lazy<Task>> opening = new();
    readonly ConcurrentDictionary<string, DateTimeOffset> used = new();
    readonly ConcurrentDictionary<string, bool> ready = new();

    string Space => options.Value.Namespace;

    /// <summary>Makes sure that the pod answers. Many that ask at once wait for the same one.</summary>
    /// <exception cref="ConflictException">The server has no volume yet.</exception>
    /// <exception cref="ClusterUnavailableException">The pod does not start, with the cluster's reason.</exception>
    public async Task OpenAsync(string objectName, CancellationToken cancellation)
    {
        used[objectName] = clock.GetUtcNow();
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

    /// <summary>Removes pods that nobody uses, until cancelled; also those of a panel before this one.</summary>
    public async Task ReapAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await foreach (var page in client.PagesAsync(Kinds.Pods, Space, new($"{ServerObjects.ComponentLabel}={ServerObjects.Files}"), cancellation))
            {
                foreach (var pod in page.Items) await ReapAsync(pod, cancellation);
            }
            await Task.Delay(reapPause, clock, cancellation);
        }
    }

    async Task ReapAsync(Pod pod, CancellationToken cancellation)
    {
        if (ServerObjects.InstanceOf(pod) is not { } objectName || pod.Metadata.DeletionTimestamp is not null) return;
        var idle = clock.GetUtcNow() - used.GetOrAdd(objectName, clock.GetUtcNow());
        if (idle < TimeSpan.FromMinutes(options.Value.FilesIdleMinutes)) return;
        Forget(objectName);
        used.TryRemove(objectName, out _);
        await client.DeleteAsync(Kinds.Pods, Space, pod.Metadata.Name!, new() { Preconditions = new() { Uid = pod.Metadata.Uid } }, cancellation);
        LogReaped(log, pod.Metadata.Name!);
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
        if (await client.FindAsync(Kinds.Claims, Space, ServerObjects.Claim(objectName), cancellation) is not { Metadata.DeletionTimestamp: null })
            throw new ConflictException("The server's volume is not there yet; try again in a moment.");
        try
        {
            await client.CreateAsync(Kinds.Pods, Space, Manifest(objectName, options.Value), cancellation);
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
    internal static Pod Manifest(string objectName, KubeOptions options)
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
        });
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
}
