using System.Text.Json;
using System.Text.Json.Nodes;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Rules;

/// <summary>What a pod must be.</summary>
static class PodRules
{
    public static void Check(Pod pod, Pod? before, Faults faults)
    {
        CheckSpec("spec", pod.Spec, faults);
        if (before is not null && !SameButChangeable(pod, before))
            faults.Forbidden("spec", "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)");
    }

    /// <summary>Checks the template of a workload.</summary>
    public static void CheckTemplate(string field, PodTemplateSpec template, LabelSelector? selector, Faults faults)
    {
        foreach (var (key, value) in template.Metadata.Labels ?? [])
        {
            if (Names.QualifiedName(key) is { } wrong) faults.Invalid($"{field}.metadata.labels", key, wrong);
            if (Names.LabelValue(value) is { } bad) faults.Invalid($"{field}.metadata.labels", value, bad);
        }
        if (selector is not null && !LabelQuery.Of(selector).Matches(template.Metadata.Labels))
            faults.Invalid($"{field}.metadata.labels", JsonSerializer.Serialize(template.Metadata.Labels ?? []), "`selector` does not match template `labels`");
        CheckSpec($"{field}.spec", template.Spec, faults);
    }

    static void CheckSpec(string field, PodSpec spec, Faults faults)
    {
        if (spec.Containers.Count == 0) faults.Required($"{field}.containers");
        faults.OneOf($"{field}.restartPolicy", spec.RestartPolicy, "Always", "OnFailure", "Never");
        faults.OneOf($"{field}.dnsPolicy", spec.DnsPolicy, "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
        faults.NotNegative($"{field}.terminationGracePeriodSeconds", spec.TerminationGracePeriodSeconds);
        faults.Between($"{field}.activeDeadlineSeconds", spec.ActiveDeadlineSeconds, 1, int.MaxValue);
        if (spec.Hostname is { } host && Names.Label(host) is { } wrong) faults.Invalid($"{field}.hostname", host, wrong);
        var volumes = CheckVolumes($"{field}.volumes", spec.Volumes ?? [], faults);
        var names = new HashSet<string>();
        foreach (var (i, container) in (spec.InitContainers ?? []).Index()) ContainerRules.Check($"{field}.initContainers[{i}]", container, names, volumes, faults);
        foreach (var (i, container) in spec.Containers.Index()) ContainerRules.Check($"{field}.containers[{i}]", container, names, volumes, faults);
    }

    static HashSet<string> CheckVolumes(string field, List<Volume> volumes, Faults faults)
    {
        var names = new HashSet<string>();
        foreach (var (i, volume) in volumes.Index())
        {
            if (volume.Name.Length == 0) faults.Required($"{field}[{i}].name");
            else if (Names.Label(volume.Name) is { } wrong) faults.Invalid($"{field}[{i}].name", volume.Name, wrong);
            else if (!names.Add(volume.Name)) faults.Duplicate($"{field}[{i}].name", volume.Name);
            if (volume is { PersistentVolumeClaim: null, EmptyDir: null, ConfigMap: null, Secret: null })
                faults.Invalid($"{field}[{i}]", volume.Name, "the local cluster has volumes of the types configMap, emptyDir, persistentVolumeClaim and secret");
            if (volume.PersistentVolumeClaim is { ClaimName.Length: 0 }) faults.Required($"{field}[{i}].persistentVolumeClaim.claimName");
            if (volume.EmptyDir?.SizeLimit is { } limit) faults.Amount($"{field}[{i}].emptyDir.sizeLimit", limit);
            foreach (var (j, item) in (volume.ConfigMap?.Items ?? volume.Secret?.Items ?? []).Index())
            {
                if (item.Path.Length == 0) faults.Required($"{field}[{i}].items[{j}].path");
                else if (item.Path.StartsWith('/') || item.Path.Split('/').Contains("..")) faults.Invalid($"{field}[{i}].items[{j}].path", item.Path, "must be a relative path and must not contain '..'");
            }
        }
        return names;
    }

    // the node is set once, by whoever schedules; a pod made before accounts were known gets one
    static bool SameButChangeable(Pod pod, Pod before)
    {
        var (now, was) = (Spec(pod), Spec(before));
        foreach (var field in (string[])["nodeName", "serviceAccountName"])
        {
            if (was[field] is null) now.Remove(field);
        }
        foreach (var spec in (JsonObject[])[now, was])
        {
            spec.Remove("activeDeadlineSeconds");
            spec.Remove("tolerations");
            foreach (var list in (string[])["containers", "initContainers"])
            {
                foreach (var container in spec[list]?.AsArray() ?? []) (container as JsonObject)?.Remove("image");
            }
        }
        return JsonNode.DeepEquals(now, was);
    }

    static JsonObject Spec(Pod pod) => (JsonObject)TypedChange.Write(pod)["spec"]!;
}
