using Microsoft.AspNetCore.Diagnostics;
using Panel.Core.Errors;
using Panel.Web.Accounts;
using Panel.Web.Api;

namespace Panel.Web.Dav;

/// <summary>
/// The files of servers by WebDAV (RFC 4918, classes 1 and 2), for the file managers of Windows, macOS and Linux, rclone and their like: <c>/dav/</c>
/// lists the servers whose files one may see. Each verb is the operation that the page calls, with its permission and its record.
/// </summary>
public static partial class DavEndpoint
{
    static readonly string[] verbs = ["OPTIONS", "PROPFIND", "GET", "HEAD", "DELETE", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "PROPPATCH"];

    /// <summary>Registers it.</summary>
    public static IServiceCollection AddDav(this IServiceCollection services) =>
        services.AddSingleton<DavLocks>().AddSingleton<DavReading>().AddSingleton<PlaceFile>().AddSingleton<DavWriting>().AddSingleton<DavLocking>();

    /// <summary>Keeps the panel's pages of errors from the answers to programs.</summary>
    public static void UseDav(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (Basic.IsFor(context.Request) && context.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
        return next(context);
    });

    /// <summary>Adds the routes.</summary>
    public static void MapDav(this IEndpointRouteBuilder routes)
    {
        var dav = routes.MapGroup(DavPlace.Root).RequireAuthorization().ExcludeFromDescription();
        dav.MapMethods("/{**path}", verbs, AnswerAsync);
        dav.MapPut("/{**path}", AnswerAsync).WithMetadata(new FileEndpoints.Unlimited());
    }

    static async Task AnswerAsync(string? path, CurrentActor me, DavReading reading, DavWriting writing, DavLocking locking, HttpContext context, DavLocks locks, ILogger<DavLocks> log)
    {
        var response = context.Response;
        try
        {
            if (HttpMethods.IsOptions(context.Request.Method))
            {
                response.Headers["DAV"] = "1, 2";
                response.Headers["MS-Author-Via"] = "DAV";
                response.Headers.Allow = string.Join(", ", [.. verbs, "PUT"]);
                return;
            }
            var request = new DavRequest(context, await me.GetAsync(), DavPlace.Parse(path));
            var status = await HoldsAsync(request, reading, locks) ? await RunAsync(request, reading, writing, locking) : StatusCodes.Status412PreconditionFailed;
            if (!response.HasStarted) response.StatusCode = status;
        }
        catch (PanelException refusal) when (!response.HasStarted)
        {
            response.Clear();
            response.StatusCode = StatusOf(refusal);
            response.ContentType = "text/plain; charset=utf-8";
            if (!HttpMethods.IsHead(context.Request.Method)) await response.WriteAsync(refusal.Message + "\n", CancellationToken.None);
        }
        catch (Exception failure) when (response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // the status is on its way already: a broken connection is the only thing left that says "this is not all"
            LogBroken(log, failure);
            context.Abort();
        }
    }

    static async Task<bool> HoldsAsync(DavRequest request, DavReading reading, DavLocks locks)
    {
        var header = request.Http.Request.Headers["If"].ToString();
        if (header.Length == 0) return true;
        var tag = header.Contains('[', StringComparison.Ordinal) ? await reading.TagAsync(request) : null;
        return DavConditions.Hold(request.Http.Request, request.Place.Key, address => request.PlaceOf(address)?.Key, locks, tag);
    }

    static Task<int> RunAsync(DavRequest request, DavReading reading, DavWriting writing, DavLocking locking) => request.Http.Request.Method.ToUpperInvariant() switch
    {
        "GET" or "HEAD" => reading.ReadAsync(request),
        "PROPFIND" => reading.DescribeAsync(request),
        "PUT" => writing.WriteAsync(request),
        "DELETE" => writing.DeleteAsync(request),
        "MKCOL" => writing.MakeAsync(request),
        "COPY" => writing.PlaceAsync(request, copy: true),
        "MOVE" => writing.PlaceAsync(request, copy: false),
        "LOCK" => locking.LockAsync(request),
        "UNLOCK" => locking.UnlockAsync(request),
        _ => locking.PatchAsync(request),
    };

    static int StatusOf(PanelException refusal) => refusal switch
    {
        NotFoundException => StatusCodes.Status404NotFound,
        ForbiddenException or FileProtectedException => StatusCodes.Status403Forbidden,
        InvalidFieldException => StatusCodes.Status400BadRequest,
        QuotaExceededException or StorageFullException => StatusCodes.Status507InsufficientStorage,
        ClusterUnavailableException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status409Conflict,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "An answer by WebDAV broke after it began")]
    static partial void LogBroken(ILogger log, Exception failure);
}
