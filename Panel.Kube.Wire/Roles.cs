namespace Panel.Kube.Wire;

/// <summary>A name under which a program speaks with the API.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/service-account-v1/</remarks>
public sealed class ServiceAccount : KubeObject
{
    /// <summary>Secrets that its pods may use.</summary>
    public List<ObjectReference>? Secrets { get; set; }
    /// <summary>Secrets for pulling the images of its pods.</summary>
    public List<LocalObjectReference>? ImagePullSecrets { get; set; }
    /// <summary>Whether its pods get a token when they do not say.</summary>
    public bool? AutomountServiceAccountToken { get; set; }
}

/// <summary>What may be done in one namespace.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-v1/</remarks>
public sealed class Role : KubeObject
{
    /// <summary>The permissions; none takes away from another.</summary>
    public List<PolicyRule>? Rules { get; set; }
}

/// <summary>What may be done in a namespace or everywhere, as it is bound.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-v1/</remarks>
public sealed class ClusterRole : KubeObject
{
    /// <summary>The permissions; none takes away from another.</summary>
    public List<PolicyRule>? Rules { get; set; }
}

/// <summary>One permission: these verbs on these resources.</summary>
public sealed class PolicyRule
{
    /// <summary>API groups, <c>""</c> for the core group, <c>*</c> for all.</summary>
    public List<string>? ApiGroups { get; set; }
    /// <summary>Resources such as <c>pods</c> or <c>pods/log</c>, <c>*</c> for all.</summary>
    public List<string>? Resources { get; set; }
    /// <summary>Only objects of these names; none for all.</summary>
    public List<string>? ResourceNames { get; set; }
    /// <summary>Paths that are no resources, such as <c>/healthz</c> or <c>/apis/*</c>.</summary>
    public List<string>? NonResourceURLs { get; set; }
    /// <summary><c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>, <c>deletecollection</c>, <c>*</c> for all.</summary>
    public List<string> Verbs { get; set; } = [];
}

/// <summary>Gives a role to people and programs, in one namespace.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-binding-v1/</remarks>
public sealed class RoleBinding : KubeObject
{
    /// <summary>Who gets the role.</summary>
    public List<RoleSubject>? Subjects { get; set; }
    /// <summary>The role; never changed.</summary>
    public RoleReference RoleRef { get; set; } = new();
}

/// <summary>Gives a cluster role to people and programs, everywhere.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-binding-v1/</remarks>
public sealed class ClusterRoleBinding : KubeObject
{
    /// <summary>Who gets the role.</summary>
    public List<RoleSubject>? Subjects { get; set; }
    /// <summary>The role; never changed.</summary>
    public RoleReference RoleRef { get; set; } = new();
}

/// <summary>Who gets a role.</summary>
public sealed class RoleSubject
{
    /// <summary><c>User</c>, <c>Group</c> or <c>ServiceAccount</c>.</summary>
    public string Kind { get; set; } = "";
    /// <summary>Empty for a service account.</summary>
    public string? ApiGroup { get; set; }
    /// <summary>The name.</summary>
    public string Name { get; set; } = "";
    /// <summary>Where the service account lives.</summary>
    public string? Namespace { get; set; }
}

/// <summary>Names the role that a binding gives.</summary>
public sealed class RoleReference
{
    /// <summary><c>rbac.authorization.k8s.io</c>.</summary>
    public string ApiGroup { get; set; } = "";
    /// <summary><c>Role</c> or <c>ClusterRole</c>.</summary>
    public string Kind { get; set; } = "";
    /// <summary>The role's name.</summary>
    public string Name { get; set; } = "";
}
