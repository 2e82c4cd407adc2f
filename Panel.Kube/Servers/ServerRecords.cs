using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>Servers read back from the annotations of their objects.</summary>
sealed partial class ServerRecords(KubeClient client, IOptions<KubeOptions> options) : IServerRecords
{
    /// <summary>A record as the text of an annotation.</summary>
    public static string Write(ServerRecord record) => JsonSerializer.Serialize(record, RecordJson.Readable.ServerRecord);

    /// <summary>A record, or null where the text is none.</summary>
    public static ServerRecord? Read(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize(text, RecordJson.Readable.ServerRecord);
        }
        catch (JsonException)
        {
            return null;   // somebody wrote it by hand
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<FoundServer>> ReadAsync(CancellationToken cancellation) => ClusterCalls.GuardAsync<IReadOnlyList<FoundServer>>(async () =>
    {
        var (sets, claims) = (await AllAsync(Kinds.StatefulSets, cancellation), await AllAsync(Kinds.Claims, cancellation));
        var found = new List<FoundServer>();
        foreach (var name in sets.Keys.Union(claims.Keys).Order(StringComparer.Ordinal))
        {
            if (Find(name, sets.GetValueOrDefault(name), claims.GetValueOrDefault(name)) is not { } server) continue;
            found.Add(server.Record is { SecretVariables.Count: > 0 } record ? server with { Secrets = await SecretsAsync(name, record, cancellation) } : server);
        }
        return found;
    });

    static FoundServer? Find(string name, StatefulSet? set, PersistentVolumeClaim? claim)
    {
        if (set?.Metadata.DeletionTimestamp is not null || claim?.Metadata.DeletionTimestamp is not null) return null;   // it is going
        var metadata = set?.Metadata ?? claim!.Metadata;
        if (!ServerId.TryParse(ServerObjects.Annotation(metadata, ServerObjects.IdAnnotation), CultureInfo.InvariantCulture, out var id)) return null;
        var pod = set?.Spec.Template;
        return new()
        {
            Id = id,
            ObjectName = name,
            Name = ServerObjects.Annotation(metadata, ServerObjects.NameAnnotation) ?? name,
            OwnerId = ServerObjects.Annotation(metadata, ServerObjects.OwnerAnnotation) ?? "",
            Template = ServerObjects.Annotation(metadata, ServerObjects.TemplateAnnotation) ?? "",
            Record = Read(ServerObjects.Annotation(metadata, ServerObjects.RecordAnnotation)),
            Running = set?.Spec.Replicas is > 0,
            Starts = pod is not null && int.TryParse(ServerObjects.Annotation(pod.Metadata, ServerObjects.StartsAnnotation), CultureInfo.InvariantCulture, out var starts) ? starts : 0,
        };
    }

    async Task<Dictionary<string, string>?> SecretsAsync(string name, ServerRecord record, CancellationToken cancellation)
    {
        Secret? secret;
        try
        {
            secret = await client.FindAsync(Kinds.Secrets, options.Value.Namespace, ServerObjects.Secret(name), cancellation);
        }
        catch (KubeException refusal) when (refusal.Code == System.Net.HttpStatusCode.Forbidden)
        {
            return null;   // the panel needs it at no other time
        }
        return (secret?.Data ?? []).Where(pair => record.SecretVariables.Contains(pair.Key)).ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetString(pair.Value));
    }

    async Task<Dictionary<string, T>> AllAsync<T>(Kind<T> kind, CancellationToken cancellation) where T : KubeObject
    {
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        await foreach (var page in client.PagesAsync(kind, options.Value.Namespace, new($"{ServerObjects.Ours},{ServerObjects.ComponentLabel}={ServerObjects.Server}"), cancellation))
        {
            foreach (var item in page.Items)
            {
                if (ServerObjects.InstanceOf(item) is { } name) all[name] = item;
            }
        }
        return all;
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonSerializable(typeof(ServerRecord))]
    sealed partial class RecordJson : JsonSerializerContext
    {
        /// <summary>For people who read an annotation: letters stay letters.</summary>
        public static RecordJson Readable { get; } = new(new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
            Encoder = new ApplyEncoder(),
        });
    }
}
