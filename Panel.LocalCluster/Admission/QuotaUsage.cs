using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Admission;

/// <summary>What one object uses of everything that a quota can limit.</summary>
/// <param name="Amounts">By the names of quotas: <c>pods</c>, <c>requests.memory</c>, <c>count/secrets</c>.</param>
/// <param name="Scopes">The scopes of quotas that a pod falls under; empty for other objects.</param>
sealed record QuotaUsage(IReadOnlyDictionary<string, decimal> Amounts, IReadOnlyList<string> Scopes)
{
    static readonly string[] Compute = ["cpu", "memory", "ephemeral-storage"];
    static readonly QuotaUsage Nothing = new(new Dictionary<string, decimal>(), []);
    // stored objects never change, so what they use is counted once
    static readonly ConditionalWeakTable<StoredObject, QuotaUsage> Known = [];

    public static QuotaUsage Of(StoredObject stored) => Known.GetValue(stored, found => Count(found.Key.Resource, type => found.Document.Deserialize(KubeJson.Default.GetTypeInfo(type)!)!));

    public static QuotaUsage Of(Resource resource, JsonObject document) => Count(resource, type => document.Deserialize(KubeJson.Default.GetTypeInfo(type)!)!);

    /// <summary>The compute resources that a container says an amount of, by the names of quotas.</summary>
    public static Dictionary<string, decimal> OfContainer(Container container)
    {
        var amounts = new Dictionary<string, decimal>();
        foreach (var name in Compute)
        {
            if (Amount(container.Resources?.Requests, name) is { } asked) (amounts[name], amounts["requests." + name]) = (asked, asked);
            if (Amount(container.Resources?.Limits, name) is { } most) amounts["limits." + name] = most;
        }
        return amounts;
    }

    static QuotaUsage Count(Resource resource, Func<Type, object> read)
    {
        if (!resource.Namespaced) return Nothing;
        var amounts = new Dictionary<string, decimal> { [$"count/{resource.Id}"] = 1 };
        if (resource == Resources.Pods) return OfPod((Pod)read(typeof(Pod)), amounts);
        if (resource.Group.Length == 0) amounts[resource.Plural] = 1;
        if (resource == Resources.Claims) Add((PersistentVolumeClaim)read(typeof(PersistentVolumeClaim)), amounts);
        if (resource == Resources.Services) Add((Service)read(typeof(Service)), amounts);
        return new(amounts, []);
    }

    // a pod that has ended holds nothing any more, but is still an object
    static QuotaUsage OfPod(Pod pod, Dictionary<string, decimal> amounts)
    {
        var used = pod.Spec.Containers.Select(OfContainer).SelectMany(one => one).GroupBy(one => one.Key).ToDictionary(group => group.Key, group => group.Sum(one => one.Value));
        foreach (var (name, amount) in (pod.Spec.InitContainers ?? []).Select(OfContainer).SelectMany(one => one)) used[name] = Math.Max(amount, used.GetValueOrDefault(name));
        var scopes = new List<string>
        {
            used.Values.Any(amount => amount > 0) ? "NotBestEffort" : "BestEffort",
            pod.Spec.ActiveDeadlineSeconds is null ? "NotTerminating" : "Terminating",
        };
        if (pod.Status?.Phase is "Succeeded" or "Failed") return new(amounts, scopes);
        amounts["pods"] = 1;
        foreach (var (name, amount) in used) amounts[name] = amount;
        return new(amounts, scopes);
    }

    static void Add(PersistentVolumeClaim claim, Dictionary<string, decimal> amounts)
    {
        var storage = Amount(claim.Spec.Resources?.Requests, "storage") ?? 0;
        amounts["requests.storage"] = storage;
        if (claim.Spec.StorageClassName is not { Length: > 0 } kind) return;
        amounts[$"{kind}.storageclass.storage.k8s.io/requests.storage"] = storage;
        amounts[$"{kind}.storageclass.storage.k8s.io/persistentvolumeclaims"] = 1;
    }

    static void Add(Service service, Dictionary<string, decimal> amounts)
    {
        if (service.Spec.Type is "NodePort" or "LoadBalancer") amounts["services.nodeports"] = service.Spec.Ports?.Count ?? 0;
        if (service.Spec.Type is "LoadBalancer") amounts["services.loadbalancers"] = 1;
    }

    static decimal? Amount(Dictionary<string, string>? amounts, string name) =>
        amounts?.GetValueOrDefault(name) is { } text && Quantity.TryParse(text, out var amount) ? amount : null;
}
