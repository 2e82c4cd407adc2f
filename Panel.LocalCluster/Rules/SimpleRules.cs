using System.Text;
using Panel.Kube.Wire;

namespace Panel.LocalCluster.Rules;

/// <summary>What namespaces, ConfigMaps and Secrets are and must be.</summary>
static class SimpleRules
{
    const int MaxDataBytes = 1 << 20;

    public static void Complete(Namespace space)
    {
        // emptied before it goes: whoever does that takes this off
        if (space.Metadata.DeletionTimestamp is null) (space.Spec ??= new()).Finalizers ??= ["kubernetes"];
        (space.Metadata.Labels ??= [])["kubernetes.io/metadata.name"] = space.Metadata.Name ?? "";
        space.Status ??= new();
        space.Status.Phase = space.Metadata.DeletionTimestamp is null ? "Active" : "Terminating";
    }

    public static void Check(Namespace space, Namespace? before, Faults faults)
    {
        foreach (var finalizer in space.Spec?.Finalizers ?? [])
        {
            if (finalizer != "kubernetes" && !finalizer.Contains('/', StringComparison.Ordinal)) faults.Invalid("spec.finalizers", finalizer, "name is neither a standard finalizer name nor is it fully qualified");
        }
    }

    public static void Complete(Secret secret)
    {
        secret.Type ??= "Opaque";
        if (secret.StringData is not { } texts) return;
        secret.Data ??= [];
        foreach (var (key, text) in texts) secret.Data[key] = Encoding.UTF8.GetBytes(text);
        secret.StringData = null;
    }

    public static void Check(Secret secret, Secret? before, Faults faults)
    {
        CheckData("data", secret.Data?.Select(pair => (pair.Key, pair.Value.LongLength)) ?? [], faults);
        if (before is null) return;
        if (secret.Type != before.Type) faults.Invalid("type", secret.Type, "field is immutable");
        if (before.Immutable == true && (secret.Immutable != true || !Same(secret.Data, before.Data))) faults.Forbidden("data", "field is immutable when `immutable` is set");
    }

    public static void Check(ConfigMap map, ConfigMap? before, Faults faults)
    {
        var texts = map.Data?.Select(pair => (pair.Key, (long)Encoding.UTF8.GetByteCount(pair.Value))) ?? [];
        var bytes = map.BinaryData?.Select(pair => (pair.Key, pair.Value.LongLength)) ?? [];
        CheckData("data", texts.Concat(bytes), faults);
        foreach (var key in map.Data?.Keys.Intersect(map.BinaryData?.Keys.ToList() ?? []) ?? []) faults.Invalid($"data[{key}]", key, "duplicate of key present in binaryData");
        if (before?.Immutable != true) return;
        var same = (map.Data ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal).SequenceEqual((before.Data ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        if (map.Immutable != true || !same || !Same(map.BinaryData, before.BinaryData)) faults.Forbidden("data", "field is immutable when `immutable` is set");
    }

    static void CheckData(string field, IEnumerable<(string Key, long Bytes)> data, Faults faults)
    {
        var total = 0L;
        foreach (var (key, bytes) in data)
        {
            total += bytes;
            if (Names.DataKey(key) is { } wrong) faults.Invalid($"{field}[{key}]", key, wrong);
        }
        if (total > MaxDataBytes) faults.TooLong(field, MaxDataBytes);
    }

    static bool Same(Dictionary<string, byte[]>? now, Dictionary<string, byte[]>? was) =>
        (now?.Count ?? 0) == (was?.Count ?? 0) && (now ?? []).All(pair => was!.TryGetValue(pair.Key, out var old) && old.AsSpan().SequenceEqual(pair.Value));
}
