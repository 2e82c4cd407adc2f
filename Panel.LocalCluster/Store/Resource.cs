using Panel.Kube.Wire;

namespace Panel.LocalCluster.Store;

/// <summary>One kind of object as the API offers it.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">Version in the group, such as <c>v1</c>.</param>
/// <param name="Plural">Name in URLs, such as <c>pods</c>.</param>
/// <param name="Kind">Kind in objects, such as <c>Pod</c>.</param>
/// <param name="Namespaced">Whether objects live in a namespace.</param>
public sealed record Resource(string Group, string Version, string Plural, string Kind, bool Namespaced = true)
{
    /// <summary>Name for one, as kubectl takes it.</summary>
    public string Singular => Kind.ToLowerInvariant();
    /// <summary>What <c>apiVersion</c> says in objects.</summary>
    public string ApiVersion { get; } = Group.Length == 0 ? Version : $"{Group}/{Version}";
    /// <summary>Key in the store and name in error messages: <c>pods</c>, <c>statefulsets.apps</c>.</summary>
    public string Id { get; } = Group.Length == 0 ? Plural : $"{Plural}.{Group}";
    public IReadOnlyList<string> ShortNames { get; init; } = [];
    public bool HasStatus { get; init; }
    public bool HasScale { get; init; }
    /// <summary>In kubectl's <c>get all</c>.</summary>
    public bool InAll { get; init; }
    /// <summary>Whether <c>metadata.generation</c> counts changes of the spec.</summary>
    public bool HasGeneration { get; init; }

    public bool Equals(Resource? other) => other is not null && other.Id == Id;
    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);
    public override string ToString() => Id;
}

/// <summary>Every kind of object that is stored.</summary>
public static class Resources
{
    public static readonly Resource Namespaces = new("", "v1", "namespaces", "Namespace", Namespaced: false) { ShortNames = ["ns"], HasStatus = true };
    public static readonly Resource Nodes = new("", "v1", "nodes", "Node", Namespaced: false) { ShortNames = ["no"], HasStatus = true };
    public static readonly Resource Pods = new("", "v1", "pods", "Pod") { ShortNames = ["po"], HasStatus = true, HasGeneration = true, InAll = true };
    public static readonly Resource Services = new("", "v1", "services", "Service") { ShortNames = ["svc"], HasStatus = true, InAll = true };
    public static readonly Resource ConfigMaps = new("", "v1", "configmaps", "ConfigMap") { ShortNames = ["cm"] };
    public static readonly Resource Secrets = new("", "v1", "secrets", "Secret");
    public static readonly Resource Claims = new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim") { ShortNames = ["pvc"], HasStatus = true };
    public static readonly Resource Events = new("", "v1", "events", "Event") { ShortNames = ["ev"] };
    public static readonly Resource ServiceAccounts = new("", "v1", "serviceaccounts", "ServiceAccount") { ShortNames = ["sa"] };
    public static readonly Resource StatefulSets = new("apps", "v1", "statefulsets", "StatefulSet") { ShortNames = ["sts"], HasStatus = true, HasScale = true, HasGeneration = true, InAll = true };
    public static readonly Resource ControllerRevisions = new("apps", "v1", "controllerrevisions", "ControllerRevision");
    public static readonly Resource Jobs = new("batch", "v1", "jobs", "Job") { HasStatus = true, HasGeneration = true, InAll = true };
    public static readonly Resource Leases = new("coordination.k8s.io", "v1", "leases", "Lease");

    public static readonly IReadOnlyList<Resource> All =
    [
        Namespaces, Nodes, Pods, Services, ConfigMaps, Secrets, Claims, Events, ServiceAccounts,
        StatefulSets, ControllerRevisions, Jobs, Leases,
    ];

    static readonly Dictionary<Type, Resource> ByType = new()
    {
        [typeof(Namespace)] = Namespaces,
        [typeof(Node)] = Nodes,
        [typeof(Pod)] = Pods,
        [typeof(Service)] = Services,
        [typeof(ConfigMap)] = ConfigMaps,
        [typeof(Secret)] = Secrets,
        [typeof(PersistentVolumeClaim)] = Claims,
        [typeof(Event)] = Events,
        [typeof(StatefulSet)] = StatefulSets,
        [typeof(ControllerRevision)] = ControllerRevisions,
        [typeof(Job)] = Jobs,
        [typeof(Lease)] = Leases,
    };

    static readonly Dictionary<string, Resource> ById = All.ToDictionary(resource => resource.Id);

    /// <summary>The resource whose objects <typeparamref name="T"/> models.</summary>
    public static Resource Of<T>() where T : KubeObject => ByType[typeof(T)];

    /// <summary>The resource of that <see cref="Resource.Id"/>, if it is known.</summary>
    public static Resource? Find(string id) => ById.GetValueOrDefault(id);

    /// <summary>The resource of a kind, if it is known.</summary>
    public static Resource? FindKind(string? apiVersion, string? kind) => All.FirstOrDefault(resource => resource.Kind == kind && resource.ApiVersion == apiVersion);
}
