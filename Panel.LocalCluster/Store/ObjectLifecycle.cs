using System.Globalization;
using System.Text.Json.Nodes;
using Panel.Kube.Wire;
using Panel.LocalCluster.Admission;
using Panel.LocalCluster.Rules;

namespace Panel.LocalCluster.Store;

/// <summary>What creation, change and deletion make of a document, whoever asks. Pure: given the same clock, the same result.</summary>
static class ObjectLifecycle
{
    /// <summary>Finalizer of an object that waits for its dependents to go first.</summary>
    public const string Foreground = "foregroundDeletion";
    /// <summary>Finalizer of an object whose dependents are to be let go.</summary>
    public const string Orphan = "orphan";

    static readonly string[] OwnedByServer = ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "name", "namespace", "selfLink", "generateName"];

    /// <summary>Completes and checks a new document.</summary>
    public static void Create(StoreState state, ObjectKey key, JsonObject document, DateTimeOffset now)
    {
        var (resource, name) = (key.Resource, key.Name);
        if (key.Namespace is { } space)
        {
            var home = state.Of(Resources.Namespaces).Find(null, space) ?? throw Statuses.NotFound(Resources.Namespaces, space);
            if (home.Deleting) throw Terminating(resource, name, space);
        }
        var metadata = Metadata(document);
        foreach (var field in (string[])["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "resourceVersion", "generation"]) metadata.Remove(field);
        if (resource.HasStatus) document.Remove("status");
        (document["apiVersion"], document["kind"]) = (resource.ApiVersion, resource.Kind);
        metadata["name"] = name;
        if (key.Namespace is not null) metadata["namespace"] = key.Namespace;
        else metadata.Remove("namespace");
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Time(now);
        if (resource.HasGeneration) metadata["generation"] = 1;
        Rule.Check(resource, document, null);
        Admit.Check(state, key, null, document);
    }

    /// <summary>Completes and checks a changed document. Of the old one stays what the part does not cover and what belongs to the server.</summary>
    public static void Change(StoreState state, StoredObject before, Part part, JsonObject document)
    {
        var resource = before.Key.Resource;
        CheckIdentity(before, document);
        var old = before.ToNode();
        Keep(resource, part, old, document);
        var (metadata, was) = (Metadata(document), Metadata(old));
        foreach (var field in OwnedByServer) Restore(metadata, was, field);
        // a client that knows no managed fields must not drop them; [{}] does so on purpose
        if (metadata["managedFields"] is not JsonArray { Count: > 0 }) Restore(metadata, was, "managedFields");
        Rule.Check(resource, document, before);
        if (part is Part.Spec && !before.Deleting) Admit.Check(state, before.Key, before, document);
        if (resource.HasGeneration && !JsonNode.DeepEquals(old["spec"], document["spec"])) metadata["generation"] = ((long?)metadata["generation"] ?? 0) + 1;
    }

    /// <summary>Whether nothing holds a document back any more that is to be deleted.</summary>
    public static bool IsOver(Resource resource, JsonObject document)
    {
        var metadata = Metadata(document);
        return metadata["deletionTimestamp"] is not null && (long?)metadata["deletionGracePeriodSeconds"] is null or 0 && !IsHeld(resource, document);
    }

    /// <summary>Marks a document for deletion.</summary>
    /// <returns>The document; null when it may go at once.</returns>
    public static JsonObject? Delete(StoredObject before, DeleteOptions options, DateTimeOffset now)
    {
        CheckPreconditions(before, options.Preconditions);
        var resource = before.Key.Resource;
        if (resource == Resources.Namespaces && before.Key.Name is "default" or "kube-system" or "kube-public") throw Statuses.Forbidden(resource, before.Key.Name, "this namespace may not be deleted");
        var document = before.ToNode();
        var metadata = Metadata(document);
        SetFinalizer(metadata, Foreground, options.PropagationPolicy == "Foreground", options.PropagationPolicy is not null);
        SetFinalizer(metadata, Orphan, options.PropagationPolicy == "Orphan" || options.OrphanDependents == true, options.PropagationPolicy is not null);
        var grace = Grace(resource, document, options);
        if (grace == 0 && !IsHeld(resource, document)) return null;
        if (before.Deleting && (long?)metadata["deletionGracePeriodSeconds"] <= grace) return document;
        metadata["deletionTimestamp"] = Time(now.AddSeconds(grace));
        metadata["deletionGracePeriodSeconds"] = grace;
        if (resource == Resources.Namespaces) document["status"] = new JsonObject { ["phase"] = "Terminating" };
        return document;
    }

    /// <summary>The metadata of a document, made when it has none.</summary>
    public static JsonObject Metadata(JsonObject document)
    {
        if (document["metadata"] is JsonObject metadata) return metadata;
        if (document["metadata"] is not null) throw Statuses.BadRequest("metadata must be an object");
        document["metadata"] = metadata = [];
        return metadata;
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    static bool IsHeld(Resource resource, JsonObject document) =>
        Metadata(document)["finalizers"] is JsonArray { Count: > 0 } || (resource == Resources.Namespaces && document["spec"]?["finalizers"] is JsonArray { Count: > 0 });

    // a pod that no kubelet has, or whose programs have ended, has nothing to say goodbye to
    static long Grace(Resource resource, JsonObject document, DeleteOptions options)
    {
        if (resource != Resources.Pods) return 0;
        if (document["spec"]?["nodeName"] is null || (string?)document["status"]?["phase"] is "Succeeded" or "Failed") return 0;
        return Math.Max(0, options.GracePeriodSeconds ?? (long?)document["spec"]?["terminationGracePeriodSeconds"] ?? 30);
    }

    static void SetFinalizer(JsonObject metadata, string name, bool wanted, bool asked)
    {
        var finalizers = metadata["finalizers"] as JsonArray;
        var there = finalizers?.FirstOrDefault(item => (string?)item == name);
        if (wanted && there is null)
        {
            if (finalizers is null) metadata["finalizers"] = finalizers = [];
            finalizers.Add((JsonNode)name);
        }
        else if (!wanted && asked && there is not null)
        {
            finalizers!.Remove(there);
        }
    }

    static void CheckIdentity(StoredObject before, JsonObject document)
    {
        var (key, metadata) = (before.Key, Metadata(document));
        if (Text(document, "kind") is { } kind && kind != key.Resource.Kind) throw Statuses.BadRequest($"the kind in the data ({kind}) does not match the expected kind ({key.Resource.Kind})");
        if (Text(document, "apiVersion") is { } version && version != key.Resource.ApiVersion)
            throw Statuses.BadRequest($"the API version in the data ({version}) does not match the expected API version ({key.Resource.ApiVersion})");
        if (Text(metadata, "name") is { } name && name != key.Name) throw Statuses.BadRequest($"the name of the object ({name}) does not match the name on the URL ({key.Name})");
        if (Text(metadata, "namespace") is { Length: > 0 } space && space != key.Namespace) throw Statuses.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        CheckPreconditions(before, new() { Uid = Text(metadata, "uid"), ResourceVersion = Text(metadata, "resourceVersion") is { Length: > 0 } seen ? seen : null });
        (document["apiVersion"], document["kind"]) = (key.Resource.ApiVersion, key.Resource.Kind);
    }

    static void CheckPreconditions(StoredObject before, Preconditions? conditions)
    {
        var key = before.Key;
        if (conditions?.Uid is { Length: > 0 } uid && uid != before.Uid)
            throw Statuses.Conflict(key.Resource, key.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {before.Uid}");
        if (conditions?.ResourceVersion is { } version && version != Versions.Format(before.Version)) throw Statuses.Stale(key.Resource, key.Name);
    }

    static void Keep(Resource resource, Part part, JsonObject old, JsonObject document)
    {
        if (!resource.HasStatus) return;
        if (part is Part.Spec)
        {
            Restore(document, old, "status");
            return;
        }
        var managed = document["metadata"]?["managedFields"]?.DeepClone();
        foreach (var name in document.Select(field => field.Key).Union(old.Select(field => field.Key)).Where(name => name != "status").ToList()) Restore(document, old, name);
        if (managed is not null) Metadata(document)["managedFields"] = managed;
    }

    static void Restore(JsonObject document, JsonObject old, string field)
    {
        if (old[field] is { } value) document[field] = value.DeepClone();
        else document.Remove(field);
    }

    static string? Text(JsonObject fields, string name) =>
        fields[name] is not { } value ? null : value is JsonValue scalar && scalar.TryGetValue<string>(out var text) ? text : throw Statuses.BadRequest($"{name} must be a string");

    static StatusException Terminating(Resource resource, string name, string space)
    {
        var refusal = Statuses.Forbidden(resource, name, $"unable to create new content in namespace {space} because it is being terminated");
        refusal.Status.Details!.Causes = [new() { Reason = "NamespaceTerminating", Message = $"namespace {space} is being terminated", Field = "metadata.namespace" }];
        return refusal;
    }
}
