using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Panel.Kube.Client;

/// <summary>The fields of a kubeconfig file, read so that every fault can name file, context and field.</summary>
sealed record KubeConfigFields(string Path, YamlMappingNode Root)
{
    /// <summary>The context that is being read.</summary>
    public string? Context { get; init; }

    /// <summary>Files that are asked for what this one does not have.</summary>
    public IReadOnlyList<KubeConfigFields> Further { get; init; } = [];

    /// <summary>Several files as one: of two entries of a name the first counts, whole; files that are not there are passed over.</summary>
    /// <remarks>https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files</remarks>
    /// <exception cref="KubeConfigException">There is none of them, or one is no YAML mapping.</exception>
    public static KubeConfigFields Read(IReadOnlyList<string> paths)
    {
        if (paths is [var only]) return Read(only);
        List<KubeConfigFields> all = [.. paths.Where(System.IO.File.Exists).Select(Read)];
        return all is [var first, .. var further] ? first with { Further = further } : throw new KubeConfigException($"{string.Join(", ", paths)}: there is none of these files.");
    }

    /// <exception cref="KubeConfigException">There is no such file, or it is no YAML mapping.</exception>
    public static KubeConfigFields Read(string path)
    {
        var yaml = new YamlStream();
        try
        {
            using var text = System.IO.File.OpenText(path);
            yaml.Load(text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or YamlException)
        {
            throw new KubeConfigException($"{path}: {failure.Message}", failure);
        }
        return yaml.Documents is [{ RootNode: YamlMappingNode root }, ..] ? new(path, root) : throw new KubeConfigException($"{path}: is no kubeconfig (not a YAML mapping)");
    }

    public KubeConfigException Fault(string field, string what) =>
        new(Context is null ? $"{Path}: {field} {what}." : $"{Path}, context '{Context}': {field} {what}.");

    /// <summary>A text at the top of the first file that has it.</summary>
    public string? TopText(string field) => Text(Root, field) ?? Further.Select(file => file.Text(file.Root, field)).FirstOrDefault(text => text is not null);

    public static bool Has(YamlMappingNode node, string field) => node.Children.ContainsKey(field);

    /// <summary>The body of the entry <paramref name="name"/> of a list such as <c>clusters</c>, and the file it is from: paths in it count from there.</summary>
    public (KubeConfigFields File, YamlMappingNode Body) Named(string list, string body, string name)
    {
        foreach (var file in (KubeConfigFields[])[this with { Further = [] }, .. Further.Select(file => file with { Context = Context })])
        {
            var entries = file.Root.Children.TryGetValue(list, out var node) ? node as YamlSequenceNode : null;
            if (entries?.OfType<YamlMappingNode>().FirstOrDefault(entry => file.Text(entry, "name") == name) is not { } entry) continue;
            return entry.Children.TryGetValue(body, out var found) && found is YamlMappingNode mapping ? (file, mapping) : throw file.Fault($"{list} '{name}': {body}", "is missing");
        }
        throw Fault(list, $"has no '{name}'{(Further.Count > 0 ? $", nor do those of {string.Join(", ", Further.Select(file => file.Path))}" : "")}");
    }

    public string? Text(YamlMappingNode? node, string field)
    {
        if (node is null || !node.Children.TryGetValue(field, out var value)) return null;
        if (value is not YamlScalarNode scalar) throw Fault(field, "is not a text");
        return string.IsNullOrEmpty(scalar.Value) ? null : scalar.Value;
    }

    /// <summary>A field with fields of its own.</summary>
    public YamlMappingNode? Mapping(YamlMappingNode? node, string field)
    {
        if (node is null || !node.Children.TryGetValue(field, out var value) || value is YamlScalarNode { Value: null or "" or "null" or "~" }) return null;
        return value as YamlMappingNode ?? throw Fault(field, "is no mapping");
    }

    /// <summary>The texts of a list.</summary>
    public IReadOnlyList<string> Texts(YamlMappingNode? node, string field) =>
        [.. List(node, field).Select(item => (item as YamlScalarNode)?.Value ?? throw Fault(field, "holds what is not a text"))];

    /// <summary>The mappings of a list.</summary>
    public IReadOnlyList<YamlMappingNode> Items(YamlMappingNode? node, string field) =>
        [.. List(node, field).Select(item => item as YamlMappingNode ?? throw Fault(field, "holds what is no mapping"))];

    IEnumerable<YamlNode> List(YamlMappingNode? node, string field)
    {
        if (node is null || !node.Children.TryGetValue(field, out var value) || value is YamlScalarNode { Value: null or "" or "null" or "~" }) return [];
        return value as YamlSequenceNode ?? throw Fault(field, "is no list");
    }

    public string Required(YamlMappingNode node, string field) => Text(node, field) ?? throw Fault(field, "is missing");

    public bool Flag(YamlMappingNode node, string field) => Text(node, field) switch
    {
        null => false,
        var text when bool.TryParse(text, out var flag) => flag,
        _ => throw Fault(field, "is neither true nor false"),
    };

    public Uri? Address(YamlMappingNode node, string field)
    {
        if (Text(node, field) is not { } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : throw Fault(field, $"'{text}' is no http or https address");
    }

    /// <summary>A path; a relative one counts from the directory of the kubeconfig.</summary>
    public string? File(YamlMappingNode? node, string field) =>
        Text(node, field) is { } path ? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!, path) : null;

    /// <summary>The bytes of <c>{field}-data</c>, which wins, or of the file that <c>{field}</c> names.</summary>
    public byte[]? Bytes(YamlMappingNode? node, string field)
    {
        if (Text(node, field + "-data") is { } data)
        {
            try
            {
                return Convert.FromBase64String(data);
            }
            catch (FormatException)
            {
                throw Fault(field + "-data", "is no base64");
            }
        }
        if (File(node, field) is not { } path) return null;
        try
        {
            return System.IO.File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Fault(field, $"cannot be read ({failure.Message})");
        }
    }
}
