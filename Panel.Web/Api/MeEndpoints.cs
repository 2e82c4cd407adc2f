using Microsoft.AspNetCore.Http.HttpResults;
using Panel.Contracts.Accounts;
using Panel.Contracts.Plans;
using Panel.Core.Access;
using Panel.Core.Plans;
using Panel.Web.Accounts;

namespace Panel.Web.Api;

/// <summary>Who one is to the panel, and what one may take.</summary>
public static class MeEndpoints
{
    /// <summary>Adds the routes <c>/me</c> and <c>/plans</c>.</summary>
    public static void MapMe(this IEndpointRouteBuilder api)
    {
        var me = api.MapGroup("").WithTags("Me").RequireAuthorization().ProducesProblem(401);
        me.MapGet("/me", Find);
        me.MapGet("/me/quota", Quota);
        me.MapGet("/plans", Offered);
    }

    static async Task<Ok<MeView>> Find(CurrentActor me)
    {
        var actor = await me.GetAsync();
        return TypedResults.Ok(new MeView(
            actor.UserId, actor.Name, [.. actor.Permissions.Where(actor.May).Order(StringComparer.Ordinal)], actor.Scopes is null ? null : [.. actor.Scopes.Order(StringComparer.Ordinal)], By(actor)));
    }

    static async Task<Ok<QuotaView>> Quota(CurrentActor me, QuotaQueries quota, CancellationToken cancellation) => TypedResults.Ok(await quota.FindAsync(await me.GetAsync(), cancellation));

    static async Task<Ok<IReadOnlyList<PlanView>>> Offered(CurrentActor me, PlanQueries plans, CancellationToken cancellation) => TypedResults.Ok(await plans.ListAsync(await me.GetAsync(), cancellation));

    static SignedInBy By(Actor actor) => actor.Key is not null ? SignedInBy.Key : SignedInBy.Session;
}
