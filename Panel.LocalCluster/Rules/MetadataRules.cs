using System.Text.Json;
using System.Text.Json.Nodes;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Rules;

/// <summary>What every object's metadata must be.</summary>
static class MetadataRules
{
    const int MaxAnnotationBytes = 256 * 1024;

    public static void Check(Resource resource, JsonObject document, StoredObject? before, Faults faults)
    {
        var metadata = document["metadata"] as JsonObject ?? throw Statuses.BadRequest("metadata must be an object");
        if (before is null) CheckName(resource, Text(metadata, "name"), faults);
        foreach (var (key, value) in Map(metadata, "labels"))
        {
            if (Names.QualifiedName(key) is { } wrong) faults.Invalid("metadata.labels", key, wrong);
            if (Names.LabelValue(value) is { } bad) faults.Invalid("metadata.labels", value, bad);
        }
        var bytes = 0;
        foreach (var (key, value) in Map(metadata, "annotations"))
        {
            if (Names.QualifiedName(key.ToLowerInvariant()) is { } wrong) faults.Invalid("metadata.annotations", key, wrong);
            bytes += System.Text.Encoding.UTF8.GetByteCount(key) + System.Text.Encoding.UTF8.GetByteCount(value);
        }
        if (bytes > MaxAnnotationBytes) faults.Invalid("metadata.annotations", $"{bytes} bytes", $"may not be more than {MaxAnnotationBytes} bytes");
        CheckOwners(metadata, faults);
        CheckFinalizers(metadata, before, faults);
    }

    static void CheckName(Resource resource, string? name, Faults faults)
    {
        if (string.IsNullOrEmpty(name))
        {
            faults.Required("metadata.name", "name or generateName is required");
            return;
        }
        var wrong = resource == Resources.Namespaces ? Names.Label(name)
            : resource == Resources.Services ? Names.ServiceLabel(name)
            : resource.Group == RoleRules.Group ? Names.PathSegment(name)
            : Names.Subdomain(name);
        if (wrong is not null) faults.Invalid("metadata.name", name, wrong);
    }

    static void CheckOwners(JsonObject metadata, Faults faults)
    {
        if (metadata["ownerReferences"] is not JsonArray owners) return;
        foreach (var (i, owner) in owners.Index())
        {
            foreach (var field in (string[])["apiVersion", "kind", "name", "uid"])
            {
                if (string.IsNullOrEmpty(owner is JsonObject fields ? Text(fields, field) : null)) faults.Required($"metadata.ownerReferences[{i}].{field}");
            }
        }
        if (owners.Count(owner => owner?["controller"]?.GetValueKind() is JsonValueKind.True) > 1)
            faults.Invalid("metadata.ownerReferences", owners.ToJsonString(), "Only one reference can have Controller set to true");
    }

    static void CheckFinalizers(JsonObject metadata, StoredObject? before, Faults faults)
    {
        if (metadata["finalizers"] is not JsonArray finalizers) return;
        var kept = before?.Metadata("finalizers") is { ValueKind: JsonValueKind.Array } old ? old.EnumerateArray().Select(item => item.GetString()).ToHashSet() : [];
        foreach (var finalizer in finalizers.Select(item => item?.GetValueKind() is JsonValueKind.String ? (string?)item : null))
        {
            if (Names.QualifiedName(finalizer ?? "") is { } wrong) faults.Invalid("metadata.finalizers", finalizer, wrong);
            else if (before is { Deleting: true } && !kept.Contains(finalizer)) faults.Forbidden("metadata.finalizers", $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{\"{finalizer}\"}}");
        }
    }

    static string? Text(JsonObject fields, string name) =>
        fields[name] is not { } value ? null
        : value.GetValueKind() is JsonValueKind.String ? (string?)value
        : throw Statuses.BadRequest($"{name} must be a string");

    static IEnumerable<KeyValuePair<string, string>> Map(JsonObject metadata, string name)
    {
        if (metadata[name] is not { } map) return [];
        if (map is not JsonObject fields) throw Statuses.BadRequest($"metadata.{name} must be an object");
        return fields.Select(field => KeyValuePair.Create(field.Key, field.Value?.GetValueKind() is JsonValueKind.String
            ? (string)field.Value!
            : throw Statuses.BadRequest($"metadata.{name}.{field.Key} must be a string: json: cannot unmarshal into Go struct field ObjectMeta.metadata.{name} of type string")));
    }
}
