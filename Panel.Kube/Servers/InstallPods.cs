using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Kube.Client;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>
/// The pods of installs, asked of the cluster itself. The watches of jobs and of pods run apart: of an install that ends at once, the job's
/// end may be known before its pod is, and with it neither why it failed nor whose log tells.
/// </summary>
sealed partial class InstallPods(KubeClient client, IOptions<KubeOptions> options, ILogger<InstallPods> log)
{
    // by server: of which job they were asked, and what the answer was; whoever publishes is one
    readonly Dictionary<string, (string? Job, ImmutableArray<Pod> Pods)> answers = new(StringComparer.Ordinal);

    /// <summary>Those of a server, as they are now.</summary>
    public async Task<ImmutableArray<Pod>> ReadAsync(string objectName, CancellationToken cancellation)
    {
        var pods = ImmutableArray.CreateBuilder<Pod>();
        var selection = new Selection($"{ServerObjects.InstanceLabel}={objectName},{ServerObjects.ComponentLabel}={ServerObjects.Install}");
        await foreach (var page in client.PagesAsync(Kinds.Pods, options.Value.Namespace, selection, cancellation)) pods.AddRange(page.Items);
        return pods.ToImmutable();
    }

    /// <summary>Adds the pods of an install that failed where the watch has not told their end yet; they are asked for once a job.</summary>
    public async Task<ServerParts> CompleteAsync(string objectName, ServerParts parts, CancellationToken cancellation)
    {
        if (ServerSeenProjection.Unexplained(parts) is not { } job)
        {
            answers.Remove(objectName);
            return parts;
        }
        if (!answers.TryGetValue(objectName, out var answer) || answer.Job != job.Metadata.Uid)
        {
            answers[objectName] = answer = (job.Metadata.Uid, await FindAsync(objectName, cancellation));
        }
        return parts with { Pods = [.. answer.Pods, .. parts.Pods] };
    }

    async Task<ImmutableArray<Pod>> FindAsync(string objectName, CancellationToken cancellation)
    {
        try
        {
            return await ReadAsync(objectName, cancellation);
        }
        catch (Exception failure) when (ClusterCalls.Explain(failure) is not null)
        {
            LogUnread(log, failure, objectName);
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The pods of the install of {Server} cannot be read: its end is told in the job's words")]
    static partial void LogUnread(ILogger log, Exception failure, string server);
}
