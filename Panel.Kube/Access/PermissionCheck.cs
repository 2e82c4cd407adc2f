using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Wire;

namespace Panel.Kube.Access;

/// <summary>Asks the cluster at the start, and now and then, whether the panel's account may do all that it needs: an administrator reads it on a page before a user meets it.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/</remarks>
public sealed partial class PermissionCheck(KubeClient client, IOptions<KubeOptions> options, ObservedCluster cluster, TimeProvider clock, ILogger<PermissionCheck> log)
{
    const int AtOnce = 4;
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(10), PauseWhenRefused = TimeSpan.FromSeconds(30);

    /// <summary>Asks until cancelled; sooner again while something is refused, for that is being mended.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var pause = PauseWhenRefused;
            try
            {
                var seen = await AskAsync(cancellation);
                if (seen.Refused.Count == 0) pause = Pause;
                if (cluster.SetPermissions(seen) && seen.Refused.Count > 0) LogRefused(string.Join(", ", seen.Refused.Select(refused => $"{refused.Verb} {refused.Resource}")), options.Value.Namespace);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested && ClusterCalls.Explain(failure) is { } words)
            {
                LogNotTold(words);
            }
            await Task.Delay(pause * (0.75 + (Random.Shared.NextDouble() / 2)), clock, cancellation);
        }
    }

    /// <summary>Asks once.</summary>
    internal async Task<ClusterPermissions> AskAsync(CancellationToken cancellation)
    {
        var needed = RequiredPermissions.All;
        var allowed = new bool[needed.Count];
        await Parallel.ForAsync(0, needed.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (i, token) => allowed[i] = await MayAsync(needed[i], token));
        var space = options.Value.Namespace;
        return new(needed.Count, [.. needed.Where((_, i) => !allowed[i]).Select(permission => new RefusedPermission(permission.Verb, permission.Target, permission.Group, space, permission.Reason, permission.Optional))], clock.GetUtcNow());
    }

    async Task<bool> MayAsync(RequiredPermission permission, CancellationToken cancellation)
    {
        var question = new SubjectAccessReview
        {
            Spec = new()
            {
                ResourceAttributes = new() { Namespace = options.Value.Namespace, Verb = permission.Verb, Group = permission.Group, Resource = permission.Resource, Subresource = permission.Subresource },
            },
        };
        return (await client.CreateAsync(Kinds.SelfReviews, null, question, cancellation)).Status?.Allowed == true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The panel's account may not: {Permissions} (namespace {Namespace})")]
    partial void LogRefused(string permissions, string @namespace);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The cluster did not tell what the panel's account may do: {Problem}")]
    partial void LogNotTold(string problem);
}
