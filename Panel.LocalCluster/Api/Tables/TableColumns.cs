using System.Globalization;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api.Tables;

/// <summary>The columns of each kind.</summary>
static class TableColumns
{
    const string None = "<none>";

    static readonly Column Name = new("Name", (stored, _) => stored.Key.Name);
    static readonly Column Age = new("Age", (stored, now) => Ages.Since(Time(stored), now));

    static readonly Column Created = new("Created At", (stored, _) => stored.Metadata("creationTimestamp") is { ValueKind: System.Text.Json.JsonValueKind.String } time ? time.GetString() : "");

    static readonly Dictionary<Resource, IReadOnlyList<Column>> Columns = new()
    {
        [Resources.Pods] =
        [
            Name, Of<Pod>("Ready", PodTexts.Ready), Of<Pod>("Status", PodTexts.Status), new("Restarts", (stored, now) => PodTexts.Restarts(stored.To<Pod>(), now)), Age,
            Of<Pod>("IP", pod => pod.Status?.PodIP ?? None, wide: true), Of<Pod>("Node", pod => pod.Spec.NodeName ?? None, wide: true),
            Of<Pod>("Nominated Node", _ => None, wide: true), Of<Pod>("Readiness Gates", _ => None, wide: true),
        ],
        [Resources.StatefulSets] =
        [
            Name, Of<StatefulSet>("Ready", set => $"{set.Status?.ReadyReplicas ?? 0}/{set.Spec.Replicas ?? 1}"), Age,
            Of<StatefulSet>("Containers", set => Containers(set.Spec.Template), wide: true), Of<StatefulSet>("Images", set => Images(set.Spec.Template), wide: true),
        ],
        [Resources.Jobs] =
        [
            Name, Of<Job>("Status", JobStatus), Of<Job>("Completions", job => $"{job.Status?.Succeeded ?? 0}/{job.Spec.Completions ?? 1}"),
            new("Duration", (stored, now) => Duration(stored.To<Job>(), now)), Age,
            Of<Job>("Containers", job => Containers(job.Spec.Template), wide: true), Of<Job>("Images", job => Images(job.Spec.Template), wide: true),
            Of<Job>("Selector", job => Labels(job.Spec.Selector?.MatchLabels), wide: true),
        ],
        [Resources.Claims] =
        [
            Name, Of<PersistentVolumeClaim>("Status", claim => claim.Metadata.DeletionTimestamp is null ? claim.Status?.Phase : "Terminating"),
            Of<PersistentVolumeClaim>("Volume", claim => claim.Spec.VolumeName), Of<PersistentVolumeClaim>("Capacity", claim => claim.Status?.Capacity?.GetValueOrDefault("storage")),
            Of<PersistentVolumeClaim>("Access Modes", claim => string.Join(',', (claim.Status?.AccessModes ?? []).Select(ShortMode))),
            Of<PersistentVolumeClaim>("StorageClass", claim => claim.Spec.StorageClassName), Of<PersistentVolumeClaim>("VolumeAttributesClass", _ => "<unset>"), Age,
            Of<PersistentVolumeClaim>("VolumeMode", claim => claim.Spec.VolumeMode, wide: true),
        ],
        [Resources.Services] =
        [
            Name, Of<Service>("Type", service => service.Spec.Type), Of<Service>("Cluster-IP", service => service.Spec.ClusterIP ?? None), Of<Service>("External-IP", External),
            Of<Service>("Port(s)", Ports), Age, Of<Service>("Selector", service => Labels(service.Spec.Selector), wide: true),
        ],
        [Resources.Nodes] =
        [
            Name, Of<Node>("Status", NodeStatus), Of<Node>("Roles", NodeRoles), Age, Of<Node>("Version", node => node.Status?.NodeInfo?.KubeletVersion),
            Of<Node>("Internal-IP", node => node.Status?.Addresses?.Find(address => address.Type == "InternalIP")?.Address ?? None, wide: true), Of<Node>("External-IP", _ => None, wide: true),
            Of<Node>("OS-Image", node => node.Status?.NodeInfo?.OsImage, wide: true), Of<Node>("Kernel-Version", node => node.Status?.NodeInfo?.KernelVersion, wide: true),
            Of<Node>("Container-Runtime", node => node.Status?.NodeInfo?.ContainerRuntimeVersion, wide: true),
        ],
        [Resources.Events] =
        [
            new("Last Seen", (stored, now) => Ages.Since(stored.To<Event>() is var item ? item.LastTimestamp ?? item.FirstTimestamp ?? item.Metadata.CreationTimestamp : null, now)),
            Of<Event>("Type", item => item.Type), Of<Event>("Reason", item => item.Reason), Of<Event>("Object", item => $"{item.InvolvedObject.Kind?.ToLowerInvariant()}/{item.InvolvedObject.Name}"),
            Of<Event>("Subobject", item => item.InvolvedObject.FieldPath, wide: true), Of<Event>("Source", item => item.Source?.Component ?? item.ReportingComponent, wide: true),
            Of<Event>("Message", item => item.Message?.Trim()),
            new("First Seen", (stored, now) => Ages.Since(stored.To<Event>().FirstTimestamp, now), Wide: true), Of<Event>("Count", item => item.Count ?? 1, wide: true),
            new("Name", (stored, _) => stored.Key.Name, Wide: true),
        ],
        [Resources.Namespaces] = [Name, Of<Namespace>("Status", space => space.Status?.Phase), Age],
        [Resources.ConfigMaps] = [Name, Number<ConfigMap>("Data", map => (map.Data?.Count ?? 0) + (map.BinaryData?.Count ?? 0)), Age],
        [Resources.Secrets] = [Name, Of<Secret>("Type", secret => secret.Type), Number<Secret>("Data", secret => secret.Data?.Count ?? 0), Age],
        [Resources.ControllerRevisions] = [Name, Of<ControllerRevision>("Controller", Owner), Number<ControllerRevision>("Revision", revision => revision.Revision), Age],
        [Resources.Leases] = [Name, Of<Lease>("Holder", lease => lease.Spec?.HolderIdentity), Age],
        [Resources.Endpoints] = [Name, Of<Endpoints>("Endpoints", NetworkTexts.Addresses), Age],
        [Resources.EndpointSlices] = [Name, Of<EndpointSlice>("AddressType", slice => slice.AddressType), Of<EndpointSlice>("Ports", NetworkTexts.Ports), Of<EndpointSlice>("Endpoints", NetworkTexts.Addresses), Age],
        [Resources.NetworkPolicies] = [Name, Of<NetworkPolicy>("Pod-Selector", policy => NetworkTexts.Selector(policy.Spec.PodSelector)), Age],
        [Resources.Budgets] =
        [
            Name, Of<PodDisruptionBudget>("Min Available", budget => budget.Spec.MinAvailable?.ToString() ?? "N/A"), Of<PodDisruptionBudget>("Max Unavailable", budget => budget.Spec.MaxUnavailable?.ToString() ?? "N/A"),
            Number<PodDisruptionBudget>("Allowed Disruptions", budget => budget.Status?.DisruptionsAllowed ?? 0), Age,
        ],
        [Resources.Deployments] =
        [
            Name, Of<Deployment>("Ready", deployment => $"{deployment.Status?.ReadyReplicas ?? 0}/{deployment.Spec.Replicas ?? 1}"), Number<Deployment>("Up-to-date", deployment => deployment.Status?.UpdatedReplicas ?? 0),
            Number<Deployment>("Available", deployment => deployment.Status?.AvailableReplicas ?? 0), Age,
            Of<Deployment>("Containers", deployment => Containers(deployment.Spec.Template), wide: true), Of<Deployment>("Images", deployment => Images(deployment.Spec.Template), wide: true),
        ],
        [Resources.CronJobs] =
        [
            Name, Of<CronJob>("Schedule", job => job.Spec.Schedule), Of<CronJob>("Timezone", job => job.Spec.TimeZone ?? None), Of<CronJob>("Suspend", job => job.Spec.Suspend == true ? "True" : "False"),
            Number<CronJob>("Active", _ => 0), Of<CronJob>("Last Schedule", _ => None), Age,
        ],
        [Resources.Ingresses] =
        [
            Name, Of<Ingress>("Class", ingress => ingress.Spec.IngressClassName ?? None), Of<Ingress>("Hosts", NetworkTexts.Hosts), Of<Ingress>("Address", _ => ""),
            Of<Ingress>("Ports", ingress => ingress.Spec.Tls is { Count: > 0 } ? "80, 443" : "80"), Age,
        ],
        [Resources.Autoscalers] =
        [
            Name, Of<HorizontalPodAutoscaler>("Reference", scaler => $"{scaler.Spec.ScaleTargetRef.Kind}/{scaler.Spec.ScaleTargetRef.Name}"), Of<HorizontalPodAutoscaler>("Targets", _ => "<unknown>"),
            Of<HorizontalPodAutoscaler>("MinPods", scaler => $"{scaler.Spec.MinReplicas ?? 1}"), Number<HorizontalPodAutoscaler>("MaxPods", scaler => scaler.Spec.MaxReplicas),
            Number<HorizontalPodAutoscaler>("Replicas", _ => 0), Age,
        ],
        [Resources.ServiceAccounts] = [Name, Number<ServiceAccount>("Secrets", account => account.Secrets?.Count ?? 0), Age],
        [Resources.Quotas] = [Name, Of<ResourceQuota>("Request", quota => AccessTexts.Used(quota, limits: false)), Of<ResourceQuota>("Limit", quota => AccessTexts.Used(quota, limits: true)), Age],
        [Resources.LimitRanges] = [Name, Created],
        [Resources.Roles] = [Name, Created],
        [Resources.ClusterRoles] = [Name, Created],
        [Resources.RoleBindings] =
        [
            Name, Of<RoleBinding>("Role", binding => AccessTexts.Role(binding.RoleRef)), Age, Of<RoleBinding>("Users", binding => AccessTexts.Subjects(binding.Subjects, "User"), wide: true),
            Of<RoleBinding>("Groups", binding => AccessTexts.Subjects(binding.Subjects, "Group"), wide: true), Of<RoleBinding>("ServiceAccounts", binding => AccessTexts.Subjects(binding.Subjects, "ServiceAccount"), wide: true),
        ],
        [Resources.ClusterRoleBindings] =
        [
            Name, Of<ClusterRoleBinding>("Role", binding => AccessTexts.Role(binding.RoleRef)), Age, Of<ClusterRoleBinding>("Users", binding => AccessTexts.Subjects(binding.Subjects, "User"), wide: true),
            Of<ClusterRoleBinding>("Groups", binding => AccessTexts.Subjects(binding.Subjects, "Group"), wide: true), Of<ClusterRoleBinding>("ServiceAccounts", binding => AccessTexts.Subjects(binding.Subjects, "ServiceAccount"), wide: true),
        ],
    };

    static readonly IReadOnlyList<Column> Plain = [Name, Age];

    public static IReadOnlyList<Column> Of(Resource resource) => Columns.GetValueOrDefault(resource, Plain);

    static Column Of<T>(string name, Func<T, object?> cell, bool wide = false) where T : KubeObject => new(name, (stored, _) => cell(stored.To<T>()), wide);

    static Column Number<T>(string name, Func<T, object?> cell) where T : KubeObject => new(name, (stored, _) => cell(stored.To<T>()), Type: "integer");

    static DateTimeOffset? Time(StoredObject stored) =>
        DateTimeOffset.TryParse(stored.Metadata("creationTimestamp") is { ValueKind: System.Text.Json.JsonValueKind.String } text ? text.GetString() : null, CultureInfo.InvariantCulture, out var time) ? time : null;

    static string Containers(PodTemplateSpec template) => string.Join(',', template.Spec.Containers.Select(container => container.Name));

    static string Images(PodTemplateSpec template) => string.Join(',', template.Spec.Containers.Select(container => container.Image));

    static string Labels(Dictionary<string, string>? labels) => labels is { Count: > 0 } ? string.Join(',', labels.Select(label => $"{label.Key}={label.Value}")) : None;

    static string Owner(ControllerRevision revision) => revision.Metadata.OwnerReferences?.Find(owner => owner.Controller == true) is { } owner ? $"{owner.Kind.ToLowerInvariant()}/{owner.Name}" : None;

    static string JobStatus(Job job)
    {
        if (job.Metadata.DeletionTimestamp is not null) return "Terminating";
        return job.Status?.Conditions?.Find(condition => condition is { Status: "True", Type: "Complete" or "Failed" or "Suspended" })?.Type ?? "Running";
    }

    static string Duration(Job job, DateTimeOffset now) => job.Status?.StartTime is { } start ? Ages.Show((job.Status.CompletionTime ?? now) - start) : "";

    static string ShortMode(string mode) => mode switch { "ReadWriteOnce" => "RWO", "ReadOnlyMany" => "ROX", "ReadWriteMany" => "RWX", "ReadWriteOncePod" => "RWOP", _ => mode };

    static string External(Service service) =>
        service.Spec.Type != "LoadBalancer" ? None : string.Join(',', service.Status?.LoadBalancer?.Ingress?.Select(ingress => ingress.Address ?? ingress.Hostname) ?? ["<pending>"]);

    static string Ports(Service service) =>
        service.Spec.Ports is { Count: > 0 } ports ? string.Join(',', ports.Select(port => port.NodePort is > 0 ? $"{port.Port}:{port.NodePort}/{port.Protocol}" : $"{port.Port}/{port.Protocol}")) : None;

    static string NodeRoles(Node node)
    {
        const string prefix = "node-role.kubernetes.io/";
        var roles = (node.Metadata.Labels ?? []).Keys.Where(label => label.StartsWith(prefix, StringComparison.Ordinal)).Select(label => label[prefix.Length..]);
        return string.Join(',', roles) is { Length: > 0 } text ? text : None;
    }

    static string NodeStatus(Node node)
    {
        var ready = node.Status?.Conditions?.Find(condition => condition.Type == "Ready")?.Status switch { "True" => "Ready", "False" => "NotReady", _ => "Unknown" };
        return node.Spec?.Unschedulable == true ? ready + ",SchedulingDisabled" : ready;
    }
}
