using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>The <c>scale</c> subresource: how many, without the rest.</summary>
sealed class ScaleEndpoints(ObjectStore store, ObjectOperations operations)
{
    public Task FindAsync(HttpContext context, Resource resource)
    {
        var key = ObjectQuery.Key(context, resource);
        return AnswerAsync(context, store.Find(key) ?? throw Statuses.NotFound(resource, key.Name));
    }

    public async Task ChangeAsync(HttpContext context, Resource resource)
    {
        var key = ObjectQuery.Key(context, resource);
        var change = HttpMethods.IsPut(context.Request.Method) || RequestBody.MediaType(context) == "application/apply-patch+yaml" ? await ReadAsync(context) : await WriteEndpoints.ReadPatchAsync(context);
        var written = await operations.ChangeAsync(key, Part.Spec, document =>
        {
            var scale = change(Scale(document));
            var replicas = scale["spec"]?["replicas"] is JsonValue value && value.TryGetValue<int>(out var number) ? number : 0;
            if (scale["metadata"]?["resourceVersion"] is { } version && version.ToString().Length > 0) document["metadata"]!["resourceVersion"] = version.DeepClone();
            document["spec"]!["replicas"] = replicas;
            return document;
        }, context.RequestAborted, WriteQuery.Options(context, subresource: "scale"));
        await AnswerAsync(context, written.Object);
    }

    static async Task<Func<JsonObject, JsonObject>> ReadAsync(HttpContext context)
    {
        var scale = await RequestBody.ObjectAsync(context);
        return _ => scale;
    }

    static Task AnswerAsync(HttpContext context, StoredObject stored)
    {
        var scale = Scale(stored.ToNode());
        return Answers.WriteAsync(context, writer => scale.WriteTo(writer));
    }

    static JsonObject Scale(JsonObject document)
    {
        var metadata = new JsonObject();
        foreach (var field in (string[])["name", "namespace", "uid", "resourceVersion", "creationTimestamp"]) metadata[field] = document["metadata"]?[field]?.DeepClone();
        var labels = document["spec"]?["selector"]?["matchLabels"]?.AsObject().Select(label => $"{label.Key}={label.Value}") ?? [];
        return new()
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["replicas"] = document["spec"]?["replicas"]?.DeepClone() ?? 0 },
            ["status"] = new JsonObject { ["replicas"] = document["status"]?["replicas"]?.DeepClone() ?? 0, ["selector"] = string.Join(',', labels) },
        };
    }
}
