using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Panel.Kube.Wire;
using Panel.LocalCluster.Kubelet.Nodes;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>The variables of a container as its spec describes them.</summary>
sealed partial class PodEnvironment(Objects objects, NodeFacts node)
{
    /// <summary>envFrom first, then env in order; later ones win and may refer to earlier ones as <c>$(NAME)</c>.</summary>
    /// <exception cref="ConfigException">A secret, config map or key is missing.</exception>
    public Dictionary<string, string> Resolve(Pod pod, Container container)
    {
        var variables = new Dictionary<string, string>();
        foreach (var source in container.EnvFrom ?? [])
        {
            foreach (var (key, value) in ReadAll(pod, source)) variables[source.Prefix + key] = value;
        }
        foreach (var variable in container.Env ?? [])
        {
            var value = variable.ValueFrom is { } from ? Read(pod, container, from) : Expand(variable.Value ?? "", variables);
            if (value is not null) variables[variable.Name] = value;
        }
        return variables;
    }

    /// <summary>Replaces <c>$(NAME)</c> by the variable; an unknown one stays as it is, and <c>$$</c> is a dollar.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables) => Reference().Replace(text, match =>
        match.Value == "$$" ? "$" : variables.TryGetValue(match.Groups[1].Value, out var value) ? value : match.Value);

    string? Read(Pod pod, Container container, EnvVarSource from) => from switch
    {
        { SecretKeyRef: { } reference } => ReadSecret(pod, reference),
        { ConfigMapKeyRef: { } reference } => ReadConfigMap(pod, reference),
        { FieldRef.FieldPath: { } path } => ReadField(pod, path),
        { ResourceFieldRef: { } reference } => ReadResource(pod, container, reference),
        _ => null,
    };

    string? ReadSecret(Pod pod, KeySelector reference)
    {
        var secret = objects.Find<Secret>(pod.Metadata.Namespace, reference.Name ?? "");
        if (secret?.Data?.GetValueOrDefault(reference.Key) is { } value) return Encoding.UTF8.GetString(value);
        if (reference.Optional == true) return null;
        throw secret is null
            ? new ConfigException($"secret \"{reference.Name}\" not found")
            : new ConfigException($"couldn't find key {reference.Key} in Secret {pod.Metadata.Namespace}/{reference.Name}");
    }

    string? ReadConfigMap(Pod pod, KeySelector reference)
    {
        var map = objects.Find<ConfigMap>(pod.Metadata.Namespace, reference.Name ?? "");
        if (map?.Data?.GetValueOrDefault(reference.Key) is { } value) return value;
        if (reference.Optional == true) return null;
        throw map is null
            ? new ConfigException($"configmap \"{reference.Name}\" not found")
            : new ConfigException($"couldn't find key {reference.Key} in ConfigMap {pod.Metadata.Namespace}/{reference.Name}");
    }

    IEnumerable<KeyValuePair<string, string>> ReadAll(Pod pod, EnvFromSource source)
    {
        if (source.SecretRef is { } secretRef)
        {
            var secret = objects.Find<Secret>(pod.Metadata.Namespace, secretRef.Name ?? "");
            if (secret is null && secretRef.Optional != true) throw new ConfigException($"secret \"{secretRef.Name}\" not found");
            foreach (var (key, value) in secret?.Data ?? []) yield return new(key, Encoding.UTF8.GetString(value));
        }
        if (source.ConfigMapRef is { } mapRef)
        {
            var map = objects.Find<ConfigMap>(pod.Metadata.Namespace, mapRef.Name ?? "");
            if (map is null && mapRef.Optional != true) throw new ConfigException($"configmap \"{mapRef.Name}\" not found");
            foreach (var pair in map?.Data ?? []) yield return pair;
        }
    }

    string ReadField(Pod pod, string path)
    {
        if (MapField().Match(path) is { Success: true } entry)
        {
            var map = entry.Groups[1].Value == "labels" ? pod.Metadata.Labels : pod.Metadata.Annotations;
            return map?.GetValueOrDefault(entry.Groups[2].Value) ?? "";
        }
        return path switch
        {
            "metadata.name" => pod.Metadata.Name!,
            "metadata.namespace" => pod.Metadata.Namespace!,
            "metadata.uid" => pod.Metadata.Uid!,
            "spec.nodeName" => node.Name,
            "spec.serviceAccountName" => pod.Spec.ServiceAccountName ?? "default",
            "status.hostIP" or "status.hostIPs" or "status.podIP" or "status.podIPs" => node.Address,
            _ => throw new ConfigException($"unsupported fieldPath: {path}"),
        };
    }

    string ReadResource(Pod pod, Container container, ResourceFieldSelector reference)
    {
        var of = reference.ContainerName is null ? container : pod.Spec.Containers.FirstOrDefault(other => other.Name == reference.ContainerName) ?? container;
        var (kind, name) = reference.Resource.Split('.', 2) is [var first, var second] ? (first, second) : throw new ConfigException($"unsupported resource: {reference.Resource}");
        var amounts = kind == "limits" ? of.Resources?.Limits : of.Resources?.Requests;
        // a limit that is not set is what the node has
        var amount = amounts?.GetValueOrDefault(name) is { } text ? Quantity.Parse(text) : kind == "limits" ? node.Capacity(name) : 0;
        var divisor = Quantity.TryParse(reference.Divisor, out var asked) && asked != 0 ? asked : 1;
        return Math.Ceiling(amount / divisor).ToString("0", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\$\$|\$\(([A-Za-z_.-][\w.-]*)\)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^metadata\.(labels|annotations)\['(.+)'\]$")]
    private static partial Regex MapField();
}
