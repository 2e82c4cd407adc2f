using System.Text.Json;
using Panel.Core.Servers;
using Panel.Kube;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Kube.Wire;

namespace Panel.Tests.Kube.Manifests;

/// <summary>All objects of a server as YAML, to be compared with a kept text.</summary>
static class ManifestText
{
    public static string Of(ServerSpec spec, KubeOptions options, ClusterAbilities abilities)
    {
        var manifest = ServerManifests.Of(spec, options, abilities);
        List<string> documents =
        [
            Yaml(Kinds.Claims, ServerManifests.Claim(spec, options, existing: null)),
            Yaml(Kinds.Secrets, manifest.Secret),
            Yaml(Kinds.StatefulSets, manifest.Set),
        ];
        if (manifest.Service is { } service) documents.Insert(2, Yaml(Kinds.Services, service));
        if (manifest.Policy is { } policy) documents.Insert(documents.Count - 1, Yaml(Kinds.NetworkPolicies, policy));
        if (manifest.Budget is { } budget) documents.Insert(documents.Count - 1, Yaml(Kinds.DisruptionBudgets, budget));
        if (spec.Install is not null) documents.Add(Yaml(Kinds.Jobs, ServerManifests.Install(spec, options)));
        return string.Join("---\n", documents);
    }

    /// <summary>One object.</summary>
    public static string Yaml<T>(Kind<T> kind, T item) where T : KubeObject
    {
        (item.ApiVersion, item.Kind) = (kind.ApiVersion, kind.Name);
        using var json = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(item, kind.Item));
        return new YamlDotNet.Serialization.SerializerBuilder().WithIndentedSequences().WithQuotingNecessaryStrings().Build().Serialize(Plain(json.RootElement)!);
    }

    static object? Plain(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().ToDictionary(member => member.Name, member => Plain(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().Select(Plain).ToList(),
        JsonValueKind.Number => json.GetInt64(),
        JsonValueKind.True or JsonValueKind.False => json.GetBoolean(),
        JsonValueKind.Null => null,
        _ => json.GetString(),
    };
}
