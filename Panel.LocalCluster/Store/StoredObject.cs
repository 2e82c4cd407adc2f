using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Panel.Kube.Wire;

namespace Panel.LocalCluster.Store;

/// <summary>An object as it was at one version. Immutable, hence safe to read from any thread.</summary>
public sealed class StoredObject
{
    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    StoredObject(ObjectKey key, long version, JsonElement document)
    {
        Key = key;
        Version = version;
        Document = document;
    }

    public ObjectKey Key { get; }
    /// <summary>The store's version when this was written.</summary>
    public long Version { get; }
    public JsonElement Document { get; }
    /// <summary>The document as UTF-8, ready to be sent.</summary>
    public ReadOnlySpan<byte> Json => JsonMarshal.GetRawUtf8Value(Document);
    public string? Uid => Metadata("uid") is { ValueKind: JsonValueKind.String } uid ? uid.GetString() : null;
    /// <summary>Whether it is on its way out.</summary>
    public bool Deleting => Metadata("deletionTimestamp").ValueKind is JsonValueKind.String;
    public JsonElement Labels => Metadata("labels");

    /// <summary>A field of the metadata; undefined when it is absent.</summary>
    public JsonElement Metadata(string field) =>
        Document.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty(field, out var value) ? value : default;

    /// <summary>A copy that may be changed.</summary>
    public JsonObject ToNode() => JsonNode.Parse(Json)!.AsObject();

    /// <summary>A typed copy.</summary>
    public T To<T>() where T : KubeObject => (T)Document.Deserialize(KubeJson.Default.GetTypeInfo(typeof(T))!)!;

    /// <summary>The same document, stamped with another version.</summary>
    public StoredObject At(long version) => Seal(Key, version, ToNode());

    /// <summary>Seals a document as the state of an object at a version, which is written into it.</summary>
    public static StoredObject Seal(ObjectKey key, long version, JsonObject document)
    {
        if (document["metadata"] is not JsonObject metadata) document["metadata"] = metadata = [];
        metadata["resourceVersion"] = Versions.Format(version);
        return Read(key, version, JsonElement.Parse(JsonSerializer.SerializeToUtf8Bytes(document, Plain)));
    }

    /// <summary>Takes a sealed document back from disk.</summary>
    public static StoredObject Read(ObjectKey key, long version, JsonElement document) => new(key, version, document);
}

/// <summary>What names an object: its kind, its namespace (null outside namespaces) and its name.</summary>
public sealed record ObjectKey(Resource Resource, string? Namespace, string Name)
{
    public override string ToString() => Namespace is null ? $"{Resource.Id}/{Name}" : $"{Resource.Id}/{Namespace}/{Name}";
}

/// <summary>Orders objects of one resource by namespace, then name: the order of lists.</summary>
sealed class ByName : IComparer<StoredObject>
{
    public static readonly ByName Order = new();

    public int Compare(StoredObject? x, StoredObject? y) => Compare(x!.Key, y!.Key);

    public static int Compare(ObjectKey x, ObjectKey y)
    {
        var space = string.CompareOrdinal(x.Namespace, y.Namespace);
        return space != 0 ? space : string.CompareOrdinal(x.Name, y.Name);
    }
}
