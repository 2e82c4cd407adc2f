namespace Panel.Kube.Access;

/// <summary>One thing that the panel's account must be allowed to do in the namespace of the servers.</summary>
/// <param name="Verb">What is done, as RBAC names it: <c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>patch</c>, <c>delete</c>.</param>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Resource">The kind's name in paths, such as <c>pods</c>.</param>
/// <param name="Subresource">A part of it, such as <c>log</c>; null for the whole.</param>
/// <param name="Reason">What does not work without it, in words for an administrator.</param>
/// <param name="Optional">Whether the panel does its work without it, only with less to show.</param>
public sealed record RequiredPermission(string Verb, string Group, string Resource, string? Subresource, string Reason, bool Optional = false)
{
    /// <summary>The resource as a Role names it, such as <c>pods/log</c>.</summary>
    public string Target => Subresource is null ? Resource : $"{Resource}/{Subresource}";
}

/// <summary>
/// All that the adapter asks of an API server, and why. The Role of the Helm chart grants just this; a test keeps the two in step, another
/// compares what the adapter really sends with it.
/// </summary>
/// <remarks>
/// A server-side apply needs <c>patch</c>, and <c>create</c> where the object is not there yet. Of secrets nothing is read. A WebSocket
/// is opened with GET: clusters up to 1.34 ask for <c>get</c>, newer ones for <c>create</c> as well.
/// </remarks>
public static class RequiredPermissions
{
    const string Core = "", Apps = "apps", Batch = "batch", Networking = "networking.k8s.io", Policy = "policy", Coordination = "coordination.k8s.io", Metrics = "metrics.k8s.io";

    /// <summary>Every permission, by resource.</summary>
    public static IReadOnlyList<RequiredPermission> All { get; } =
    [
        .. Of(Core, "namespaces", null, "to see whether the namespace of the servers is there", "get"),
        .. Of(Apps, "statefulsets", null, "to keep each server as a StatefulSet and to see how it is", "get", "list", "watch", "create", "patch", "delete"),
        .. Of(Apps, "statefulsets", "scale", "to start and stop servers", "patch"),
        .. Of(Core, "pods", null, "to see how servers run, to restart and kill them, and to open the pod that serves their files", "get", "list", "watch", "create", "patch", "delete"),
        .. Of(Core, "pods", "log", "to show the console", "get"),
        .. Of(Core, "pods", "exec", "to read and write a server's files", "get", "create"),
        .. Of(Core, "pods", "attach", "to send commands to the console", "get", "create"),
        .. Of(Core, "pods", "portforward", "to send commands to a game's remote console", "get", "create"),
        .. Of(Core, "persistentvolumeclaims", null, "to give each server its volume, and to grow it", "get", "list", "watch", "create", "patch", "delete"),
        .. Of(Core, "services", null, "to give each server its address", "list", "create", "patch", "delete"),
        .. Of(Core, "secrets", null, "to hand secret settings to a server; they are never read back", "create", "patch", "delete"),
        .. Of(Core, "events", null, "to say why a server does not start", "list", "watch"),
        .. Of(Batch, "jobs", null, "to install servers", "list", "watch", "create", "delete"),
        .. Of(Networking, "networkpolicies", null, "to keep each server apart from the network but for its game port", "create", "patch", "delete"),
        .. Of(Policy, "poddisruptionbudgets", null, "to keep a running server from being moved", "create", "patch", "delete"),
        .. Of(Coordination, "leases", null, "to agree which replica of the panel leads", "get", "create", "patch"),
        .. Of(Metrics, "pods", null, "to show how much processor time and memory servers use", "list").Select(permission => permission with { Optional = true }),
    ];

    static IEnumerable<RequiredPermission> Of(string group, string resource, string? subresource, string reason, params string[] verbs) =>
        verbs.Select(verb => new RequiredPermission(verb, group, resource, subresource, reason));
}
