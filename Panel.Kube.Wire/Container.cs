using System.Text.Json.Serialization;

namespace Panel.Kube.Wire;

/// <summary>One program of a pod.</summary>
public sealed class Container
{
    /// <summary>Its name in the pod.</summary>
    public string Name { get; set; } = "";
    /// <summary>What it is made from.</summary>
    public string? Image { get; set; }
    /// <summary><c>Always</c>, <c>IfNotPresent</c> or <c>Never</c>.</summary>
    public string? ImagePullPolicy { get; set; }
    /// <summary>The program and its first arguments, instead of the image's.</summary>
    public List<string>? Command { get; set; }
    /// <summary>Further arguments, instead of the image's.</summary>
    public List<string>? Args { get; set; }
    /// <summary>Where it starts.</summary>
    public string? WorkingDir { get; set; }
    /// <summary>Ports it listens on.</summary>
    public List<ContainerPort>? Ports { get; set; }
    /// <summary>Variables of its environment.</summary>
    public List<EnvVar>? Env { get; set; }
    /// <summary>ConfigMaps and Secrets whose entries become variables.</summary>
    public List<EnvFromSource>? EnvFrom { get; set; }
    /// <summary>What it asks for and may have at most.</summary>
    public ResourceRequirements? Resources { get; set; }
    /// <summary>Volumes, and where it sees them.</summary>
    public List<VolumeMount>? VolumeMounts { get; set; }
    /// <summary>Until this succeeds, the other probes wait.</summary>
    public Probe? StartupProbe { get; set; }
    /// <summary>While this fails, the pod is not ready.</summary>
    public Probe? ReadinessProbe { get; set; }
    /// <summary>When this fails, the container is started again.</summary>
    public Probe? LivenessProbe { get; set; }
    /// <summary>What is done after its start and before its end.</summary>
    public Lifecycle? Lifecycle { get; set; }
    /// <summary>Its user, group and rights.</summary>
    public SecurityContext? SecurityContext { get; set; }
    /// <summary>Whether its standard input is open.</summary>
    public bool? Stdin { get; set; }
    /// <summary>Whether that ends with the first client.</summary>
    public bool? StdinOnce { get; set; }
    /// <summary>Whether it has a terminal.</summary>
    public bool? Tty { get; set; }
    /// <summary>Where it leaves a last word.</summary>
    public string? TerminationMessagePath { get; set; }
    /// <summary><c>File</c> or <c>FallbackToLogsOnError</c>.</summary>
    public string? TerminationMessagePolicy { get; set; }
}

/// <summary>A port that a container listens on.</summary>
public sealed class ContainerPort
{
    /// <summary>Its name, by which services find it.</summary>
    public string? Name { get; set; }
    /// <summary>The number.</summary>
    [JsonPropertyName("containerPort")] public int Number { get; set; }
    /// <summary>The node's port that leads to it.</summary>
    public int? HostPort { get; set; }
    /// <summary><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>.</summary>
    public string? Protocol { get; set; }
}

/// <summary>A variable of the environment.</summary>
public sealed class EnvVar
{
    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";
    /// <summary>Its value; <c>$(NAME)</c> stands for another variable's.</summary>
    public string? Value { get; set; }
    /// <summary>Where its value comes from.</summary>
    public EnvVarSource? ValueFrom { get; set; }
}

public sealed class EnvVarSource
{
    public ObjectFieldSelector? FieldRef { get; set; }
    public ResourceFieldSelector? ResourceFieldRef { get; set; }
    public KeySelector? ConfigMapKeyRef { get; set; }
    public KeySelector? SecretKeyRef { get; set; }
}

public sealed class ObjectFieldSelector
{
    public string? ApiVersion { get; set; }
    public string FieldPath { get; set; } = "";
}

public sealed class ResourceFieldSelector
{
    public string? ContainerName { get; set; }
    public string Resource { get; set; } = "";
    public string? Divisor { get; set; }
}

public sealed class KeySelector
{
    public string? Name { get; set; }
    public string Key { get; set; } = "";
    public bool? Optional { get; set; }
}

public sealed class EnvFromSource
{
    public string? Prefix { get; set; }
    public NamedSource? ConfigMapRef { get; set; }
    public NamedSource? SecretRef { get; set; }
}

public sealed class NamedSource
{
    public string? Name { get; set; }
    public bool? Optional { get; set; }
}

/// <summary>What something asks for and may have at most.</summary>
public sealed class ResourceRequirements
{
    /// <summary>At most.</summary>
    public Dictionary<string, string>? Limits { get; set; }
    /// <summary>At least.</summary>
    public Dictionary<string, string>? Requests { get; set; }
}

/// <summary>Where a container sees a volume.</summary>
public sealed class VolumeMount
{
    /// <summary>The volume.</summary>
    public string Name { get; set; } = "";
    /// <summary>Where.</summary>
    public string MountPath { get; set; } = "";
    /// <summary>Only this directory of it.</summary>
    public string? SubPath { get; set; }
    /// <summary>Whether it may only be read.</summary>
    public bool? ReadOnly { get; set; }
}

/// <summary>A directory that containers can mount.</summary>
public sealed class Volume
{
    /// <summary>Its name in the pod.</summary>
    public string Name { get; set; } = "";
    /// <summary>A volume that outlives the pod.</summary>
    public PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; set; }
    /// <summary>A volume that begins empty and goes with the pod.</summary>
    public EmptyDirVolumeSource? EmptyDir { get; set; }
    /// <summary>The entries of a ConfigMap as files.</summary>
    public ConfigMapVolumeSource? ConfigMap { get; set; }
    /// <summary>The entries of a Secret as files.</summary>
    public SecretVolumeSource? Secret { get; set; }
}

public sealed class PersistentVolumeClaimVolumeSource
{
    public string ClaimName { get; set; } = "";
    public bool? ReadOnly { get; set; }
}

public sealed class EmptyDirVolumeSource
{
    public string? Medium { get; set; }
    public string? SizeLimit { get; set; }
}

public sealed class ConfigMapVolumeSource
{
    public string? Name { get; set; }
    public List<KeyToPath>? Items { get; set; }
    public int? DefaultMode { get; set; }
    public bool? Optional { get; set; }
}

public sealed class SecretVolumeSource
{
    public string? SecretName { get; set; }
    public List<KeyToPath>? Items { get; set; }
    public int? DefaultMode { get; set; }
    public bool? Optional { get; set; }
}

public sealed class KeyToPath
{
    public string Key { get; set; } = "";
    public string Path { get; set; } = "";
    public int? Mode { get; set; }
}

/// <summary>A question to a container.</summary>
public sealed class Probe
{
    /// <summary>A command that must end with 0.</summary>
    public ExecAction? Exec { get; set; }
    /// <summary>A port that must take a connection.</summary>
    public TcpSocketAction? TcpSocket { get; set; }
    /// <summary>A request that must succeed.</summary>
    public HttpGetAction? HttpGet { get; set; }
    /// <summary>How long to wait before the first, in seconds.</summary>
    public int? InitialDelaySeconds { get; set; }
    /// <summary>How often, in seconds.</summary>
    public int? PeriodSeconds { get; set; }
    /// <summary>How long an answer may take, in seconds.</summary>
    public int? TimeoutSeconds { get; set; }
    /// <summary>How many successes in a row count.</summary>
    public int? SuccessThreshold { get; set; }
    /// <summary>How many failures in a row count.</summary>
    public int? FailureThreshold { get; set; }
    public long? TerminationGracePeriodSeconds { get; set; }
}

public sealed class Lifecycle
{
    public LifecycleHandler? PostStart { get; set; }
    public LifecycleHandler? PreStop { get; set; }
}

public sealed class LifecycleHandler
{
    public ExecAction? Exec { get; set; }
    public TcpSocketAction? TcpSocket { get; set; }
    public HttpGetAction? HttpGet { get; set; }
}

public sealed class ExecAction
{
    public List<string> Command { get; set; } = [];
}

public sealed class TcpSocketAction
{
    public IntOrString Port { get; set; }
    public string? Host { get; set; }
}

public sealed class HttpGetAction
{
    public string? Path { get; set; }
    public IntOrString Port { get; set; }
    public string? Host { get; set; }
    public string? Scheme { get; set; }
    public List<HttpHeader>? HttpHeaders { get; set; }
}

public sealed class HttpHeader
{
    public string Name { get; set; } = "";
    public string Value { get; set; } = "";
}
