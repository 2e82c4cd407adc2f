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
    /// <summary>What lies under an object besides its status and its scale.</summary>
    public IReadOnlyList<Subresource> Subresources { get; init; } = [];
    /// <summary>What this cluster does not do with such objects; writers are warned.</summary>
    public string? Notice { get; init; }

    public bool Equals(Resource? other) => other is not null && other.Id == Id;
    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);
    public override string ToString() => Id;
}

/// <summary>A part or an action of an object, under its path.</summary>
/// <param name="Name">Last part of the path, such as <c>log</c>.</param>
/// <param name="Kind">Kind of what is sent or answered.</param>
/// <param name="Verbs">What can be done with it.</param>
public sealed record Subresource(string Name, string Kind, params IReadOnlyList<string> Verbs)
{
    /// <summary>Group of the kind, where it is another than the object's.</summary>
    public string Group { get; init; } = "";
    /// <summary>Version of the kind, where it is another than the object's.</summary>
    public string Version { get; init; } = "";
}
