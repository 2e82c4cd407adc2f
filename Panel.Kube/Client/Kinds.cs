using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Panel.Kube.Wire;

namespace Panel.Kube.Client;

/// <summary>A kind of object: where it is served and how it is read.</summary>
/// <param name="ApiVersion">Group and version, such as <c>apps/v1</c>.</param>
/// <param name="Name">The kind, such as <c>StatefulSet</c>.</param>
/// <param name="Plural">Its name in paths, such as <c>statefulsets</c>.</param>
/// <param name="Item">Reads and writes one.</param>
/// <param name="List">Reads a page of many.</param>
public sealed record Kind<T>(string ApiVersion, string Name, string Plural, JsonTypeInfo<T> Item, JsonTypeInfo<KubeList<T>> List) where T : KubeObject
{
    /// <summary>The path of its group, which tells what is served there.</summary>
    public string Group { get; } = ApiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{ApiVersion}" : $"/api/{ApiVersion}";

    /// <summary>The path of an object, of a part of it, or of all; <paramref name="space"/> is null for kinds without a namespace.</summary>
    public string Path(string? space, string? name = null, string? part = null)
    {
        var path = new StringBuilder(Group);
        if (space is not null) path.Append("/namespaces/").Append(Uri.EscapeDataString(space));
        path.Append('/').Append(Plural);
        if (name is not null) path.Append('/').Append(Uri.EscapeDataString(name));
        if (part is not null) path.Append('/').Append(part);
        return path.ToString();
    }
}

/// <summary>The kinds that Panel uses.</summary>
public static class Kinds
{
    /// <summary>JSON as an API server can read it in every format, see <see cref="ApplyEncoder"/>.</summary>
    static readonly KubeJson Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = new ApplyEncoder(),
    });

    public static Kind<Namespace> Namespaces { get; } = Of<Namespace>("v1", "namespaces");
    public static Kind<Node> Nodes { get; } = Of<Node>("v1", "nodes");
    public static Kind<StorageClass> StorageClasses { get; } = Of<StorageClass>("storage.k8s.io/v1", "storageclasses");
    public static Kind<Pod> Pods { get; } = Of<Pod>("v1", "pods");
    public static Kind<Service> Services { get; } = Of<Service>("v1", "services");
    public static Kind<Secret> Secrets { get; } = Of<Secret>("v1", "secrets");
    public static Kind<PersistentVolumeClaim> Claims { get; } = Of<PersistentVolumeClaim>("v1", "persistentvolumeclaims");
    public static Kind<Event> Events { get; } = Of<Event>("v1", "events");
    public static Kind<StatefulSet> StatefulSets { get; } = Of<StatefulSet>("apps/v1", "statefulsets");
    public static Kind<Job> Jobs { get; } = Of<Job>("batch/v1", "jobs");
    public static Kind<Lease> Leases { get; } = Of<Lease>("coordination.k8s.io/v1", "leases");
    public static Kind<NetworkPolicy> NetworkPolicies { get; } = Of<NetworkPolicy>("networking.k8s.io/v1", "networkpolicies");
    public static Kind<PodDisruptionBudget> DisruptionBudgets { get; } = Of<PodDisruptionBudget>("policy/v1", "poddisruptionbudgets");
    /// <summary>Those of Kubernetes before 1.21; what the panel writes in them reads the same.</summary>
    public static Kind<PodDisruptionBudget> OldDisruptionBudgets { get; } = Of<PodDisruptionBudget>("policy/v1beta1", "poddisruptionbudgets");
    public static Kind<PodMetrics> PodMetrics { get; } = Of<PodMetrics>("metrics.k8s.io/v1beta1", "pods");

    /// <summary>Asks what the panel's own account may do; its kind is not named like its record, which three kinds of review share.</summary>
    internal static Kind<SubjectAccessReview> SelfReviews { get; } = Of<SubjectAccessReview>("authorization.k8s.io/v1", "selfsubjectaccessreviews") with { Name = "SelfSubjectAccessReview" };

    internal static JsonTypeInfo<Status> Status { get; } = Info<Status>();
    internal static JsonTypeInfo<ApiResourceList> Resources { get; } = Info<ApiResourceList>();
    internal static JsonTypeInfo<ClusterVersion> Version { get; } = Info<ClusterVersion>();
    internal static JsonTypeInfo<DeleteOptions> DeleteOptions { get; } = Info<DeleteOptions>();

    static Kind<T> Of<T>(string apiVersion, string plural) where T : KubeObject => new(apiVersion, typeof(T).Name, plural, Info<T>(), Info<KubeList<T>>());

    // one that is not known would be missed only by the first cluster that has such objects
    static JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>?)Json.GetTypeInfo(typeof(T)) ?? throw new InvalidOperationException($"{typeof(T).Name} is not known to {nameof(KubeJson)}.");
}
