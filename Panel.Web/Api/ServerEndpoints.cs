using Microsoft.AspNetCore.Http.HttpResults;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Web.Accounts;

namespace Panel.Web.Api;

/// <summary>The servers that somebody sees.</summary>
public static class ServerEndpoints
{
    /// <summary>Adds the routes below <c>/servers</c>.</summary>
    public static RouteGroupBuilder MapServers(this RouteGroupBuilder servers)
    {
        servers.MapGet("", List).WithTags("Servers").RequireAuthorization().ProducesProblem(401);
        return servers;
    }

    static async Task<Ok<IReadOnlyList<ServerRow>>> List(CurrentActor me, ServerQueries servers, CancellationToken cancellation) =>
        TypedResults.Ok(await servers.ListAsync(await me.GetAsync(), cancellation));
}
