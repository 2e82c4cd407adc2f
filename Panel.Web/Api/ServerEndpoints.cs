using Panel.Contracts.Servers;
using Panel.Web.Accounts;

namespace Panel.Web.Api;

/// <summary>The servers that somebody sees.</summary>
public static class ServerEndpoints
{
    /// <summary>Adds the routes below <c>/servers</c>.</summary>
    public static RouteGroupBuilder MapServers(this RouteGroupBuilder servers)
    {
        servers.MapGet("", List).WithTags("Servers").RequireAuthorization().Produces<IReadOnlyList<ServerRow>>().Produces(304).ProducesProblem(401);
        return servers;
    }

    static async Task<IResult> List(CurrentActor me, ServerListAnswers lists, HttpContext context, CancellationToken cancellation)
    {
        var list = await lists.FindAsync(await me.GetAsync(), cancellation);
        // it is for who asked alone, and whoever keeps it asks whether it is still so
        context.Response.Headers.CacheControl = "private, no-cache";
        return Results.Bytes(list.Body, "application/json; charset=utf-8", entityTag: list.Tag);
    }
}
