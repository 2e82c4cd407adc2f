using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Panel.Core.Errors;

namespace Panel.Web.Api;

/// <summary>Tells a caller of the API why something was refused. One of two places that know the family of refusals; pages have the other.</summary>
public sealed class Problems(IProblemDetailsService writer) : IExceptionHandler
{
    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // by now the request has the path of the page of errors; the feature has its own
        var path = httpContext.Features.Get<IExceptionHandlerPathFeature>()?.Path ?? httpContext.Request.Path.Value;
        if (!new PathString(path).StartsWithSegments("/api")) return false;
        var problem = Describe(exception);
        httpContext.Response.StatusCode = problem.Status!.Value;
        return await writer.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = problem, Exception = exception });
    }

    /// <summary>Gives a code to what was refused before any operation: by the way in, or because there is no such address.</summary>
    public static void Complete(ProblemDetailsContext context) => context.ProblemDetails.Extensions.TryAdd("code", context.ProblemDetails.Status switch
    {
        StatusCodes.Status400BadRequest => "bad-request",
        StatusCodes.Status401Unauthorized => "unauthenticated",
        StatusCodes.Status403Forbidden => "forbidden",
        StatusCodes.Status404NotFound => "not-found",
        StatusCodes.Status405MethodNotAllowed => "method-not-allowed",
        StatusCodes.Status409Conflict => "conflict",
        StatusCodes.Status413PayloadTooLarge => "too-large",
        StatusCodes.Status415UnsupportedMediaType => "unsupported-media-type",
        StatusCodes.Status429TooManyRequests => "too-many-requests",
        >= StatusCodes.Status500InternalServerError => "fault",
        _ => "refused",
    });

    static ProblemDetails Describe(Exception failure) => failure switch
    {
        NotFoundException => Refusal(StatusCodes.Status404NotFound, "not-found", failure.Message),
        FileProtectedException hidden => Protected(hidden),
        ForbiddenException => Refusal(StatusCodes.Status403Forbidden, "forbidden", failure.Message),
        ConflictException => Refusal(StatusCodes.Status409Conflict, "conflict", failure.Message),
        QuotaExceededException => Refusal(StatusCodes.Status409Conflict, "quota-exceeded", failure.Message),
        StorageFullException => Refusal(StatusCodes.Status507InsufficientStorage, "storage-full", failure.Message),
        ClusterUnavailableException => Refusal(StatusCodes.Status503ServiceUnavailable, "cluster-unavailable", failure.Message),
        InvalidFieldException invalid => new HttpValidationProblemDetails(invalid.Errors.ToDictionary(error => invalid.AsNamed ? error.Key : JsonNamingPolicy.CamelCase.ConvertName(error.Key), error => error.Value))
        {
            Status = StatusCodes.Status400BadRequest,
            Title = "Some fields break a rule.",
            Extensions = { ["code"] = "invalid-fields" },
        },
        BadHttpRequestException bad => Refusal(bad.StatusCode, "bad-request", bad.Message),
        _ => Fault(),
    };

    /// <summary>A refusal in words for people, and in a code that stays for programs.</summary>
    static ProblemDetails Refusal(int status, string code, string title) => new() { Status = status, Title = title, Extensions = { ["code"] = code } };

    static ProblemDetails Protected(FileProtectedException refusal) => new()
    {
        Status = StatusCodes.Status403Forbidden,
        Title = refusal.Message,
        Extensions = { ["code"] = "file-protected", ["path"] = refusal.Path, ["rule"] = refusal.Rule },
    };

    static ProblemDetails Fault()
    {
        var problem = Refusal(StatusCodes.Status500InternalServerError, "fault", "Something went wrong.");
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToHexString();
        return problem;
    }
}
