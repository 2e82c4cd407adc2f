using Panel.Kube.Wire;

namespace Panel.LocalCluster.Rules;

/// <summary>What a pod has when nobody says otherwise.</summary>
static class PodDefaults
{
    public static void Complete(Pod pod)
    {
        Complete(pod.Spec, "Always");
        pod.Spec.EnableServiceLinks ??= true;
        pod.Spec.ServiceAccountName ??= "default";
        pod.Status ??= new() { Phase = "Pending" };
        pod.Status.Phase ??= "Pending";
        pod.Status.QosClass ??= QosClass(pod.Spec);
    }

    /// <summary>Completes the spec of a pod or of a template of pods.</summary>
    public static void Complete(PodSpec spec, string? restartPolicy)
    {
        spec.RestartPolicy ??= restartPolicy;
        spec.TerminationGracePeriodSeconds ??= 30;
        spec.DnsPolicy ??= "ClusterFirst";
        spec.SchedulerName ??= "default-scheduler";
        spec.SecurityContext ??= new();
        foreach (var container in spec.Containers.Concat(spec.InitContainers ?? [])) Complete(container);
        foreach (var volume in spec.Volumes ?? [])
        {
            if (volume.ConfigMap is { } map) map.DefaultMode ??= 420;
            if (volume.Secret is { } secret) secret.DefaultMode ??= 420;
        }
    }

    static void Complete(Container container)
    {
        container.ImagePullPolicy ??= PullPolicy(container.Image ?? "");
        container.TerminationMessagePath ??= "/dev/termination-log";
        container.TerminationMessagePolicy ??= "File";
        container.Resources ??= new();
        if (container.Resources.Limits is { } limits)
        {
            container.Resources.Requests ??= [];
            foreach (var (name, amount) in limits) container.Resources.Requests.TryAdd(name, amount);
        }
        foreach (var port in container.Ports ?? []) port.Protocol ??= "TCP";
        foreach (var variable in container.Env ?? [])
        {
            if (variable.ValueFrom?.FieldRef is { } field) field.ApiVersion ??= "v1";
        }
        foreach (var probe in (Probe?[])[container.StartupProbe, container.ReadinessProbe, container.LivenessProbe])
        {
            if (probe is null) continue;
            probe.TimeoutSeconds ??= 1;
            probe.PeriodSeconds ??= 10;
            probe.SuccessThreshold ??= 1;
            probe.FailureThreshold ??= 3;
            if (probe.HttpGet is not { } http) continue;
            http.Path ??= "/";
            http.Scheme ??= "HTTP";
        }
    }

    static string PullPolicy(string image)
    {
        var tag = image[(image.LastIndexOf('/') + 1)..];
        return tag.Contains('@', StringComparison.Ordinal) || (tag.Contains(':', StringComparison.Ordinal) && !tag.EndsWith(":latest", StringComparison.Ordinal)) ? "IfNotPresent" : "Always";
    }

    static string QosClass(PodSpec spec)
    {
        var all = spec.Containers.Concat(spec.InitContainers ?? []).ToList();
        if (all.All(container => container.Resources is not { Requests.Count: > 0 } and not { Limits.Count: > 0 })) return "BestEffort";
        var guaranteed = all.All(container => container.Resources is { Limits: { } limits, Requests: { } requests }
            && limits.ContainsKey("cpu") && limits.ContainsKey("memory") && limits.All(limit => requests.GetValueOrDefault(limit.Key) == limit.Value));
        return guaranteed ? "Guaranteed" : "Burstable";
    }
}
