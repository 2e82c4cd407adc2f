using System.Text.Json;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Web.Accounts;

namespace Panel.Web.Api;

/// <summary>A server's console for programs: its lines as they come, and commands to it.</summary>
public static class ConsoleStream
{
    /// <summary>So often something is sent, if only a comment: a connection that nobody holds any more is found by it.</summary>
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Adds the routes below <c>/servers</c>.</summary>
    public static RouteGroupBuilder MapConsoleStream(this RouteGroupBuilder servers)
    {
        servers.MapGet("/{id}/console", FollowAsync).WithTags("Console").RequireAuthorization().Produces<string>(contentType: "text/event-stream").ProducesProblem(403).ProducesProblem(404).ProducesProblem(429);
        servers.MapPost("/{id}/commands", SendAsync).WithTags("Console").RequireAuthorization().Produces(204).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        return servers;
    }

    /// <summary>Whether a request is one of these streams, which last as long as somebody looks.</summary>
    public static bool IsOf(PathString path) => path.StartsWithSegments("/api/v1/servers", out var rest) && rest.Value!.EndsWith("/console", StringComparison.Ordinal);

    /// <summary>What is kept and what comes, as events whose data are batches in JSON; the first batch is what is at hand.</summary>
    static async Task FollowAsync(ServerId id, CurrentActor me, OpenConsole consoles, TimeProvider clock, HttpContext context)
    {
        var cancellation = context.RequestAborted;
        await using var batches = consoles.RunAsync(await me.GetAsync(), id, cancellation).GetAsyncEnumerator(cancellation);
        var next = batches.MoveNextAsync().AsTask();
        // a refusal comes at once, and is a problem like any other; the first lines may take their time
        await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(200), clock, cancellation));
        if (next.IsFaulted) await next;
        var response = context.Response;
        (response.ContentType, response.Headers.CacheControl, response.Headers["X-Accel-Buffering"]) = ("text/event-stream", "no-store", "no");
        await response.StartAsync(cancellation);
        while (true)
        {
            while (await Task.WhenAny(next, Task.Delay(Beat, clock, cancellation)) != next)
            {
                cancellation.ThrowIfCancellationRequested();
                await response.Body.WriteAsync(":\n\n"u8.ToArray(), cancellation);
            }
            if (!await GoesOnAsync(next, context)) return;
            await response.Body.WriteAsync("data: "u8.ToArray(), cancellation);
            await JsonSerializer.SerializeAsync(response.Body, batches.Current, Json, cancellation);
            await response.Body.WriteAsync("\n\n"u8.ToArray(), cancellation);
            await response.Body.FlushAsync(cancellation);
            next = batches.MoveNextAsync().AsTask();
        }
    }

    /// <summary>Whether there is more; a right that goes while the stream lasts cuts it off.</summary>
    static async Task<bool> GoesOnAsync(Task<bool> next, HttpContext context)
    {
        try
        {
            return await next;
        }
        catch (PanelException)
        {
            context.Abort(); // the status is sent already: cut off, nobody takes it for the end of the console
            return false;
        }
    }

    static async Task<IResult> SendAsync(ServerId id, SendCommandRequest request, CurrentActor me, SendCommand sending, CancellationToken cancellation)
    {
        await sending.RunAsync(await me.GetAsync(), id, request, cancellation);
        return TypedResults.NoContent();
    }
}
