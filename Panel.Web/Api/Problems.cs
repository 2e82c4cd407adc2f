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

    static ProblemDetails Describe(Exception failure) => failure switch
    {
        NotFoundException => Refusal(StatusCodes.Status404NotFound, failure.Message),
        FileProtectedException hidden => Protected(hidden),
        ForbiddenException => Refusal(StatusCodes.Status403Forbidden, failure.Message),
        ConflictException => Refusal(StatusCodes.Status409Conflict, failure.Message),
        QuotaExceededException => Refusal(StatusCodes.Status409Conflict, failure.Message),
        StorageFullException => Refusal(StatusCodes.Status507InsufficientStorage, failure.Message),
        ClusterUnavailableException => Refusal(StatusCodes.Status503ServiceUnavailable, failure.Message),
        InvalidFieldException invalid => new HttpValidationProblemDetails(invalid.Errors.ToDictionary(error => JsonNamingPolicy.CamelCase.ConvertName(error.Key), error => error.Value))
        {
            Status = StatusCodes.Status400BadRequest,
            Title = "Some fields break a rule.",
        },
        BadHttpRequestException bad => Refusal(bad.StatusCode, bad.Message),
        _ => Fault(),
    };

    static ProblemDetails Refusal(int status, string title) => new() { Status = status, Title = title };

    static ProblemDetails Protected(FileProtectedException refusal) => new()
    {
        Status = StatusCodes.Status403Forbidden,
        Title = refusal.Message,
        Extensions = { ["code"] = "file-protected", ["path"] = refusal.Path, ["rule"] = refusal.Rule },
    };

    static ProblemDetails Fault()
    {
        var problem = Refusal(StatusCodes.Status500InternalServerError, "Something went wrong.");
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToHexString();
        return problem;
    }
}
