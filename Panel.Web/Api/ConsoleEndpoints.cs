using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Web.Accounts;
using Panel.Web.Components.Console;

namespace Panel.Web.Api;

/// <summary>A server's console as a file.</summary>
public static class ConsoleEndpoints
{
    const int LongestName = 60, FlushEvery = 500;

    /// <summary>Adds the routes below <c>/servers</c>.</summary>
    public static IEndpointRouteBuilder MapConsole(this IEndpointRouteBuilder servers)
    {
        servers.MapGet("/{id}/console.txt", DownloadAsync).WithTags("Console").RequireAuthorization().Produces<string>(contentType: "text/plain").ProducesProblem(403).ProducesProblem(404).AddEndpointFilter(async (context, next) =>
        {
            // as a link of a page: who follows it too late is shown a page; the API has its problems
            try
            {
                return await next(context);
            }
            catch (PanelException refusal) when (refusal is NotFoundException or ForbiddenException && !context.HttpContext.Response.HasStarted && !context.HttpContext.Request.Path.StartsWithSegments("/api"))
            {
                return Results.StatusCode(refusal is NotFoundException ? StatusCodes.Status404NotFound : StatusCodes.Status403Forbidden);
            }
        });
        return servers;
    }

    /// <summary>All lines that are kept, each with its time in UTC where <c>times</c> is true.</summary>
    static async Task DownloadAsync(ServerId id, bool? times, CurrentActor me, ReadHistory history, ServerQueries servers, HttpContext context, TimeProvider clock)
    {
        var (actor, cancellation) = (await me.GetAsync(), context.RequestAborted);
        var lines = await history.AllAsync(actor, id, cancellation);
        var name = (await servers.FindAsync(actor, id, cancellation)).Row.Name;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"{Safe(name)}-{clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.txt");
        var response = context.Response;
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        await using var text = new StreamWriter(response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 32 * 1024, leaveOpen: true) { NewLine = "\n" };
        var count = 0;
        foreach (var line in lines)
        {
            await text.WriteLineAsync(Written(line, times is true).AsMemory(), cancellation);
            if (++count % FlushEvery == 0) await text.FlushAsync(cancellation);
        }
    }

    static string Written(ConsoleLine line, bool times) =>
        times ? $"{line.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)} {AnsiLine.Plain(line.Text)}" : AnsiLine.Plain(line.Text);

    static string Safe(string name)
    {
        var safe = string.Concat(name.Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-')).Trim('.', '-');
        return safe.Length == 0 ? "console" : safe[..Math.Min(safe.Length, LongestName)];
    }
}
