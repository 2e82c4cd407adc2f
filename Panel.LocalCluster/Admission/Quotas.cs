using System.Text.Json.Nodes;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Admission;

/// <summary>Refuses what would go beyond a quota of its namespace, in the words of the ResourceQuota admission plug-in.</summary>
static class Quotas
{
    static readonly HashSet<string> Compute =
    [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage",
    ];

    /// <summary>Checks a new document, or a changed one, against every quota of its namespace.</summary>
    /// <exception cref="StatusException">Forbidden (403).</exception>
    public static void Check(StoreState state, ObjectKey key, StoredObject? before, JsonObject document)
    {
        if (key.Namespace is null || state.Of(Resources.Quotas).All(key.Namespace).FirstOrDefault() is null) return;
        var usage = QuotaUsage.Of(key.Resource, document);
        var old = before is null ? null : QuotaUsage.Of(before);
        var more = usage.Amounts.ToDictionary(pair => pair.Key, pair => pair.Value - (old?.Amounts.GetValueOrDefault(pair.Key) ?? 0)).Where(pair => pair.Value > 0).ToDictionary();
        foreach (var quota in state.Of(Resources.Quotas).All(key.Namespace).Select(stored => stored.To<ResourceQuota>()).Where(quota => Covers(quota, usage)))
        {
            if (before is null && key.Resource == Resources.Pods) CheckSaid(key, quota, TypedChange.Read<Pod>(document));
            CheckLeft(state, key, quota, more);
        }
    }

    /// <summary>How much the objects of a quota's namespace use of what it limits.</summary>
    public static Dictionary<string, string> Used(StoreState state, ResourceQuota quota)
    {
        var hard = quota.Spec.Hard ?? [];
        return Sum(state, quota).ToDictionary(pair => pair.Key, pair => Quantity.Format(pair.Value, Quantity.IsBinary(hard[pair.Key]) || IsBytes(pair.Key)));
    }

    // a quota of memory can only be kept when every container says how much it takes
    static void CheckSaid(ObjectKey key, ResourceQuota quota, Pod pod)
    {
        var required = (quota.Spec.Hard ?? []).Keys.Where(Compute.Contains).ToList();
        var missing = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var container in pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []))
        {
            foreach (var name in required.Except(QuotaUsage.OfContainer(container).Keys))
            {
                if (!missing.TryGetValue(name, out var containers)) missing[name] = containers = new(StringComparer.Ordinal);
                containers.Add(container.Name);
            }
        }
        if (missing.Count > 0)
            throw Statuses.Forbidden(key.Resource, key.Name, $"failed quota: {quota.Metadata.Name}: must specify {string.Join("; ", missing.Select(pair => $"{pair.Key} for: {string.Join(',', pair.Value)}"))}");
    }

    static void CheckLeft(StoreState state, ObjectKey key, ResourceQuota quota, Dictionary<string, decimal> more)
    {
        var hard = quota.Spec.Hard ?? [];
        if (!hard.Keys.Any(more.ContainsKey)) return;
        var used = Sum(state, quota);
        var broken = hard.Keys.Where(name => more.ContainsKey(name) && used[name] + more[name] > Quantity.Parse(hard[name])).Order(StringComparer.Ordinal).ToList();
        if (broken.Count == 0) return;
        string List(Func<string, decimal> amount) => string.Join(',', broken.Select(name => $"{name}={Quantity.Format(amount(name), Quantity.IsBinary(hard[name]) || IsBytes(name))}"));
        throw Statuses.Forbidden(key.Resource, key.Name,
            $"exceeded quota: {quota.Metadata.Name}, requested: {List(name => more[name])}, used: {List(name => used[name])}, limited: {string.Join(',', broken.Select(name => $"{name}={hard[name]}"))}");
    }

    static Dictionary<string, decimal> Sum(StoreState state, ResourceQuota quota)
    {
        var sums = (quota.Spec.Hard ?? []).Keys.ToDictionary(name => name, _ => 0m);
        foreach (var resource in Resources.All.Where(resource => resource.Namespaced))
        {
            foreach (var stored in state.Of(resource).All(quota.Metadata.Namespace))
            {
                var usage = QuotaUsage.Of(stored);
                if (!Covers(quota, usage)) continue;
                foreach (var (name, amount) in usage.Amounts)
                {
                    if (sums.TryGetValue(name, out var sum)) sums[name] = sum + amount;
                }
            }
        }
        return sums;
    }

    static bool Covers(ResourceQuota quota, QuotaUsage usage) => quota.Spec.Scopes is not { Count: > 0 } scopes || scopes.TrueForAll(usage.Scopes.Contains);

    static bool IsBytes(string name) => name.EndsWith("memory", StringComparison.Ordinal) || name.EndsWith("storage", StringComparison.Ordinal);
}
