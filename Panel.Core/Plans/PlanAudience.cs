using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Plans;

/// <summary>For whom plans are. As with the quota, the owner of a server counts, whoever moves it; who changes plans may give each to everybody.</summary>
static class PlanAudience
{
    /// <summary>Refuses a plan that is not for the owner of a server.</summary>
    /// <exception cref="InvalidFieldException">It is not.</exception>
    public static async Task RequireAsync(PanelDb db, Actor actor, string ownerId, Plan plan, string field, CancellationToken cancellation)
    {
        if (!plan.Limited || (await FindAsync(db, actor, ownerId, cancellation))(plan)) return;
        throw new InvalidFieldException(field, $"The plan {plan.Name} is not for {(ownerId == actor.UserId ? "you" : "the owner of this server")}. Somebody with the permission {PanelPermissions.ManagePlans}, such as an administrator, can open it.");
    }

    /// <summary>Tells which plans the owner of a server may be given by the actor.</summary>
    public static async Task<Func<Plan, bool>> FindAsync(PanelDb db, Actor actor, string ownerId, CancellationToken cancellation)
    {
        if (actor.May(PanelPermissions.ManagePlans)) return _ => true;
        var owner = await db.Users.AsNoTracking().Where(account => account.Id == ownerId).Select(account => new { account.Role, account.Groups }).SingleOrDefaultAsync(cancellation);
        return plan => plan.IsFor(owner?.Role ?? "", owner?.Groups ?? []);
    }
}
