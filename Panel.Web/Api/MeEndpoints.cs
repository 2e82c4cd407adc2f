using Microsoft.AspNetCore.Http.HttpResults;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Web.Accounts;

namespace Panel.Web.Api;

/// <summary>Who one is to the panel.</summary>
public static class MeEndpoints
{
    /// <summary>Adds the route <c>/me</c>.</summary>
    public static void MapMe(this IEndpointRouteBuilder api) => api.MapGet("/me", Find).WithTags("Me").RequireAuthorization().ProducesProblem(401);

    static async Task<Ok<MeView>> Find(CurrentActor me)
    {
        var actor = await me.GetAsync();
        return TypedResults.Ok(new MeView(
            actor.UserId, actor.Name, [.. actor.Permissions.Where(actor.May).Order(StringComparer.Ordinal)], actor.Scopes is null ? null : [.. actor.Scopes.Order(StringComparer.Ordinal)], By(actor)));
    }

    static SignedInBy By(Actor actor) => actor.Key is not null ? SignedInBy.Key : SignedInBy.Session;
}
