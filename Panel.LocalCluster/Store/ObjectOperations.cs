using System.Globalization;
using System.Text.Json.Nodes;
using Panel.Kube.Wire;

namespace Panel.LocalCluster.Store;

/// <summary>Which part of an object a change may touch: the rest stays as it is.</summary>
public enum Part { Spec, Status }

/// <summary>The verbs of the API on stored objects. Both the HTTP endpoints and the controllers come through here.</summary>
public sealed class ObjectOperations(ObjectStore store, TimeProvider clock)
{
    public Task<Written> CreateAsync(Resource resource, string? space, JsonObject document, CancellationToken cancellation)
    {
        var metadata = Metadata(document);
        if (metadata["name"] is null && (string?)metadata["generateName"] is { Length: > 0 } prefix) metadata["name"] = prefix + RandomSuffix();
        if (space is not null) metadata["namespace"] = space;
        (document["apiVersion"], document["kind"]) = (resource.ApiVersion, resource.Kind);
        var name = (string?)metadata["name"] ?? "";
        return store.ChangeAsync(new(resource, space, name), (state, before) =>
        {
            if (before is not null) throw Statuses.AlreadyExists(resource, name);
            if (space is not null) CheckNamespace(state, resource, name, space);
            metadata["uid"] = Guid.NewGuid().ToString();
            metadata["creationTimestamp"] = Now();
            if (resource.HasGeneration) metadata["generation"] = 1;
            return document;
        }, cancellation);
    }

    public Task<Written> ChangeAsync(ObjectKey key, Part part, Action<JsonObject> change, CancellationToken cancellation) =>
        store.ChangeAsync(key, (_, before) =>
        {
            if (before is null) throw Statuses.NotFound(key.Resource, key.Name);
            var old = before.ToNode();
            var document = before.ToNode();
            change(document);
            Keep(key.Resource, part, old, document);
            var metadata = Metadata(document);
            foreach (var field in (string[])["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "name", "namespace"])
                Restore(metadata, Metadata(old), field);
            if (key.Resource.HasGeneration && !JsonNode.DeepEquals(old["spec"], document["spec"])) metadata["generation"] = (long?)metadata["generation"] + 1 ?? 1;
            return before.Deleting && Ended(metadata) && metadata["finalizers"] is not JsonArray { Count: > 0 } ? null : document;
        }, cancellation);

    public Task<Written> DeleteAsync(ObjectKey key, DeleteOptions options, CancellationToken cancellation) =>
        store.ChangeAsync(key, (_, before) =>
        {
            if (before is null) throw Statuses.NotFound(key.Resource, key.Name);
            if (options.Preconditions?.Uid is { } uid && uid != before.Uid)
                throw Statuses.Conflict(key.Resource, key.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {before.Uid}");
            var document = before.ToNode();
            var metadata = Metadata(document);
            var grace = Grace(key.Resource, document, options);
            if (grace == 0 && metadata["finalizers"] is not JsonArray { Count: > 0 }) return null;
            metadata["deletionTimestamp"] ??= clock.GetUtcNow().AddSeconds(grace).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            metadata["deletionGracePeriodSeconds"] = Math.Min(grace, (long?)metadata["deletionGracePeriodSeconds"] ?? long.MaxValue);
            return document;
        }, cancellation);

    static long Grace(Resource resource, JsonObject document, DeleteOptions options)
    {
        if (resource != Resources.Pods) return 0;
        var waits = document["spec"]?["nodeName"] is not null && (string?)document["status"]?["phase"] is not ("Succeeded" or "Failed");
        return waits ? options.GracePeriodSeconds ?? (long?)document["spec"]?["terminationGracePeriodSeconds"] ?? 30 : 0;
    }

    static bool Ended(JsonObject metadata) => (long?)metadata["deletionGracePeriodSeconds"] is null or 0;

    static void Keep(Resource resource, Part part, JsonObject old, JsonObject document)
    {
        if (!resource.HasStatus) return;
        if (part is Part.Spec)
        {
            Restore(document, old, "status");
            return;
        }
        foreach (var name in document.Select(field => field.Key).Concat(old.Select(field => field.Key)).Distinct().Where(name => name is not "status").ToList()) Restore(document, old, name);
    }

    static void Restore(JsonObject document, JsonObject old, string field)
    {
        if (old[field] is { } value) document[field] = value.DeepClone();
        else document.Remove(field);
    }

    static void CheckNamespace(StoreState state, Resource resource, string name, string space)
    {
        var home = state.Of(Resources.Namespaces).Find(null, space) ?? throw Statuses.NotFound(Resources.Namespaces, space);
        if (home.Deleting) throw Statuses.Forbidden(resource, name, $"unable to create new content in namespace {space} because it is being terminated");
    }

    static JsonObject Metadata(JsonObject document)
    {
        if (document["metadata"] is JsonObject metadata) return metadata;
        document["metadata"] = metadata = [];
        return metadata;
    }

    string Now() => clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    // no vowels, hence no words; as in Kubernetes
    static string RandomSuffix() => Random.Shared.GetString("bcdfghjklmnpqrstvwxz2456789", 5);
}
