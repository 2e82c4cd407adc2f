using Panel.Kube.Wire;

namespace Panel.LocalCluster.Store;

/// <summary>Every kind of object that is stored.</summary>
public static class Resources
{
    const string Rbac = "rbac.authorization.k8s.io";

    public static readonly Resource Namespaces = new("", "v1", "namespaces", "Namespace", Namespaced: false) { ShortNames = ["ns"], HasStatus = true, Subresources = [new("finalize", "Namespace", "update")] };
    public static readonly Resource Nodes = new("", "v1", "nodes", "Node", Namespaced: false) { ShortNames = ["no"], HasStatus = true };
    public static readonly Resource Pods = new("", "v1", "pods", "Pod")
    {
        ShortNames = ["po"],
        HasStatus = true,
        HasGeneration = true,
        InAll = true,
        Subresources =
        [
            new("log", "Pod", "get"), new("exec", "PodExecOptions", "create", "get"), new("attach", "PodAttachOptions", "create", "get"),
            new("portforward", "PodPortForwardOptions", "create", "get"),
        ],
    };
    public static readonly Resource Services = new("", "v1", "services", "Service") { ShortNames = ["svc"], HasStatus = true, InAll = true };
    public static readonly Resource Endpoints = new("", "v1", "endpoints", "Endpoints") { ShortNames = ["ep"] };
    public static readonly Resource ConfigMaps = new("", "v1", "configmaps", "ConfigMap") { ShortNames = ["cm"] };
    public static readonly Resource Secrets = new("", "v1", "secrets", "Secret");
    public static readonly Resource Claims = new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim") { ShortNames = ["pvc"], HasStatus = true };
    public static readonly Resource Events = new("", "v1", "events", "Event") { ShortNames = ["ev"] };
    public static readonly Resource ServiceAccounts = new("", "v1", "serviceaccounts", "ServiceAccount")
    {
        ShortNames = ["sa"],
        Subresources = [new("token", "TokenRequest", "create") { Group = "authentication.k8s.io", Version = "v1" }],
    };
    public static readonly Resource Quotas = new("", "v1", "resourcequotas", "ResourceQuota") { ShortNames = ["quota"], HasStatus = true };
    public static readonly Resource LimitRanges = new("", "v1", "limitranges", "LimitRange") { ShortNames = ["limits"] };
    public static readonly Resource StatefulSets = new("apps", "v1", "statefulsets", "StatefulSet") { ShortNames = ["sts"], HasStatus = true, HasScale = true, HasGeneration = true, InAll = true };
    public static readonly Resource ControllerRevisions = new("apps", "v1", "controllerrevisions", "ControllerRevision");
    public static readonly Resource Jobs = new("batch", "v1", "jobs", "Job") { HasStatus = true, HasGeneration = true, InAll = true };
    public static readonly Resource Leases = new("coordination.k8s.io", "v1", "leases", "Lease");
    public static readonly Resource EndpointSlices = new("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice");
    public static readonly Resource NetworkPolicies = new("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy")
    {
        ShortNames = ["netpol"],
        HasGeneration = true,
        Notice = "network policies are kept and not enforced on the local cluster: its pods share the machine's network",
    };
    public static readonly Resource Budgets = new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget")
    {
        ShortNames = ["pdb"],
        HasStatus = true,
        HasGeneration = true,
        Notice = "disruption budgets are kept and counted, and hold nothing back on the local cluster: its one node is never emptied",
    };
    public static readonly Resource Deployments = new("apps", "v1", "deployments", "Deployment")
    {
        ShortNames = ["deploy"],
        HasStatus = true,
        HasGeneration = true,
        InAll = true,
        Notice = "deployments are kept and not run on the local cluster: game servers are StatefulSets",
    };
    public static readonly Resource CronJobs = new("batch", "v1", "cronjobs", "CronJob")
    {
        ShortNames = ["cj"],
        HasStatus = true,
        HasGeneration = true,
        InAll = true,
        Notice = "cron jobs are kept and not run on the local cluster",
    };
    public static readonly Resource Ingresses = new("networking.k8s.io", "v1", "ingresses", "Ingress")
    {
        ShortNames = ["ing"],
        HasStatus = true,
        HasGeneration = true,
        Notice = "ingresses are kept and not served on the local cluster: it has no ingress controller",
    };
    public static readonly Resource Autoscalers = new("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler")
    {
        ShortNames = ["hpa"],
        HasStatus = true,
        InAll = true,
        Notice = "autoscalers are kept and scale nothing on the local cluster",
    };
    public static readonly Resource Roles = new(Rbac, "v1", "roles", "Role");
    public static readonly Resource RoleBindings = new(Rbac, "v1", "rolebindings", "RoleBinding");
    public static readonly Resource ClusterRoles = new(Rbac, "v1", "clusterroles", "ClusterRole", Namespaced: false);
    public static readonly Resource ClusterRoleBindings = new(Rbac, "v1", "clusterrolebindings", "ClusterRoleBinding", Namespaced: false);

    public static readonly IReadOnlyList<Resource> All =
    [
        Namespaces, Nodes, Pods, Services, Endpoints, ConfigMaps, Secrets, Claims, Events, ServiceAccounts, Quotas, LimitRanges,
        StatefulSets, ControllerRevisions, Jobs, Leases, EndpointSlices, NetworkPolicies, Budgets,
        Deployments, CronJobs, Ingresses, Autoscalers,
        Roles, RoleBindings, ClusterRoles, ClusterRoleBindings,
    ];

    static readonly Dictionary<Type, Resource> ByType = new()
    {
        [typeof(Namespace)] = Namespaces,
        [typeof(Node)] = Nodes,
        [typeof(Pod)] = Pods,
        [typeof(Service)] = Services,
        [typeof(Endpoints)] = Endpoints,
        [typeof(ConfigMap)] = ConfigMaps,
        [typeof(Secret)] = Secrets,
        [typeof(PersistentVolumeClaim)] = Claims,
        [typeof(Event)] = Events,
        [typeof(ServiceAccount)] = ServiceAccounts,
        [typeof(ResourceQuota)] = Quotas,
        [typeof(LimitRange)] = LimitRanges,
        [typeof(StatefulSet)] = StatefulSets,
        [typeof(ControllerRevision)] = ControllerRevisions,
        [typeof(Job)] = Jobs,
        [typeof(Lease)] = Leases,
        [typeof(EndpointSlice)] = EndpointSlices,
        [typeof(NetworkPolicy)] = NetworkPolicies,
        [typeof(PodDisruptionBudget)] = Budgets,
        [typeof(Deployment)] = Deployments,
        [typeof(CronJob)] = CronJobs,
        [typeof(Ingress)] = Ingresses,
        [typeof(HorizontalPodAutoscaler)] = Autoscalers,
        [typeof(Role)] = Roles,
        [typeof(RoleBinding)] = RoleBindings,
        [typeof(ClusterRole)] = ClusterRoles,
        [typeof(ClusterRoleBinding)] = ClusterRoleBindings,
    };

    static readonly Dictionary<Resource, Type> Types = ByType.ToDictionary(pair => pair.Value, pair => pair.Key);
    static readonly Dictionary<string, Resource> ById = All.ToDictionary(resource => resource.Id);

    /// <summary>The resource whose objects <typeparamref name="T"/> models.</summary>
    public static Resource Of<T>() where T : KubeObject => ByType[typeof(T)];

    /// <summary>The wire model of a resource's objects.</summary>
    public static Type TypeOf(Resource resource) => Types[resource];

    /// <summary>The resource of that <see cref="Resource.Id"/>, if it is known.</summary>
    public static Resource? Find(string id) => ById.GetValueOrDefault(id);

    /// <summary>The resource of a kind, if it is known.</summary>
    public static Resource? FindKind(string? apiVersion, string? kind) => All.FirstOrDefault(resource => resource.Kind == kind && resource.ApiVersion == apiVersion);
}
