using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>Servers as StatefulSets of one pod, each with a claim of its own that outlives every pod.</summary>
/// <remarks>
/// How many pods run belongs to another field manager than the rest, so that applying settings never starts or stops a server. A StatefulSet
/// that is applied without a number would begin with one pod: it is made whole by the scale's manager with none, then taken over.
/// </remarks>
sealed class KubeServers(KubeClient client, ServerCaches caches, ServerNamespace space, ServerProtection protection, IOptions<KubeOptions> options, TimeProvider clock) : IServerCluster
{
    /// <summary>Owns how many pods run.</summary>
    const string ScaleManager = "panel-scale";

    static readonly TimeSpan TrustApplied = TimeSpan.FromMinutes(10);

    readonly ConcurrentDictionary<string, Applied> applied = new(StringComparer.Ordinal);

    string Space => options.Value.Namespace;

    /// <inheritdoc/>
    public bool ScriptsMayBeRoot => options.Value.AllowsRootInstalls;

    /// <inheritdoc/>
    public Task ApplyAsync(ServerSpec spec, CancellationToken cancellation) => ClusterCalls.GuardAsync(async () =>
    {
        var able = await protection.AbilitiesAsync(cancellation);
        var manifest = ServerManifests.Of(spec, options.Value, able);
        var intent = Intent(spec, manifest);
        if (IsApplied(manifest.Set, intent)) return;
        await space.EnsureAsync(cancellation);
        var claim = ApplyClaimAsync(spec, cancellation);
        await Task.WhenAll(
            claim, client.ApplyAsync(Kinds.Secrets, Space, manifest.Secret, cancellation), ApplyServiceAsync(spec.ObjectName, manifest, cancellation),
            protection.ApplyAsync(Kinds.NetworkPolicies, able.NetworkPolicies, spec.ObjectName, manifest.Policy, cancellation),
            protection.ApplyAsync(able.BudgetKind(), able.DisruptionBudgets, spec.ObjectName, manifest.Budget, cancellation));
        var uid = await ApplySetAsync(manifest.Set, cancellation);
        if (await claim) applied[spec.ObjectName] = new(intent, uid, clock.GetTimestamp());
    });

    /// <inheritdoc/>
    public Task ScaleAsync(string objectName, int replicas, CancellationToken cancellation) => ClusterCalls.GuardAsync(async () =>
    {
        var (known, last) = (caches.Sets.Find(objectName), applied.GetValueOrDefault(objectName)?.Replicas);
        if (caches.Failure is null && known?.Spec.Replicas == replicas && last == replicas) return;
        var json = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""{"spec":{"replicas":{{{replicas}}}}}"""));
        try
        {
            await client.MergeAsync(Kinds.StatefulSets, Space, objectName, "scale", json, cancellation, ScaleManager);
            if (applied.TryGetValue(objectName, out var now)) applied.TryUpdate(objectName, now with { Replicas = replicas }, now);
        }
        catch (KubeException refusal) when (refusal.Code == HttpStatusCode.NotFound && replicas == 0)
        {
            applied.TryRemove(objectName, out _);   // what is not there runs no pod
        }
    });

    /// <inheritdoc/>
    public Task EndPodAsync(string objectName, string podUid, bool now, CancellationToken cancellation) => ClusterCalls.GuardAsync(async () =>
    {
        try
        {
            // never 0: that takes the pod from the API while its program may still run, and the next pod would write to the same world
            await client.DeleteAsync(Kinds.Pods, Space, ServerObjects.Pod(objectName), new() { Preconditions = new() { Uid = podUid }, GracePeriodSeconds = now ? 1 : null }, cancellation);
        }
        catch (KubeException refusal) when (refusal.Code == HttpStatusCode.Conflict)
        {
            // another pod has its name by now; that one was not meant
        }
    });

    /// <inheritdoc/>
    public Task InstallAsync(ServerSpec spec, CancellationToken cancellation) => ClusterCalls.GuardAsync(async () =>
    {
        var job = ServerManifests.Install(spec, options.Value);
        if (caches.Failure is null && caches.Jobs.Find(job.Metadata.Name!) is not null) return;
        await space.EnsureAsync(cancellation);
        var able = await protection.AbilitiesAsync(cancellation);
        var manifest = ServerManifests.Of(spec, options.Value, able);
        await Task.WhenAll(
            ApplyClaimAsync(spec, cancellation), client.ApplyAsync(Kinds.Secrets, Space, manifest.Secret, cancellation),
            protection.ApplyAsync(Kinds.NetworkPolicies, able.NetworkPolicies, spec.ObjectName, manifest.Policy, cancellation));
        try
        {
            await client.CreateAsync(Kinds.Jobs, Space, job, cancellation);
        }
        catch (KubeException refusal) when (refusal.Reason == "AlreadyExists")
        {
            return;   // this attempt has begun
        }
        await foreach (var page in client.PagesAsync(Kinds.Jobs, Space, Of(spec.ObjectName), cancellation))
        {
            foreach (var older in page.Items.Where(item => item.Metadata.Name != job.Metadata.Name))
                await client.DeleteAsync(Kinds.Jobs, Space, older.Metadata.Name!, Background, cancellation);
        }
    });

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string objectName, CancellationToken cancellation) => ClusterCalls.GuardAsync(async () =>
    {
        applied.TryRemove(objectName, out _);
        var able = await protection.AbilitiesAsync(cancellation);
        // nothing is left to save: no pod gets its minute to write a world that goes with it
        var left = await Task.WhenAll(
            client.DeleteAsync(Kinds.StatefulSets, Space, objectName, Background, cancellation),
            client.DeleteAsync(Kinds.Services, Space, objectName, null, cancellation),
            client.DeleteAsync(Kinds.Secrets, Space, ServerObjects.Secret(objectName), null, cancellation),
            protection.DeleteAsync(Kinds.NetworkPolicies, objectName, cancellation),
            protection.DeleteAsync(able.BudgetKind(), objectName, cancellation),
            DeleteEachAsync(Kinds.Jobs, objectName, Background, cancellation));
        var pods = await DeleteEachAsync(Kinds.Pods, objectName, new() { GracePeriodSeconds = 1 }, cancellation);
        var claim = await client.DeleteAsync(Kinds.Claims, Space, ServerObjects.Claim(objectName), null, cancellation);
        return !pods && !claim && !left.Any(there => there);
    });

    /// <inheritdoc/>
    public Task<IReadOnlyCollection<string>> ListAsync(CancellationToken cancellation) => ClusterCalls.GuardAsync<IReadOnlyCollection<string>>(async () =>
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        await CollectAsync(Kinds.StatefulSets, names, cancellation);
        await CollectAsync(Kinds.Claims, names, cancellation);
        await CollectAsync(Kinds.Pods, names, cancellation);
        await CollectAsync(Kinds.Jobs, names, cancellation);
        await CollectAsync(Kinds.Services, names, cancellation);
        return names;
    });

    async Task<string> ApplySetAsync(StatefulSet set, CancellationToken cancellation)
    {
        var name = set.Metadata.Name!;
        var existing = await client.FindAsync(Kinds.StatefulSets, Space, name, cancellation);
        var unfinished = existing is null || ServerObjects.Annotation(existing.Metadata, ServerObjects.UnfinishedAnnotation) is not null;
        if (existing is null)
        {
            var (spec, annotations) = (set.Spec, set.Metadata.Annotations!);
            (spec.Replicas, annotations[ServerObjects.UnfinishedAnnotation]) = (0, "true");
            await client.ApplyAsync(Kinds.StatefulSets, Space, set, cancellation, ScaleManager);
            spec.Replicas = null;
            annotations.Remove(ServerObjects.UnfinishedAnnotation);
        }
        var now = await client.ApplyAsync(Kinds.StatefulSets, Space, set, cancellation);
        if (unfinished)
        {
            // the scale's manager lets go of all but the number, the mark among it: from here on what we drop is dropped
            var scale = string.Create(CultureInfo.InvariantCulture,
                $$$"""{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"{{{name}}}"},"spec":{"replicas":{{{now.Spec.Replicas ?? 0}}}}}""");
            await client.ApplyAsync(Kinds.StatefulSets, Space, name, Encoding.UTF8.GetBytes(scale), cancellation, ScaleManager);
        }
        return now.Metadata.Uid ?? "";
    }

    /// <returns>Whether that is all there is to do: a claim without a volume cannot grow yet.</returns>
    async Task<bool> ApplyClaimAsync(ServerSpec spec, CancellationToken cancellation)
    {
        var existing = await client.FindAsync(Kinds.Claims, Space, ServerObjects.Claim(spec.ObjectName), cancellation);
        var claim = ServerManifests.Claim(spec, options.Value, existing);
        try
        {
            await client.ApplyAsync(Kinds.Claims, Space, claim, cancellation);
            return true;
        }
        catch (KubeException refusal) when (existing?.Spec.Resources is { } size && refusal.Code is HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity)
        {
            // a volume that cannot grow is no reason to keep its server from running
            claim.Spec.Resources = size;
            var bound = existing.Status?.Phase != "Pending";
            if (bound) claim.Metadata.Annotations![ServerObjects.GrowthRefusedAnnotation] = refusal.Message;
            await client.ApplyAsync(Kinds.Claims, Space, claim, cancellation);
            return bound;
        }
    }

    // its last port may have gone with a change of its template
    Task ApplyServiceAsync(string objectName, ServerManifest manifest, CancellationToken cancellation) => manifest.Service is { } service
        ? client.ApplyAsync(Kinds.Services, Space, service, cancellation)
        : client.DeleteAsync(Kinds.Services, Space, objectName, null, cancellation);

    /// <summary>Whether just this was applied a short while ago, and what it made is still there as it was made: another replica may have led since.</summary>
    bool IsApplied(StatefulSet set, string intent) =>
        applied.TryGetValue(set.Metadata.Name!, out var before) && before.Intent == intent && clock.GetElapsedTime(before.At) < TrustApplied && caches.Failure is null
        && caches.Sets.Find(set.Metadata.Name!) is { Metadata: { DeletionTimestamp: null } metadata } && metadata.Uid == before.Uid
        && ServerObjects.Annotation(metadata, ServerObjects.TemplateHashAnnotation) == ServerObjects.Annotation(set.Metadata, ServerObjects.TemplateHashAnnotation)
        && caches.Claims.Find(ServerObjects.Claim(set.Metadata.Name!)) is { Metadata.DeletionTimestamp: null };

    /// <summary>What is wanted, as a short text; secrets are in the hash of the pod template.</summary>
    static string Intent(ServerSpec spec, ServerManifest manifest) => string.Create(CultureInfo.InvariantCulture,
        $"{spec.DiskMiB}|{JsonSerializer.Serialize(manifest.Set, Kinds.StatefulSets.Item)}|{(manifest.Service is null ? "" : JsonSerializer.Serialize(manifest.Service, Kinds.Services.Item))}");

    async Task<bool> DeleteEachAsync<T>(Kind<T> kind, string objectName, DeleteOptions how, CancellationToken cancellation) where T : KubeObject
    {
        var any = false;
        await foreach (var page in client.PagesAsync(kind, Space, Of(objectName), cancellation))
        {
            foreach (var item in page.Items) any |= await client.DeleteAsync(kind, Space, item.Metadata.Name!, how, cancellation);
        }
        return any;
    }

    async Task CollectAsync<T>(Kind<T> kind, HashSet<string> names, CancellationToken cancellation) where T : KubeObject
    {
        await foreach (var page in client.PagesAsync(kind, Space, new(ServerObjects.Ours), cancellation))
            names.UnionWith(page.Items.Select(ServerObjects.InstanceOf).OfType<string>());
    }

    static DeleteOptions Background => new() { PropagationPolicy = "Background" };

    static Selection Of(string objectName) => new($"{ServerObjects.Ours},{ServerObjects.InstanceLabel}={objectName}");

    sealed record Applied(string Intent, string Uid, long At)
    {
        public int? Replicas { get; init; }
    }
}
