namespace Panel.Kube.Wire;

/// <summary>How much a namespace may hold together.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/resource-quota-v1/</remarks>
public sealed class ResourceQuota : KubeObject
{
    /// <summary>What is allowed.</summary>
    public ResourceQuotaSpec Spec { get; set; } = new();
    /// <summary>What is used of it.</summary>
    public ResourceQuotaStatus? Status { get; set; }
}

/// <summary>What a quota allows.</summary>
public sealed class ResourceQuotaSpec
{
    /// <summary>The most of each resource, such as <c>pods</c>, <c>requests.memory</c>, <c>limits.cpu</c>, <c>requests.storage</c> or <c>count/secrets</c>.</summary>
    public Dictionary<string, string>? Hard { get; set; }
    /// <summary>Counts only pods that are <c>Terminating</c>, <c>NotTerminating</c>, <c>BestEffort</c> or <c>NotBestEffort</c>.</summary>
    public List<string>? Scopes { get; set; }
}

/// <summary>What is used of a quota.</summary>
public sealed class ResourceQuotaStatus
{
    /// <summary>What was allowed when this was counted.</summary>
    public Dictionary<string, string>? Hard { get; set; }
    /// <summary>How much there is of each resource.</summary>
    public Dictionary<string, string>? Used { get; set; }
}

/// <summary>How much one object of a namespace may ask for, and what it gets when it does not ask.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/limit-range-v1/</remarks>
public sealed class LimitRange : KubeObject
{
    /// <summary>The limits.</summary>
    public LimitRangeSpec Spec { get; set; } = new();
}

/// <summary>The limits of a namespace's objects.</summary>
public sealed class LimitRangeSpec
{
    /// <summary>One item a type of object.</summary>
    public List<LimitRangeItem> Limits { get; set; } = [];
}

/// <summary>The limits of one type of object.</summary>
public sealed class LimitRangeItem
{
    /// <summary><c>Container</c>, <c>Pod</c> or <c>PersistentVolumeClaim</c>.</summary>
    public string Type { get; set; } = "";
    /// <summary>The most of each resource.</summary>
    public Dictionary<string, string>? Max { get; set; }
    /// <summary>The least of each resource.</summary>
    public Dictionary<string, string>? Min { get; set; }
    /// <summary>The limit of a container that has none.</summary>
    public Dictionary<string, string>? Default { get; set; }
    /// <summary>The request of a container that has none.</summary>
    public Dictionary<string, string>? DefaultRequest { get; set; }
    /// <summary>How many times its request a limit may be.</summary>
    public Dictionary<string, string>? MaxLimitRequestRatio { get; set; }
}
