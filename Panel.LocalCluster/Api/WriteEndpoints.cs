using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Panel.Kube.Wire;
using Panel.LocalCluster.Api.Protobuf;
using Panel.LocalCluster.Patching;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>Create, replace, patch, apply and delete.</summary>
sealed class WriteEndpoints(ObjectStore store, ObjectOperations operations, TimeProvider clock)
{
    public async Task CreateAsync(HttpContext context, Resource resource)
    {
        var space = ObjectQuery.Of(context, resource).Space;
        var document = await RequestBody.ObjectAsync(context);
        Warnings.AddUnknown(context, resource, document);
        var written = await operations.CreateAsync(resource, space, document, context.RequestAborted, WriteQuery.Options(context));
        await AnswerAsync(context, written, 201);
    }

    public async Task ReplaceAsync(HttpContext context, Resource resource, Part part)
    {
        var document = await RequestBody.ObjectAsync(context);
        Warnings.AddUnknown(context, resource, document);
        if (resource == Resources.Leases && document["metadata"]?["resourceVersion"] is null)
            throw Statuses.Invalid(resource.Kind, resource.Group, ObjectQuery.Key(context, resource).Name, [new() { Reason = "FieldValueInvalid", Field = "metadata.resourceVersion", Message = "Invalid value: 0x0: must be specified for an update" }]);
        var written = await operations.ChangeAsync(ObjectQuery.Key(context, resource), part, _ => document, context.RequestAborted, WriteQuery.Options(context, part));
        await AnswerAsync(context, written);
    }

    public async Task PatchAsync(HttpContext context, Resource resource, Part part)
    {
        var key = ObjectQuery.Key(context, resource);
        if (RequestBody.MediaType(context) == "application/apply-patch+yaml")
        {
            await ApplyAsync(context, key, part);
            return;
        }
        var change = await ReadPatchAsync(context, resource);
        await AnswerAsync(context, await operations.ChangeAsync(key, part, change, context.RequestAborted, WriteQuery.Options(context, part)));
    }

    public async Task DeleteAsync(HttpContext context, Resource resource)
    {
        var written = await operations.DeleteAsync(ObjectQuery.Key(context, resource), await WriteQuery.DeletionAsync(context), context.RequestAborted);
        if (!written.Removed)
        {
            await AnswerAsync(context, written);
            return;
        }
        var details = new StatusDetails { Name = written.Object.Key.Name, Group = resource.Group.Length == 0 ? null : resource.Group, Kind = resource.Plural, Uid = written.Object.Uid };
        await Answers.StatusAsync(context, new() { Outcome = "Success", Details = details });
    }

    public async Task DeleteManyAsync(HttpContext context, Resource resource)
    {
        var query = ObjectQuery.Of(context, resource);
        var options = await WriteQuery.DeletionAsync(context);
        var state = store.State;
        var chosen = state.Of(resource).All(query.Space).Where(query.Matches).ToList();
        foreach (var stored in chosen)
        {
            try
            {
                await operations.DeleteAsync(stored.Key, options, context.RequestAborted);
            }
            catch (StatusException refusal) when (refusal.Code == 404)
            {
                // gone meanwhile, which is what was asked for
                continue;
            }
        }
        await Answers.ListAsync(context, resource, chosen, new() { ResourceVersion = Versions.Format(state.Version) }, clock.GetUtcNow());
    }

    /// <summary>Sets what holds a namespace back from going.</summary>
    public async Task FinalizeAsync(HttpContext context)
    {
        var finalizers = (await RequestBody.ObjectAsync(context))["spec"]?["finalizers"]?.DeepClone();
        var written = await operations.ChangeAsync(ObjectQuery.Key(context, Resources.Namespaces), Part.Spec, document =>
        {
            document["spec"] = new JsonObject { ["finalizers"] = finalizers };
            return document;
        }, context.RequestAborted);
        await AnswerAsync(context, written);
    }

    /// <summary>What a patch of the request's content type does to a document.</summary>
    /// <param name="context">The request.</param>
    /// <param name="resource">What is patched, where the client is to be warned of fields that are not known.</param>
    /// <exception cref="StatusException">BadRequest, UnsupportedMediaType (415).</exception>
    public static async Task<Func<JsonObject, JsonObject>> ReadPatchAsync(HttpContext context, Resource? resource = null)
    {
        switch (RequestBody.MediaType(context))
        {
            case "application/json-patch+json":
                var operations = await RequestBody.ListAsync(context);
                return document => JsonPatch.Apply(document, operations);
            case "application/merge-patch+json":
                var merge = await RequestBody.ObjectAsync(context);
                Warnings.AddUnknown(context, resource, merge);
                return document => After(document, () => MergePatch.Apply(document, merge));
            case "application/strategic-merge-patch+json":
                var strategic = await RequestBody.ObjectAsync(context);
                Warnings.AddUnknown(context, resource, strategic);
                return document => After(document, () => StrategicMergePatch.Apply(document, strategic));
            case var other:
                throw RequestBody.Unsupported(other, "application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml", "application/strategic-merge-patch+json");
        }
    }

    static JsonObject After(JsonObject document, Action change)
    {
        change();
        return document;
    }

    async Task ApplyAsync(HttpContext context, ObjectKey key, Part part)
    {
        var options = WriteQuery.ApplyOptions(context, part);
        var intent = await RequestBody.ObjectAsync(context);
        Warnings.AddUnknown(context, key.Resource, intent);
        if (intent["metadata"]?["managedFields"] is JsonArray { Count: > 0 }) throw Statuses.BadRequest("metadata.managedFields must be nil");
        if (intent["apiVersion"] is null || intent["kind"] is null) throw Statuses.BadRequest("the applied object must have apiVersion and kind");
        if (intent["metadata"]?["name"] is { } name && name.ToString() != key.Name) throw Statuses.BadRequest($"the name of the object ({name}) does not match the name on the URL ({key.Name})");
        var written = await operations.ApplyAsync(key, part, intent, WriteQuery.IsForced(context), options, context.RequestAborted);
        await AnswerAsync(context, written, written.Before is null ? 201 : 200);
    }

    Task AnswerAsync(HttpContext context, Written written, int code = 200)
    {
        if (written.Object.Key.Resource.Notice is { } notice && !HttpMethods.IsDelete(context.Request.Method)) Warnings.Add(context, notice);
        return Answers.ObjectAsync(context, written.Object, clock.GetUtcNow(), code);
    }
}

/// <summary>What the query of a write says.</summary>
static class WriteQuery
{
    public static WriteOptions Options(HttpContext context, Part part = Part.Spec, string? subresource = null)
    {
        var query = context.Request.Query;
        if (IsForced(context) && RequestBody.MediaType(context) != "application/apply-patch+yaml") throw Invalid("force", "FieldValueForbidden", "Forbidden: may not be specified for non-apply patch");
        return new(Manager(context), IsDry((string?)query["dryRun"]), subresource ?? (part is Part.Status ? "status" : ""));
    }

    /// <exception cref="StatusException">Invalid: no field manager is named.</exception>
    public static WriteOptions ApplyOptions(HttpContext context, Part part) =>
        string.IsNullOrEmpty(context.Request.Query["fieldManager"]) ? throw Invalid("fieldManager", "FieldValueRequired", "Required value: is required for apply patch") : Options(context, part);

    public static bool IsForced(HttpContext context) => (string?)context.Request.Query["force"] is "1" or "true";

    /// <summary>Options of a deletion, from the body and, where it is silent, the query.</summary>
    public static async Task<DeleteOptions> DeletionAsync(HttpContext context)
    {
        var bytes = await RequestBody.BytesAsync(context);
        var query = context.Request.Query;
        var options = RequestBody.MediaType(context) == ProtobufBody.MediaType && bytes.Length > 0 ? ProtobufBody.Read(bytes).Deserialize(KubeJson.Default.DeleteOptions)! : Parse(bytes);
        options.PropagationPolicy ??= (string?)query["propagationPolicy"];
        if (long.TryParse(query["gracePeriodSeconds"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)) options.GracePeriodSeconds ??= seconds;
        if (bool.TryParse(query["orphanDependents"], out var orphan)) options.OrphanDependents ??= orphan;
        if (query.ContainsKey("dryRun")) options.DryRun ??= [query["dryRun"].ToString()];
        foreach (var run in options.DryRun ?? []) IsDry(run);
        if (options.PropagationPolicy is not (null or "Foreground" or "Background" or "Orphan"))
            throw Invalid("propagationPolicy", "FieldValueNotSupported", $"Unsupported value: \"{options.PropagationPolicy}\": supported values: \"Foreground\", \"Background\", \"Orphan\"");
        return options;
    }

    static DeleteOptions Parse(byte[] bytes)
    {
        if (bytes.Length == 0) return new();
        try
        {
            return JsonSerializer.Deserialize(bytes, KubeJson.Default.DeleteOptions) ?? new();
        }
        catch (JsonException failure)
        {
            throw Statuses.BadRequest($"couldn't get version/kind; json parse error: {failure.Message}");
        }
    }

    static bool IsDry(string? text) => text switch
    {
        null or "" => false,
        "All" => true,
        _ => throw Invalid("dryRun", "FieldValueNotSupported", $"Unsupported value: \"{text}\": supported values: \"All\""),
    };

    // without a name of its own a client is called by its program, as on a real server
    static string Manager(HttpContext context)
    {
        if ((string?)context.Request.Query["fieldManager"] is { Length: > 0 } named) return named.Length <= 128 ? named : throw Invalid("fieldManager", "FieldValueTooLong", "Too long: may not be more than 128 bytes");
        var agent = context.Request.Headers.UserAgent.ToString();
        var program = agent.Split('/', ' ')[0];
        return program.Length == 0 ? "unknown" : program[..Math.Min(program.Length, 128)];
    }

    static StatusException Invalid(string field, string reason, string message) =>
        Statuses.Invalid("PatchOptions", "meta.k8s.io", "", [new() { Reason = reason, Field = field, Message = message }]);
}
