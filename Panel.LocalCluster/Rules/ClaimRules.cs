using System.Text.Json.Nodes;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Rules;

/// <summary>What a PersistentVolumeClaim is and must be: it grows, and nothing else of it changes.</summary>
static class ClaimRules
{
    public static void Complete(PersistentVolumeClaim claim)
    {
        claim.Spec.VolumeMode ??= "Filesystem";
        claim.Status ??= new();
        claim.Status.Phase ??= "Pending";
    }

    public static void Check(PersistentVolumeClaim claim, PersistentVolumeClaim? before, Faults faults)
    {
        var spec = claim.Spec;
        if (spec.AccessModes is not { Count: > 0 }) faults.Required("spec.accessModes", "at least 1 access mode is required");
        foreach (var (i, mode) in (spec.AccessModes ?? []).Index()) faults.OneOf($"spec.accessModes[{i}]", mode, "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
        faults.OneOf("spec.volumeMode", spec.VolumeMode, "Block", "Filesystem");
        if (Storage(claim) is not { } asked) faults.Required("spec.resources[storage]");
        else if (!Quantity.TryParse(asked, out var amount) || amount <= 0) faults.Invalid("spec.resources[storage]", asked, "must be greater than zero");
        else if (before is not null && Quantity.TryParse(Storage(before), out var old) && amount < old)
            faults.Forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
        if (before is not null && !JsonNode.DeepEquals(Fixed(claim, before), Fixed(before, before)))
            faults.Forbidden("spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
    }

    static string? Storage(PersistentVolumeClaim claim) => claim.Spec.Resources?.Requests?.GetValueOrDefault("storage");

    // the volume is set once, by whoever binds the claim; so is the class, when it was left to the cluster
    static JsonObject Fixed(PersistentVolumeClaim claim, PersistentVolumeClaim before)
    {
        var spec = (JsonObject)TypedChange.Write(claim)["spec"]!;
        spec.Remove("resources");
        if (string.IsNullOrEmpty(before.Spec.VolumeName)) spec.Remove("volumeName");
        if (before.Spec.StorageClassName is null) spec.Remove("storageClassName");
        return spec;
    }
}
