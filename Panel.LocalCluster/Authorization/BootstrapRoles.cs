using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Authorization;

/// <summary>The roles that every cluster has: everything, a namespace's administrator, editor and reader, and what everybody may ask.</summary>
static class BootstrapRoles
{
    static readonly string[] Read = ["get", "list", "watch"];
    static readonly string[] Write = ["create", "delete", "deletecollection", "patch", "update"];

    static readonly PolicyRule[] ViewRules =
    [
        Rule("", Read, "configmaps", "endpoints", "events", "limitranges", "namespaces", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods", "pods/log", "pods/status",
            "resourcequotas", "resourcequotas/status", "serviceaccounts", "services", "services/status"),
        Rule("apps", Read, "controllerrevisions", "statefulsets", "statefulsets/scale", "statefulsets/status"),
        Rule("batch", Read, "jobs", "jobs/status"),
        Rule("discovery.k8s.io", Read, "endpointslices"),
        Rule("networking.k8s.io", Read, "networkpolicies"),
        Rule("policy", Read, "poddisruptionbudgets", "poddisruptionbudgets/status"),
        Rule("metrics.k8s.io", Read, "pods", "nodes"),
    ];

    static readonly PolicyRule[] EditRules =
    [
        .. ViewRules,
        Rule("", Read, "pods/attach", "pods/exec", "pods/portforward", "secrets"),
        Rule("", Write, "configmaps", "events", "persistentvolumeclaims", "pods", "pods/attach", "pods/exec", "pods/portforward", "secrets", "serviceaccounts", "serviceaccounts/token", "services"),
        Rule("apps", Write, "statefulsets", "statefulsets/scale"),
        Rule("batch", Write, "jobs"),
        Rule("coordination.k8s.io", [.. Read, .. Write], "leases"),
        Rule("networking.k8s.io", Write, "networkpolicies"),
        Rule("policy", Write, "poddisruptionbudgets"),
    ];

    static readonly (string Name, PolicyRule[] Rules)[] Roles =
    [
        ("cluster-admin", [new() { ApiGroups = ["*"], Resources = ["*"], Verbs = ["*"] }, new() { NonResourceURLs = ["*"], Verbs = ["*"] }]),
        ("admin", [.. EditRules, Rule("authorization.k8s.io", ["create"], "localsubjectaccessreviews"), Rule("rbac.authorization.k8s.io", [.. Read, .. Write], "roles", "rolebindings")]),
        ("edit", EditRules),
        ("view", ViewRules),
        ("system:basic-user", [Rule("authorization.k8s.io", ["create"], "selfsubjectaccessreviews", "selfsubjectrulesreviews"), Rule("authentication.k8s.io", ["create"], "selfsubjectreviews")]),
        ("system:discovery", [new() { NonResourceURLs = ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"], Verbs = ["get"] }]),
    ];

    static readonly (string Role, string Group)[] Bindings = [("cluster-admin", "system:masters"), ("system:basic-user", "system:authenticated"), ("system:discovery", "system:authenticated")];

    /// <summary>Makes those that are missing; one that somebody changed stays as it is.</summary>
    public static async Task PlantAsync(Objects objects, CancellationToken cancellation)
    {
        foreach (var (name, rules) in Roles)
        {
            if (objects.Find<ClusterRole>(null, name) is null) await objects.CreateAsync(new ClusterRole { Metadata = Metadata(name), Rules = [.. rules] }, cancellation);
        }
        foreach (var (role, group) in Bindings)
        {
            if (objects.Find<ClusterRoleBinding>(null, role) is not null) continue;
            await objects.CreateAsync(new ClusterRoleBinding
            {
                Metadata = Metadata(role),
                RoleRef = new() { Kind = "ClusterRole", Name = role },
                Subjects = [new() { Kind = "Group", Name = group }],
            }, cancellation);
        }
    }

    static ObjectMeta Metadata(string name) => new() { Name = name, Labels = new() { ["kubernetes.io/bootstrapping"] = "rbac-defaults" } };

    static PolicyRule Rule(string group, string[] verbs, params string[] resources) => new() { ApiGroups = [group], Resources = [.. resources], Verbs = [.. verbs] };
}
