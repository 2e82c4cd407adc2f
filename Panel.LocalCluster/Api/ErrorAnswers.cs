using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>Answers every refusal, expected or not, with a Status.</summary>
sealed class ErrorAnswers(ILogger logger)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, ContentType: null, StatusCode: 404 or 405 }) await AnswerAsync(context, Unmapped(context));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            logger.LogTrace("{Method} {Path} was abandoned by its client.", context.Request.Method, context.Request.Path);
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, Refusal(failure, context));
        }
    }

    StatusException Refusal(Exception failure, HttpContext context)
    {
        switch (failure)
        {
            case StatusException refusal:
                return refusal;
            case BadHttpRequestException bad:
                return Statuses.Of(bad.StatusCode, bad.StatusCode == 413 ? "RequestEntityTooLarge" : "BadRequest", bad.Message);
            case ObjectDisposedException or OperationCanceledException:
                return Statuses.Of(503, "ServiceUnavailable", "the cluster is shutting down");
            default:
                logger.LogError(failure, "{Method} {Path} failed.", context.Request.Method, context.Request.Path);
                return Statuses.Of(500, "InternalError", "Internal error occurred: " + failure.Message);
        }
    }

    static StatusException Unmapped(HttpContext context)
    {
        var refusal = context.Response.StatusCode == 405
            ? Statuses.Of(405, "MethodNotAllowed", $"the server does not allow this method on the requested resource: {context.Request.Method} {context.Request.Path}")
            : Statuses.Of(404, "NotFound", "the server could not find the requested resource");
        // empty, and there: kubectl debug tells by a missing name that the subresource is what lacks, and falls over missing details
        refusal.Status.Details = new();
        return refusal;
    }

    static async Task AnswerAsync(HttpContext context, StatusException refusal)
    {
        context.Response.StatusCode = refusal.Code;
        if (refusal.Code == 401) context.Response.Headers.WWWAuthenticate = "Bearer";
        if (refusal.Status.Details?.RetryAfterSeconds is { } seconds) context.Response.Headers.RetryAfter = $"{seconds}";
        await Answers.StatusAsync(context, refusal.Status);
    }
}
