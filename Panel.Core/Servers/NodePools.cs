using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Panel.Core.Servers;

/// <summary>Groups of the cluster's nodes, which plans may name.</summary>
public sealed class NodePoolOptions : IValidatableObject
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Cluster";

    /// <summary>The groups, in the order in which they are offered; none for a cluster whose nodes are all alike.</summary>
    [ValidateEnumeratedItems]
    public IList<NodePool> NodePools { get; init; } = [];

    /// <summary>The group of this key; null where none has it any more.</summary>
    public NodePool? Find(string key) => NodePools.FirstOrDefault(pool => pool.Key == key);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (NodePools.DistinctBy(pool => pool.Key, StringComparer.Ordinal).Count() < NodePools.Count) yield return new("Two of Panel:Cluster:NodePools have the same Key.", [nameof(NodePools)]);
    }
}

/// <summary>The rules of <see cref="NodePoolOptions"/>.</summary>
[OptionsValidator]
public sealed partial class NodePoolOptionsValidator : IValidateOptions<NodePoolOptions>;

/// <summary>A group of nodes: which they are, and which ports their servers are given.</summary>
public sealed class NodePool : IValidatableObject
{
    /// <summary>Names it in plans and on servers; it must not change once servers have it.</summary>
    [Required(ErrorMessage = "One of Panel:Cluster:NodePools has no Key."), RegularExpression("[a-z0-9-]{1,40}", ErrorMessage = "The Key of a node pool has a-z, 0-9 and - only.")]
    public string Key { get; init; } = "";

    /// <summary>What people call it; its key where nothing is said.</summary>
    [StringLength(60, ErrorMessage = "The Name of a node pool has at most 60 characters.")]
    public string? Name { get; init; }

    /// <summary>The labels that its nodes have.</summary>
    public Dictionary<string, string> Selector { get; init; } = [];

    /// <summary>The taints of its nodes that servers bear.</summary>
    [ValidateEnumeratedItems]
    public IList<NodeToleration> Tolerations { get; init; } = [];

    /// <summary>The first port of its servers; null for the range of <see cref="PortOptions"/>.</summary>
    [Range(1024, 65535, ErrorMessage = "The First port of a node pool is from 1024 to 65535.")]
    public int? First { get; init; }

    /// <summary>The last port.</summary>
    [Range(1024, 65535, ErrorMessage = "The Last port of a node pool is from 1024 to 65535.")]
    public int? Last { get; init; }

    /// <summary>The name or address that players of its servers are told; null for what is told everywhere.</summary>
    [StringLength(253)]
    public string? Address { get; init; }

    /// <summary>Whether a node is one of it.</summary>
    public bool Has(ClusterNode node) => Selector.All(label => node.Labels.GetValueOrDefault(label.Key) == label.Value);

    /// <summary>What people read.</summary>
    public string Title => string.IsNullOrWhiteSpace(Name) ? Key : Name;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Selector.Count == 0) yield return new($"The node pool {Key} has no Selector: name a label of its nodes.", [nameof(Selector)]);
        if (First is null != Last is null) yield return new($"The node pool {Key} needs First and Last, or neither.", [nameof(First)]);
        if (Last < First) yield return new($"At the node pool {Key}, Last must not be below First.", [nameof(Last)]);
    }
}

/// <summary>A taint that servers bear.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/</remarks>
public sealed class NodeToleration
{
    /// <summary>The taint's key.</summary>
    [Required(ErrorMessage = "A toleration of a node pool has no Key.")]
    public string Key { get; init; } = "";

    /// <summary>The taint's value; null for any.</summary>
    public string? Value { get; init; }

    /// <summary>Its effect; null for all.</summary>
    [RegularExpression("NoSchedule|PreferNoSchedule|NoExecute", ErrorMessage = "The Effect of a toleration is NoSchedule, PreferNoSchedule or NoExecute.")]
    public string? Effect { get; init; }
}
