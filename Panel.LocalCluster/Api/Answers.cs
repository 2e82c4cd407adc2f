using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Panel.Kube.Wire;
using Panel.LocalCluster.Api.Tables;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>Writes answers. Stored documents go out as the bytes they are.</summary>
static class Answers
{
    const string Json = "application/json";

    public static async Task StatusAsync(HttpContext context, Status status)
    {
        context.Response.ContentType = Json;
        await context.Response.WriteAsync(JsonSerializer.Serialize(status, KubeJson.Default.Status), context.RequestAborted);
    }

    /// <summary>One object, in the form the client asked for.</summary>
    public static async Task ObjectAsync(HttpContext context, StoredObject stored, DateTimeOffset now, int code = 200)
    {
        var form = AnswerForm.Of(context.Request);
        context.Response.StatusCode = code;
        await WriteAsync(context, writer => WriteObject(writer, stored, form, now, headings: true));
    }

    /// <summary>Objects and where their list stands, in the form the client asked for.</summary>
    public static async Task ListAsync(HttpContext context, Resource resource, IReadOnlyList<StoredObject> items, ListMeta place, DateTimeOffset now)
    {
        var form = AnswerForm.Of(context.Request);
        await WriteAsync(context, writer =>
        {
            if (form.Kind is FormKind.Table)
            {
                TableWriter.Write(writer, resource, items, form, place, now, headings: true);
                return;
            }
            writer.WriteStartObject();
            writer.WriteString("kind", form.Kind is FormKind.Metadata ? "PartialObjectMetadataList" : resource.Kind + "List");
            writer.WriteString("apiVersion", form.Kind is FormKind.Metadata ? AnswerForm.MetaVersion : resource.ApiVersion);
            writer.WritePropertyName("metadata");
            JsonSerializer.Serialize(writer, place, KubeJson.Default.ListMeta);
            writer.WriteStartArray("items");
            foreach (var item in items) WriteObject(writer, item, form, now, headings: true);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    /// <summary>Writes one object in a form.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="stored">The object.</param>
    /// <param name="form">The form.</param>
    /// <param name="now">The time that ages are counted to.</param>
    /// <param name="headings">Whether a table says its columns.</param>
    public static void WriteObject(Utf8JsonWriter writer, StoredObject stored, AnswerForm form, DateTimeOffset now, bool headings)
    {
        switch (form.Kind)
        {
            case FormKind.Table:
                TableWriter.Write(writer, stored.Key.Resource, [stored], form, new() { ResourceVersion = Versions.Format(stored.Version) }, now, headings);
                break;
            case FormKind.Metadata:
                WriteMetadata(writer, stored);
                break;
            default:
                writer.WriteRawValue(stored.Json, skipInputValidation: true);
                break;
        }
    }

    public static void WriteMetadata(Utf8JsonWriter writer, StoredObject stored)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "PartialObjectMetadata");
        writer.WriteString("apiVersion", AnswerForm.MetaVersion);
        writer.WritePropertyName("metadata");
        stored.Document.GetProperty("metadata").WriteTo(writer);
        writer.WriteEndObject();
    }

    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = Json;
        await using (var writer = new Utf8JsonWriter(context.Response.BodyWriter)) write(writer);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
