using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panel.Kube.Wire;

/// <summary>What every Kubernetes object has. Fields that nobody here reads are left out of these models and skipped when read.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/</remarks>
public abstract class KubeObject
{
    /// <summary>Group and version, such as <c>apps/v1</c>.</summary>
    [JsonPropertyOrder(-3)] public string? ApiVersion { get; set; }
    /// <summary>The kind, such as <c>StatefulSet</c>.</summary>
    [JsonPropertyOrder(-2)] public string? Kind { get; set; }
    /// <summary>Name, labels and the like.</summary>
    [JsonPropertyOrder(-1)] public ObjectMeta Metadata { get; set; } = new();
}

/// <summary>Metadata of an object.</summary>
public sealed class ObjectMeta
{
    /// <summary>Its name, unique for its kind in its namespace.</summary>
    public string? Name { get; set; }
    /// <summary>A prefix to which the cluster adds letters, where no name is given.</summary>
    public string? GenerateName { get; set; }
    /// <summary>The namespace it lives in.</summary>
    public string? Namespace { get; set; }
    /// <summary>Its identity; an object of the same name made later has another.</summary>
    public string? Uid { get; set; }
    /// <summary>Opaque: never compared for order.</summary>
    public string? ResourceVersion { get; set; }
    /// <summary>Counts the changes of what is wanted.</summary>
    public long? Generation { get; set; }
    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreationTimestamp { get; set; }
    /// <summary>When it is to be gone.</summary>
    public DateTimeOffset? DeletionTimestamp { get; set; }
    /// <summary>How long it has until then, in seconds.</summary>
    public long? DeletionGracePeriodSeconds { get; set; }
    /// <summary>Words to choose it by.</summary>
    public Dictionary<string, string>? Labels { get; set; }
    /// <summary>Notes on it.</summary>
    public Dictionary<string, string>? Annotations { get; set; }
    /// <summary>The objects it dies with.</summary>
    public List<OwnerReference>? OwnerReferences { get; set; }
    /// <summary>Who must agree before it goes.</summary>
    public List<string>? Finalizers { get; set; }
}

/// <summary>Ties an object to the one it dies with.</summary>
public sealed class OwnerReference
{
    public string ApiVersion { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Name { get; set; } = "";
    public string Uid { get; set; } = "";
    public bool? Controller { get; set; }
    public bool? BlockOwnerDeletion { get; set; }
}

/// <summary>Names another object.</summary>
public sealed class ObjectReference
{
    public string? ApiVersion { get; set; }
    public string? Kind { get; set; }
    public string? Name { get; set; }
    public string? Namespace { get; set; }
    public string? Uid { get; set; }
    public string? FieldPath { get; set; }
}

/// <summary>A list of objects of one kind.</summary>
public sealed class KubeList<T>
{
    public string? ApiVersion { get; set; }
    public string? Kind { get; set; }
    public ListMeta Metadata { get; set; } = new();
    public List<T> Items { get; set; } = [];
}

/// <summary>Where a list stands.</summary>
public sealed class ListMeta
{
    public string? ResourceVersion { get; set; }
    /// <summary>Asks for the next page; empty or null on the last.</summary>
    public string? Continue { get; set; }
    public long? RemainingItemCount { get; set; }
}

/// <summary>The answer to a request that failed or has no object to give.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/</remarks>
public sealed class Status
{
    public string? ApiVersion { get; set; } = "v1";
    public string? Kind { get; set; } = "Status";
    public ListMeta Metadata { get; set; } = new();
    /// <summary><c>Success</c> or <c>Failure</c>.</summary>
    [JsonPropertyName("status")] public string? Outcome { get; set; }
    public string? Message { get; set; }
    /// <summary>A word for programs, such as <c>NotFound</c>, <c>Conflict</c>, <c>Invalid</c>.</summary>
    public string? Reason { get; set; }
    public StatusDetails? Details { get; set; }
    public int? Code { get; set; }
}

/// <summary>What a <see cref="Status"/> is about.</summary>
public sealed class StatusDetails
{
    public string? Name { get; set; }
    public string? Group { get; set; }
    public string? Kind { get; set; }
    public string? Uid { get; set; }
    public List<StatusCause>? Causes { get; set; }
    public int? RetryAfterSeconds { get; set; }
}

/// <summary>One reason of several. The type of a cause is called "reason" in JSON.</summary>
public sealed class StatusCause
{
    public string? Reason { get; set; }
    public string? Message { get; set; }
    public string? Field { get; set; }
}

/// <summary>One line of a watch.</summary>
/// <remarks>https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes</remarks>
public sealed class WatchEvent
{
    /// <summary><c>ADDED</c>, <c>MODIFIED</c>, <c>DELETED</c>, <c>BOOKMARK</c> or <c>ERROR</c> (the object is a <see cref="Status"/>).</summary>
    public string Type { get; set; } = "";
    public JsonElement Object { get; set; }
}

/// <summary>Chooses objects by label.</summary>
public sealed class LabelSelector
{
    public Dictionary<string, string>? MatchLabels { get; set; }
    public List<LabelSelectorRequirement>? MatchExpressions { get; set; }
}

/// <summary>One term of a <see cref="LabelSelector"/>.</summary>
public sealed class LabelSelectorRequirement
{
    public string Key { get; set; } = "";
    /// <summary><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>.</summary>
    public string Operator { get; set; } = "";
    public List<string>? Values { get; set; }
}
