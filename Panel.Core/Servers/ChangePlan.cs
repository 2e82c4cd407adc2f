using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>Moves a server to another plan.</summary>
public sealed class ChangePlan(ServerOperations servers, TemplateCatalogue templates, QuotaRules quota)
{
    /// <summary>Writes the new limits; they take effect at the next start.</summary>
    /// <exception cref="InvalidFieldException">There is no such plan, it is not for the owner, or it has too little for the game.</exception>
    /// <exception cref="QuotaExceededException">It would take more than the owner has left.</exception>
    /// <exception cref="ConflictException">The plan has less disk: a volume cannot shrink.</exception>
    public async Task RunAsync(Actor actor, ServerId id, ChangePlanRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        var owner = (await servers.ReadAsync(actor, id, ServerPermissions.ChangePlan, cancellation)).OwnerId;
        await servers.ChangeAsync(actor, id, ServerPermissions.ChangePlan, "server.plan", async (db, server) =>
        {
            if (server.OwnerId != owner) throw new ConflictException("The server was given to somebody else at this moment. Try again.");
            var plan = await db.Plans.AsNoTracking().SingleOrDefaultAsync(plan => plan.Key == request.Plan, cancellation)
                ?? throw new InvalidFieldException(nameof(request.Plan), "There is no such plan.");
            var template = templates.Require(server.Template);
            template.RequireMemory(plan, nameof(request.Plan));
            if (plan.Key != server.Plan)
            {
                plan.RequireOffered(template, nameof(request.Plan));
                await PlanAudience.RequireAsync(db, actor, owner, plan, nameof(request.Plan), cancellation);
            }
            QuotaRules.Require(await quota.ReadAsync(db, owner, apart: id, cancellation), plan, server.Allocations.Count, has: server);
            server.Move(plan);
            return plan.Name;
        }, cancellation, before: db => QuotaRules.LockAsync(db, owner, cancellation));
    }
}
