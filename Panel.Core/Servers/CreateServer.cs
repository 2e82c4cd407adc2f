using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Metrics;
using Panel.Core.Plans;
using Panel.Core.Reconciling;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>Makes a server: rules, quota, ports, row and audit in one transaction. The cluster is brought along by the server's pass.</summary>
public sealed class CreateServer(
    IDbContextFactory<PanelDb> databases, ServerTemplates templates, QuotaRules quota, PortPool ports, AuditLog audit, Wake wake, TimeProvider clock)
{
    /// <summary>Makes a server that the actor owns.</summary>
    /// <exception cref="InvalidFieldException">A field or a variable breaks a rule.</exception>
    /// <exception cref="ForbiddenException">The actor may not make servers.</exception>
    /// <exception cref="QuotaExceededException">It would take more than is left.</exception>
    public async Task<ServerId> RunAsync(Actor actor, CreateServerRequest request, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.CreateServers);
        FieldRules.Require(request);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var template = await templates.ChooseAsync(db, actor, request.Template, nameof(request.Template), cancellation);
        var image = template.ImageLabel(request.Image, nameof(request.Image));
        var startup = template.StartupLabel(request.Startup, nameof(request.Startup));
        var variables = templates.Values(template, new Dictionary<string, string>(), request.Variables, actor);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await QuotaRules.LockAsync(db, actor.UserId, cancellation);
        // who is suspended at this very moment waited for the lock: nothing new of theirs may run
        if (await db.Users.AnyAsync(account => account.Id == actor.UserId && account.SuspendedAt != null, cancellation)) throw new ForbiddenException("Your account is suspended.");
        var plan = await db.Plans.AsNoTracking().SingleOrDefaultAsync(plan => plan.Key == request.Plan, cancellation)
            ?? throw new InvalidFieldException(nameof(request.Plan), "There is no such plan.");
        plan.RequireOffered(template, nameof(request.Plan));
        ports.RequireNodes(plan);
        await PlanAudience.RequireAsync(db, actor, actor.UserId, plan, nameof(request.Plan), cancellation);
        template.RequireMemory(plan, nameof(request.Plan));
        QuotaRules.Require(await quota.ReadAsync(db, actor.UserId, apart: null, cancellation), plan, template.Ports.Count);

        var server = new Server(ServerId.New(), actor.UserId, request.Name.Trim(), template.Key, image, clock.GetUtcNow())
        {
            Description = request.Description.Trim(),
            Startup = startup,
            NodePool = plan.NodePool,
            Variables = variables,
        };
        server.Move(plan);
        server.Allocations.AddRange(await ports.TakeAsync(db, server, template, cancellation));
        if (request.Start) server.Power(PowerAction.Start);
        if (template.Install is not null) server.Install(wipe: false);
        db.Servers.Add(server);
        audit.Add(db, actor, "server.create", server.Id, server.Name, $"{template.Name}, {plan.Name}");
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        wake.Changed(server.Id);
        PanelMeter.ServerMade();
        return server.Id;
    }
}
