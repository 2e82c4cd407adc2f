using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Files;
using Panel.Web.Accounts;

namespace Panel.Web.Api;

/// <summary>The bytes of a server's files, in and out, at any size: they stream through and are nowhere held.</summary>
public static partial class FileEndpoints
{
    /// <summary>Adds the routes below <c>/servers</c>.</summary>
    public static IEndpointRouteBuilder MapFiles(this IEndpointRouteBuilder servers)
    {
        var files = servers.MapGroup("/{id}/files").WithTags("Files").RequireAuthorization();
        files.MapMethods("/content", [HttpMethods.Get, HttpMethods.Head], Download).Produces<FileStreamHttpResult>(contentType: "application/octet-stream").Produces(206).Produces(304).ProducesProblem(404).Produces(416);
        files.MapGet("/archive", Pack).Produces<FileStreamHttpResult>(contentType: "application/gzip").ProducesProblem(400).ProducesProblem(404);
        files.MapUploads();
        files.MapPut("/content", Upload).WithMetadata(new Unlimited()).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(411);
        return servers;
    }

    static async Task Download(ServerId id, string? path, CurrentActor me, DownloadFile download, HttpContext context, ILogger<DownloadFile> log)
    {
        var actor = await me.GetAsync();
        await SendAsync(id, context, log, () => download.PartAsync(actor, id, path ?? "", Choose, context.Response.Body, context.RequestAborted));

        ByteRange? Choose(FileFacts file)
        {
            BeginFile(context.Response, ServerPath.Parse(path).Name, "application/octet-stream");
            return FileParts.Begin(context, file);
        }
    }

    static async Task Pack(ServerId id, string? path, string[]? name, CurrentActor me, DownloadArchive download, HttpContext context, ILogger<DownloadFile> log)
    {
        var actor = await me.GetAsync();
        await SendAsync(id, context, log, () => download.RunAsync(actor, id, path ?? "", name ?? [], Begin, context.Response.Body, context.RequestAborted));

        void Begin()
        {
            var folder = ServerPath.Parse(path).Name;
            BeginFile(context.Response, (name is [var one] ? one : folder.Length > 0 ? folder : "files") + ".tar.gz", "application/gzip");
        }
    }

    static void BeginFile(HttpResponse response, string name, string type)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(FileNames.Shown(name));
        response.ContentType = type;
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
    }

    static async Task SendAsync(ServerId id, HttpContext context, ILogger log, Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (Exception failure) when (context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // the status is on its way already: a broken connection is the only thing left that says "this is not all"
            LogBroken(log, failure, id);
            context.Abort();
        }
    }

    static async Task<Results<NoContent, ProblemHttpResult>> Upload(ServerId id, string? path, CurrentActor me, UploadFile upload, HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength is not { } bytes) return TypedResults.Problem("Say in Content-Length how many bytes follow.", statusCode: StatusCodes.Status411LengthRequired);
        await upload.RunAsync(await me.GetAsync(), id, path ?? "", request.Body, bytes, cancellation);
        return TypedResults.NoContent();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A download from server {Id} broke after it began")]
    static partial void LogBroken(ILogger log, Exception failure, ServerId id);

    /// <summary>Lifts the server's limit on bodies: what is too large, the operation says.</summary>
    internal sealed class Unlimited : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => null;
    }
}
