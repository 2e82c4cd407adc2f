using System.Text.Json.Nodes;
using Panel.Kube.Wire;
using Panel.LocalCluster.Patching;

namespace Panel.LocalCluster.Store;

/// <summary>Which part of an object a change may touch: the rest stays as it is.</summary>
public enum Part { Spec, Status }

/// <summary>How a write is made.</summary>
/// <param name="Manager">Who owns the written fields; null leaves ownership alone.</param>
/// <param name="DryRun">Answer as if, and write nothing.</param>
/// <param name="Subresource">Through which subresource; empty is the object itself.</param>
public sealed record WriteOptions(string? Manager = null, bool DryRun = false, string Subresource = "");

/// <summary>The verbs of the API on stored objects. Both the HTTP endpoints and the controllers come through here.</summary>
public sealed class ObjectOperations(ObjectStore store, TimeProvider clock)
{
    static readonly WriteOptions Plain = new();

    /// <summary>Creates an object.</summary>
    /// <exception cref="StatusException">AlreadyExists, Invalid, BadRequest, NotFound or Forbidden (namespace).</exception>
    public Task<Written> CreateAsync(Resource resource, string? space, JsonObject document, CancellationToken cancellation, WriteOptions? options = null)
    {
        CheckNew(resource, space, document);
        var metadata = ObjectLifecycle.Metadata(document);
        var name = (string?)metadata["name"] is { Length: > 0 } given ? given : (string?)metadata["generateName"] is { Length: > 0 } prefix ? Generate(prefix) : "";
        return WriteAsync(new(resource, space, name), options ?? Plain, (state, before) =>
        {
            if (before is not null) throw Statuses.AlreadyExists(resource, name);
            ObjectLifecycle.Create(state, new(resource, space, name), document, clock.GetUtcNow());
            Track(null, document, options ?? Plain);
            return document;
        }, cancellation);
    }

    /// <summary>Changes an object. The change runs against its newest state; a <c>resourceVersion</c> that it puts in must be that of this state.</summary>
    /// <exception cref="StatusException">NotFound, Conflict, Invalid, BadRequest.</exception>
    public Task<Written> ChangeAsync(ObjectKey key, Part part, Func<JsonObject, JsonObject> change, CancellationToken cancellation, WriteOptions? options = null) =>
        WriteAsync(key, options ?? Plain, (state, before) =>
        {
            if (before is null) throw Statuses.NotFound(key.Resource, key.Name);
            var document = change(before.ToNode());
            ObjectLifecycle.Change(state, before, part, document);
            Track(before, document, options ?? Plain);
            return ObjectLifecycle.IsOver(key.Resource, document) ? null : document;
        }, cancellation);

    /// <summary>Applies an intent as its manager's whole will; creates the object when it is not there.</summary>
    /// <exception cref="StatusException">Conflict with a cause for each field that others own, Invalid, BadRequest.</exception>
    public Task<Written> ApplyAsync(ObjectKey key, Part part, JsonObject intent, bool force, WriteOptions options, CancellationToken cancellation)
    {
        var manager = Manager(key.Resource, options) ?? throw Statuses.BadRequest("fieldManager is required for apply patch");
        return WriteAsync(key, options, (state, before) =>
        {
            if (before is null)
            {
                if (part is Part.Status) throw Statuses.NotFound(key.Resource, key.Name);
                CheckNew(key.Resource, key.Namespace, intent);
                var created = new JsonObject { ["metadata"] = new JsonObject() };
                ServerSideApply.Apply(created, intent, manager, force);
                ObjectLifecycle.Create(state, key, created, clock.GetUtcNow());
                return created;
            }
            var document = before.ToNode();
            var conflicts = ServerSideApply.Apply(document, intent, manager, force);
            if (conflicts.Count > 0) throw Refuse(key, conflicts);
            ObjectLifecycle.Change(state, before, part, document);
            return ObjectLifecycle.IsOver(key.Resource, document) ? null : document;
        }, cancellation);
    }

    /// <summary>Asks for an object's end.</summary>
    /// <exception cref="StatusException">NotFound, Conflict (preconditions), Forbidden.</exception>
    public Task<Written> DeleteAsync(ObjectKey key, DeleteOptions options, CancellationToken cancellation) =>
        WriteAsync(key, new(DryRun: options.DryRun is { Count: > 0 }), (_, before) =>
            ObjectLifecycle.Delete(before ?? throw Statuses.NotFound(key.Resource, key.Name), options, clock.GetUtcNow()), cancellation);

    Task<Written> WriteAsync(ObjectKey key, WriteOptions options, Func<StoreState, StoredObject?, JsonObject?> change, CancellationToken cancellation) =>
        options.DryRun ? Task.FromResult(store.Try(key, change)) : store.ChangeAsync(key, change, cancellation);

    void Track(StoredObject? before, JsonObject document, WriteOptions options)
    {
        if (Manager(before?.Key.Resource ?? Resources.FindKind((string?)document["apiVersion"], (string?)document["kind"])!, options) is { } manager)
            ServerSideApply.Track(before?.ToNode(), document, manager);
    }

    Manager? Manager(Resource resource, WriteOptions options) =>
        options.Manager is { Length: > 0 } name ? new(name, options.Subresource, resource.ApiVersion, ObjectLifecycle.Time(clock.GetUtcNow())) : null;

    static void CheckNew(Resource resource, string? space, JsonObject document)
    {
        var metadata = ObjectLifecycle.Metadata(document);
        if (document["kind"] is { } kind && kind.ToString() != resource.Kind) throw Statuses.BadRequest($"the kind in the data ({kind}) does not match the expected kind ({resource.Kind})");
        if (document["apiVersion"] is { } version && version.ToString() != resource.ApiVersion)
            throw Statuses.BadRequest($"the API version in the data ({version}) does not match the expected API version ({resource.ApiVersion})");
        if (metadata["namespace"] is { } named && named.ToString() is { Length: > 0 } other && other != space)
            throw Statuses.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        foreach (var field in (string[])["name", "generateName"])
        {
            if (metadata[field] is { } text && (text is not JsonValue value || !value.TryGetValue<string>(out _))) throw Statuses.BadRequest($"metadata.{field} must be a string");
        }
        if (metadata["resourceVersion"] is { } seen && seen.ToString().Length > 0) throw Statuses.BadRequest("resourceVersion should not be set on objects to be created");
    }

    static StatusException Refuse(ObjectKey key, IReadOnlyList<StatusCause> conflicts)
    {
        var listed = string.Join("\n- ", conflicts.Select(cause => $"{cause.Message}: {cause.Field}"));
        var title = conflicts.Count == 1 ? "Apply failed with 1 conflict: " : $"Apply failed with {conflicts.Count} conflicts:\n- ";
        var refusal = Statuses.Of(409, "Conflict", title + listed, key.Resource, key.Name);
        refusal.Status.Details!.Causes = [.. conflicts];
        return refusal;
    }

    // no vowels, hence no words; as in Kubernetes
    static string Generate(string prefix) => prefix[..Math.Min(prefix.Length, 248)] + Random.Shared.GetString("bcdfghjklmnpqrstvwxz2456789", 5);
}
