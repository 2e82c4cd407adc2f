using System.Text.Json.Nodes;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Rules;

/// <summary>What a StatefulSet is and must be.</summary>
static class StatefulSetRules
{
    static readonly string[] Changeable =
        ["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"];

    public static void Complete(StatefulSet set)
    {
        var spec = set.Spec;
        spec.Replicas ??= 1;
        spec.PodManagementPolicy ??= "OrderedReady";
        spec.RevisionHistoryLimit ??= 10;
        spec.UpdateStrategy ??= new();
        spec.UpdateStrategy.Type ??= "RollingUpdate";
        if (spec.UpdateStrategy.Type == "RollingUpdate") (spec.UpdateStrategy.RollingUpdate ??= new()).Partition ??= 0;
        spec.PersistentVolumeClaimRetentionPolicy ??= new();
        spec.PersistentVolumeClaimRetentionPolicy.WhenDeleted ??= "Retain";
        spec.PersistentVolumeClaimRetentionPolicy.WhenScaled ??= "Retain";
        PodDefaults.Complete(spec.Template.Spec, "Always");
        foreach (var claim in spec.VolumeClaimTemplates ?? [])
        {
            (claim.ApiVersion, claim.Kind) = (claim.ApiVersion ?? "v1", claim.Kind ?? "PersistentVolumeClaim");
            ClaimRules.Complete(claim);
        }
    }

    public static void Check(StatefulSet set, StatefulSet? before, Faults faults)
    {
        var spec = set.Spec;
        faults.NotNegative("spec.replicas", spec.Replicas);
        faults.OneOf("spec.podManagementPolicy", spec.PodManagementPolicy, "OrderedReady", "Parallel");
        faults.OneOf("spec.updateStrategy.type", spec.UpdateStrategy?.Type, "RollingUpdate", "OnDelete");
        faults.NotNegative("spec.updateStrategy.rollingUpdate.partition", spec.UpdateStrategy?.RollingUpdate?.Partition);
        faults.NotNegative("spec.minReadySeconds", spec.MinReadySeconds);
        if (LabelQuery.IsEmpty(spec.Selector)) faults.Invalid("spec.selector", "", "empty selector is invalid for statefulset");
        var template = Borrow(spec);
        PodRules.CheckTemplate("spec.template", template, LabelQuery.IsEmpty(spec.Selector) ? null : spec.Selector, faults);
        if (spec.Template.Spec.RestartPolicy is "OnFailure" or "Never") faults.Unsupported("spec.template.spec.restartPolicy", spec.Template.Spec.RestartPolicy, "Always");
        if (before is null) return;
        var (now, was) = (Fixed(set), Fixed(before));
        if (!JsonNode.DeepEquals(now, was))
            faults.Forbidden("spec", "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
    }

    // a mount of the template may name a claim template, which becomes a volume of each pod
    static PodTemplateSpec Borrow(StatefulSetSpec spec)
    {
        if (spec.VolumeClaimTemplates is not { Count: > 0 } claims) return spec.Template;
        var clone = TypedChange.Read<Pod>(TypedChange.Write(new Pod { Metadata = spec.Template.Metadata, Spec = spec.Template.Spec }));
        var names = claims.Select(claim => claim.Metadata.Name).ToHashSet();
        clone.Spec.Volumes = [.. (clone.Spec.Volumes ?? []).Where(volume => !names.Contains(volume.Name)), .. claims.Select(claim => new Volume { Name = claim.Metadata.Name ?? "", PersistentVolumeClaim = new() { ClaimName = claim.Metadata.Name ?? "" } })];
        return new() { Metadata = clone.Metadata, Spec = clone.Spec };
    }

    static JsonObject Fixed(StatefulSet set)
    {
        var spec = (JsonObject)TypedChange.Write(set)["spec"]!;
        foreach (var field in Changeable) spec.Remove(field);
        return spec;
    }
}

/// <summary>What a Job is and must be.</summary>
static class JobRules
{
    static readonly string[] Fixed = ["completions", "selector", "template"];

    public static void Complete(Job job)
    {
        var spec = job.Spec;
        if (spec is { Completions: null, Parallelism: null }) spec.Completions = 1;
        spec.Parallelism ??= 1;
        spec.BackoffLimit ??= 6;
        spec.Selector ??= new();
        if (spec.Selector.MatchLabels is null && spec.Selector.MatchExpressions is null && job.Metadata.Uid is { } uid) Tie(job, uid);
        PodDefaults.Complete(spec.Template.Spec, null);
    }

    public static void Check(Job job, Job? before, Faults faults)
    {
        var spec = job.Spec;
        faults.NotNegative("spec.parallelism", spec.Parallelism);
        faults.NotNegative("spec.completions", spec.Completions);
        faults.NotNegative("spec.backoffLimit", spec.BackoffLimit);
        faults.NotNegative("spec.activeDeadlineSeconds", spec.ActiveDeadlineSeconds);
        faults.NotNegative("spec.ttlSecondsAfterFinished", spec.TtlSecondsAfterFinished);
        PodRules.CheckTemplate("spec.template", spec.Template, spec.Selector, faults);
        if (spec.Template.Spec.RestartPolicy is null) faults.Required("spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
        else if (spec.Template.Spec.RestartPolicy == "Always") faults.Unsupported("spec.template.spec.restartPolicy", "Always", "OnFailure", "Never");
        if (before is null) return;
        var (now, was) = (TypedChange.Write(job)["spec"]!, TypedChange.Write(before)["spec"]!);
        foreach (var field in Fixed)
        {
            if (!JsonNode.DeepEquals(now[field], was[field])) faults.Invalid($"spec.{field}", now[field]?.ToJsonString(), "field is immutable");
        }
    }

    // pods of two jobs of the same name, one after the other, must not be mixed up
    static void Tie(Job job, string uid)
    {
        job.Spec.Selector!.MatchLabels = new() { ["batch.kubernetes.io/controller-uid"] = uid };
        var labels = job.Spec.Template.Metadata.Labels ??= [];
        foreach (var prefix in (string[])["batch.kubernetes.io/", ""])
        {
            labels[prefix + "controller-uid"] = uid;
            labels[prefix + "job-name"] = job.Metadata.Name ?? "";
        }
    }
}
