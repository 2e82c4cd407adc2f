using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Web.Accounts;

namespace Panel.Web.Api;

/// <summary>
/// Uploads that go on where they broke off, by the protocol tus 1.0.0 with its extensions creation, creation-with-upload, termination, expiration
/// and checksum: https://tus.io/protocols/resumable-upload.
/// </summary>
public static class UploadEndpoints
{
    /// <summary>Adds the routes below <c>/servers/{id}/files</c>.</summary>
    public static void MapUploads(this IEndpointRouteBuilder files)
    {
        var uploads = files.MapGroup("/uploads").AddEndpointFilter(SpeakAsync);
        uploads.MapMethods("", [HttpMethods.Options], Options);
        uploads.MapPost("", Create).WithMetadata(new FileEndpoints.Unlimited()).Produces(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(413).ProducesProblem(422);
        uploads.MapMethods("/{upload}", [HttpMethods.Options], Options);
        uploads.MapMethods("/{upload}", [HttpMethods.Head], Look).Produces(200).ProducesProblem(404);
        uploads.MapPatch("/{upload}", Append).WithMetadata(new FileEndpoints.Unlimited()).Produces(204).ProducesProblem(404).ProducesProblem(409).ProducesProblem(415).ProducesProblem(422).ProducesProblem(460);
        uploads.MapDelete("/{upload}", Cancel).Produces(204).ProducesProblem(404);
        // for clients that can send nothing but POST
        uploads.MapPost("/{upload}", Overridden).WithMetadata(new FileEndpoints.Unlimited()).Produces(204).ProducesProblem(405);
    }

    /// <summary>What every answer says; and refusals as this protocol has them: 409 means another offset and nothing else, as clients try again then.</summary>
    static async ValueTask<object?> SpeakAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        response.OnStarting(() =>
        {
            response.Headers[Tus.Resumable] = Tus.Version;
            response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        if (!HttpMethods.IsOptions(request.Method) && request.Headers[Tus.Resumable] != Tus.Version)
        {
            response.Headers[Tus.Versions] = Tus.Version;
            return TypedResults.Problem($"Say in {Tus.Resumable} that it is version {Tus.Version} of tus.", statusCode: StatusCodes.Status412PreconditionFailed);
        }
        try
        {
            return await next(context);
        }
        catch (ConflictException refusal) when (!response.HasStarted)
        {
            return TypedResults.Problem(title: refusal.Message, statusCode: StatusCodes.Status422UnprocessableEntity);
        }
    }

    static NoContent Options(HttpResponse response, ResumableUploads uploads)
    {
        response.Headers[Tus.Versions] = Tus.Version;
        response.Headers[Tus.Extension] = "creation,creation-with-upload,termination,expiration,checksum";
        response.Headers[Tus.MaxSize] = Number(uploads.MaxBytes);
        response.Headers[Tus.ChecksumAlgorithm] = string.Join(',', ChunkHash.Algorithms);
        return TypedResults.NoContent();
    }

    static async Task<IResult> Create(ServerId id, CurrentActor me, ResumableUploads uploads, UploadFile small, HttpContext context, TimeProvider clock)
    {
        var (request, response, cancellation) = (context.Request, context.Response, context.RequestAborted);
        var actor = await me.GetAsync();
        var wanted = Tus.Request(request);
        if (wanted.Bytes > uploads.MaxBytes) return TypedResults.Problem($"An upload has at most {uploads.MaxBytes / (1024 * 1024)} MiB.", statusCode: StatusCodes.Status413PayloadTooLarge);
        var check = Tus.Check(request);
        var carries = request.ContentType == Tus.Content;
        // one run in the volume instead of three: many small files are sent so
        if (carries && check is null && wanted.Sha256 is null && wanted.Bytes == request.ContentLength && wanted.Bytes <= Tus.Small)
        {
            await small.RunAsync(actor, id, wanted.Path, request.Body, wanted.Bytes, cancellation, wanted.Replace);
            return Created(KeptId.New(clock.GetUtcNow()).Value, wanted.Bytes);
        }
        var upload = await uploads.BeginAsync(actor, id, wanted, cancellation);
        response.Headers[Tus.Expires] = Tus.Time(upload.ExpiresAt);
        if (!carries || upload.Done) return Created(upload.Id, upload.Offset);
        var (now, outcome) = await uploads.AppendAsync(actor, id, upload.Id, 0, request.Body, request.ContentLength, check, cancellation);
        return outcome is AppendOutcome.OtherHash ? OtherHash() : Created(now.Id, now.Offset);

        IResult Created(string name, long offset)
        {
            response.Headers[Tus.Offset] = Number(offset);
            return TypedResults.Created($"/api/v1/servers/{id}/files/uploads/{name}");
        }
    }

    static async Task<IResult> Look(ServerId id, string upload, CurrentActor me, ResumableUploads uploads, HttpResponse response, CancellationToken cancellation)
    {
        var found = await uploads.FindAsync(await me.GetAsync(), id, upload, cancellation);
        Tell(response, found);
        response.Headers[Tus.Length] = Number(found.Request.Bytes);
        if (found.Request.Metadata is { } metadata) response.Headers[Tus.Metadata] = metadata;
        return TypedResults.Ok();
    }

    static async Task<IResult> Append(ServerId id, string upload, CurrentActor me, ResumableUploads uploads, HttpContext context)
    {
        var request = context.Request;
        if (request.ContentType != Tus.Content) return TypedResults.Problem($"The bytes come as {Tus.Content}.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        var (now, outcome) = await uploads.AppendAsync(await me.GetAsync(), id, upload, Tus.Number(request, Tus.Offset), request.Body, request.ContentLength, Tus.Check(request), context.RequestAborted);
        if (outcome is AppendOutcome.OtherHash) return OtherHash();
        Tell(context.Response, now);
        return outcome is AppendOutcome.Added ? TypedResults.NoContent() : TypedResults.Problem($"{Number(now.Offset)} bytes have come.", statusCode: StatusCodes.Status409Conflict);
    }

    static async Task<IResult> Cancel(ServerId id, string upload, CurrentActor me, ResumableUploads uploads, CancellationToken cancellation)
    {
        await uploads.CancelAsync(await me.GetAsync(), id, upload, cancellation);
        return TypedResults.NoContent();
    }

    static async Task<IResult> Overridden(ServerId id, string upload, CurrentActor me, ResumableUploads uploads, HttpContext context) => context.Request.Headers[Tus.Override].ToString() switch
    {
        "PATCH" => await Append(id, upload, me, uploads, context),
        "DELETE" => await Cancel(id, upload, me, uploads, context.RequestAborted),
        "HEAD" => await Look(id, upload, me, uploads, context.Response, context.RequestAborted),
        _ => TypedResults.StatusCode(StatusCodes.Status405MethodNotAllowed),
    };

    static void Tell(HttpResponse response, UploadView upload)
    {
        response.Headers[Tus.Offset] = Number(upload.Offset);
        response.Headers[Tus.Expires] = Tus.Time(upload.ExpiresAt);
    }

    static ProblemHttpResult OtherHash() => TypedResults.Problem("These bytes have another checksum; nothing of them was kept.", statusCode: Tus.ChecksumMismatch);

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
