using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Options;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Kube.Wire;

namespace Panel.Kube.Console;

/// <summary>Consoles of servers: the log of the pod, and its input.</summary>
sealed class KubeConsole(KubeClient client, ServerCaches caches, InstallPods installs, IOptions<KubeOptions> options, TimeProvider clock) : IConsoleSource, IAsyncDisposable
{
    readonly LogReader logs = new(client);
    readonly ConcurrentDictionary<string, ConsoleInput> inputs = new(StringComparer.Ordinal);

    string Space => options.Value.Namespace;

    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<SourceLine>> FollowAsync(string objectName, DateTimeOffset? after, CancellationToken cancellation) =>
        GuardAsync(logs.FollowAsync(Space, ServerObjects.Pod(objectName), ServerObjects.GameContainer, after, cancellation), cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<SourceLine>> FollowInstallAsync(string objectName, int attempt, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var job = ServerObjects.InstallJob(objectName, attempt);
        // the watch may tell of the pod only after its end
        var pod = Newest(caches.Pods.Group(objectName)) ?? Newest(await ClusterCalls.GuardAsync(() => installs.ReadAsync(objectName, cancellation)))
            ?? throw new ClusterUnavailableException("The install has no pod yet.");
        await foreach (var batch in GuardAsync(logs.FollowAsync(Space, pod, ServerObjects.Install, after: null, cancellation), cancellation)) yield return batch;

        string? Newest(ImmutableArray<Pod> pods) => pods.Where(pod => pod.Metadata.OwnerReferences?.Any(owner => owner.Kind == "Job" && owner.Name == job) == true)
            .MaxBy(pod => pod.Metadata.CreationTimestamp)?.Metadata.Name;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<SourceLine>> ReadPreviousAsync(string objectName, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var lines = logs.FollowAsync(Space, ServerObjects.Pod(objectName), ServerObjects.GameContainer, after: null, cancellation, previous: true);
        await using var reading = lines.GetAsyncEnumerator(cancellation);
        while (await ClusterCalls.GuardAsync(() => NextAsync(reading))) yield return reading.Current;
    }

    static async Task<bool> NextAsync(IAsyncEnumerator<IReadOnlyList<SourceLine>> reading)
    {
        try
        {
            return await reading.MoveNextAsync();
        }
        catch (KubeException refusal) when (refusal.Code is HttpStatusCode.BadRequest or HttpStatusCode.NotFound)
        {
            return false; // it is not kept any more
        }
    }

    /// <inheritdoc/>
    public Task WriteLineAsync(string objectName, string line, CancellationToken cancellation) => ClusterCalls.GuardAsync(async () =>
    {
        var pod = caches.RequireRunning(objectName);
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        for (var attempt = 0; ; attempt++)
        {
            var input = inputs.GetOrAdd(objectName, _ => new(token => ChannelSocket.AttachAsync(client, Space, ServerObjects.Pod(objectName), ServerObjects.GameContainer, token), clock));
            try
            {
                if (await input.TryWriteAsync(pod.Metadata.Uid!, bytes, cancellation)) return;
            }
            catch (KubeException refusal) when (refusal.Code is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.InternalServerError)
            {
                throw new ConflictException("The server's program does not run now.");
            }
            // it was closed for having been idle just as it was found: the line was not written
            inputs.TryRemove(new(objectName, input));
            if (attempt > 2) throw new ClusterUnavailableException("The server's console cannot be reached.");
        }
    });

    static async IAsyncEnumerable<IReadOnlyList<SourceLine>> GuardAsync(IAsyncEnumerable<IReadOnlyList<SourceLine>> batches, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var reading = batches.GetAsyncEnumerator(cancellation);
        while (await ClusterCalls.GuardAsync(async () => await reading.MoveNextAsync())) yield return reading.Current;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var input in inputs.Values) await input.DisposeAsync();
    }
}
