namespace Panel.Kube.Wire;

/// <summary>Services at host names, for a controller to serve.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/</remarks>
public sealed class Ingress : KubeObject
{
    public IngressSpec Spec { get; set; } = new();
}

public sealed class IngressSpec
{
    public string? IngressClassName { get; set; }
    public IngressBackend? DefaultBackend { get; set; }
    public List<IngressTls>? Tls { get; set; }
    public List<IngressRule>? Rules { get; set; }
}

public sealed class IngressTls
{
    public List<string>? Hosts { get; set; }
    public string? SecretName { get; set; }
}

public sealed class IngressRule
{
    public string? Host { get; set; }
    public IngressPaths? Http { get; set; }
}

public sealed class IngressPaths
{
    public List<IngressPath> Paths { get; set; } = [];
}

public sealed class IngressPath
{
    public string? Path { get; set; }
    /// <summary><c>Exact</c>, <c>Prefix</c> or <c>ImplementationSpecific</c>.</summary>
    public string PathType { get; set; } = "";
    public IngressBackend Backend { get; set; } = new();
}

public sealed class IngressBackend
{
    public IngressService? Service { get; set; }
}

public sealed class IngressService
{
    public string Name { get; set; } = "";
    public IngressPort? Port { get; set; }
}

public sealed class IngressPort
{
    public string? Name { get; set; }
    public int? Number { get; set; }
}

/// <summary>Chooses how many pods something has, by what they use.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/</remarks>
public sealed class HorizontalPodAutoscaler : KubeObject
{
    public HorizontalPodAutoscalerSpec Spec { get; set; } = new();
}

public sealed class HorizontalPodAutoscalerSpec
{
    public ScaleTarget ScaleTargetRef { get; set; } = new();
    public int? MinReplicas { get; set; }
    public int MaxReplicas { get; set; }
    public List<ScaleMetric>? Metrics { get; set; }
    public ScaleBehavior? Behavior { get; set; }
}

public sealed class ScaleTarget
{
    public string? ApiVersion { get; set; }
    public string Kind { get; set; } = "";
    public string Name { get; set; } = "";
}

public sealed class ScaleMetric
{
    public string Type { get; set; } = "";
    public ResourceMetric? Resource { get; set; }
}

public sealed class ResourceMetric
{
    public string Name { get; set; } = "";
    public MetricTarget Target { get; set; } = new();
}

public sealed class MetricTarget
{
    public string Type { get; set; } = "";
    public int? AverageUtilization { get; set; }
    public string? AverageValue { get; set; }
    public string? Value { get; set; }
}

public sealed class ScaleBehavior
{
    public ScaleRules? ScaleUp { get; set; }
    public ScaleRules? ScaleDown { get; set; }
}

public sealed class ScaleRules
{
    public int? StabilizationWindowSeconds { get; set; }
    public string? SelectPolicy { get; set; }
    public List<ScalePolicy>? Policies { get; set; }
}

public sealed class ScalePolicy
{
    public string Type { get; set; } = "";
    public int Value { get; set; }
    public int PeriodSeconds { get; set; }
}
