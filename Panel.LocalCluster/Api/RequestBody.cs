using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Panel.LocalCluster.Api.Protobuf;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>Reads what clients send.</summary>
static class RequestBody
{
    const int MaxBytes = 3 << 20;

    /// <summary>The body as an object; JSON, YAML or protobuf by its content type.</summary>
    /// <exception cref="StatusException">BadRequest, RequestEntityTooLarge (413), UnsupportedMediaType (415).</exception>
    public static async Task<JsonObject> ObjectAsync(HttpContext context)
    {
        if (MediaType(context) == ProtobufBody.MediaType) return ProtobufBody.Read(await BytesAsync(context));
        var yaml = MediaType(context) switch
        {
            "" or "application/json" or "application/merge-patch+json" or "application/strategic-merge-patch+json" => false,
            "application/yaml" or "application/apply-patch+yaml" => true,
            var other => throw Unsupported(other, "application/json", "application/yaml", ProtobufBody.MediaType),
        };
        return await NodeAsync(context, yaml) as JsonObject ?? throw Statuses.BadRequest("the body of the request must be an object");
    }

    /// <summary>The body as a list: a JSON patch.</summary>
    public static async Task<JsonArray> ListAsync(HttpContext context) =>
        await NodeAsync(context, yaml: false) as JsonArray ?? throw Statuses.BadRequest("a JSON patch must be a list of operations");

    public static string MediaType(HttpContext context) => (context.Request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();

    public static StatusException Unsupported(string type, params string[] accepted) =>
        Statuses.Of(415, "UnsupportedMediaType", $"the body of the request was in an unknown format ({type}) - accepted media types include: {string.Join(", ", accepted)}");

    /// <summary>The bytes of the body.</summary>
    /// <exception cref="StatusException">RequestEntityTooLarge (413).</exception>
    public static async Task<byte[]> BytesAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxBytes) throw TooLarge();
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > MaxBytes) throw TooLarge();
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                return bytes;
            }
            context.Request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    static async Task<JsonNode?> NodeAsync(HttpContext context, bool yaml)
    {
        var bytes = await BytesAsync(context);
        try
        {
            // JSON is YAML, but reading it as such is slow and refuses some escapes
            var first = bytes.AsSpan().TrimStart(" \t\r\n"u8);
            return yaml && !first.StartsWith("{"u8) ? YamlText.Read(Encoding.UTF8.GetString(bytes)) : Copy(JsonNode.Parse(bytes, documentOptions: new() { AllowDuplicateProperties = false }));
        }
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            throw Statuses.BadRequest($"couldn't get version/kind; json parse error: {failure.Message}");
        }
    }

    // a node over parsed text is filled in when it is first read; all of it now, so that a fault in it shows here
    static JsonNode? Copy(JsonNode? node) => node?.DeepClone();

    static StatusException TooLarge() => Statuses.Of(413, "RequestEntityTooLarge", $"Request entity too large: limit is {MaxBytes}");
}
