using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Secrets;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>Makes a server one of another game, such as a plain one of one with mods: its name, owner, plan and people stay, and its files if wished.</summary>
public sealed class ChangeTemplate(ServerOperations servers, ServerTemplates templates, TemplateCatalogue catalogue, QuotaRules quota, PortPool ports, SecretValues secrets)
{
    /// <summary>Writes what it is made from, its values and its ports; what runs is stopped, and the game's script runs where it has one.</summary>
    /// <exception cref="InvalidFieldException">There is no such game, it is not for its plan, or a variable breaks a rule.</exception>
    /// <exception cref="QuotaExceededException">It would take more ports than its owner has left.</exception>
    /// <exception cref="ConflictException">A hold forbids it, or it is suspended.</exception>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    public async Task RunAsync(Actor actor, ServerId id, ChangeTemplateRequest request, CancellationToken cancellation)
    {
        var owner = (await servers.ReadAsync(actor, id, ServerPermissions.Reinstall, cancellation)).OwnerId;
        FieldRules.Require(request);
        secrets.Refresh();
        await servers.ChangeAsync(actor, id, ServerPermissions.Reinstall, "server.template", async (db, server, rights) =>
        {
            RequireRights(actor, rights, request);
            if (server.OwnerId != owner) throw new ConflictException("The server was given to somebody else at this moment. Try again.");
            var before = catalogue.Find(server.Template);
            if (request.Template == server.Template) throw new InvalidFieldException(nameof(request.Template), "It is a server of this game already.");
            var template = await templates.ChooseAsync(db, actor, request.Template, nameof(request.Template), cancellation);
            await RequirePlanAsync(db, server, template, cancellation);
            var carried = template.Carried(before, secrets.Open(server.Variables), actor);
            var values = templates.Values(template, carried, request.Variables, actor);
            var (image, startup) = (template.ImageLabel(request.Image, nameof(request.Image)), template.StartupLabel(request.Startup, nameof(request.Startup)));
            server.Remake(template, image, startup, request.WipeFiles);
            server.Variables = values;
            QuotaRules.RequirePorts(await quota.ReadAsync(db, owner, apart: id, cancellation), template.Ports.Count + server.Allocations.Count(Own), server.Allocations.Count);
            await FitPortsAsync(db, server, template, cancellation);
            return new AuditNote($"{before?.Name ?? "a game that is gone"} → {template.Name}{(request.WipeFiles ? ", files wiped" : "")}");
        }, cancellation, before: db => QuotaRules.LockAsync(db, owner, cancellation));
    }

    /// <summary>What is chosen with the game takes what choosing it alone does, so that nobody gets around that by going there and back.</summary>
    static void RequireRights(Actor actor, ServerRights rights, ChangeTemplateRequest request)
    {
        if (request.Variables.Count > 0 || !string.IsNullOrEmpty(request.Startup)) AccessRules.Require(actor, rights.Allowed, ServerPermissions.ChangeStartup);
        if (!string.IsNullOrEmpty(request.Image)) AccessRules.Require(actor, rights.Allowed, ServerPermissions.ChangeImage);
    }

    static async Task RequirePlanAsync(PanelDb db, Server server, Template template, CancellationToken cancellation)
    {
        const string field = nameof(ChangeTemplateRequest.Template);
        if (server.MemoryMiB < template.MinMemoryMiB) throw new InvalidFieldException(field, $"{template.Name} needs at least {template.MinMemoryMiB} MiB of memory.");
        // a plan that is not offered any more is still the server's
        var plan = await db.Plans.AsNoTracking().SingleOrDefaultAsync(plan => plan.Key == server.Plan, cancellation);
        if (plan is { Templates.Count: > 0 } && !plan.Templates.Contains(template.Key)) throw new InvalidFieldException(field, $"The server's plan {plan.Name} is not for {template.Name}.");
    }

    /// <summary>Whether people took a port beside those of the template.</summary>
    static bool Own(Allocation allocation) => allocation.Protocol is not null;

    /// <summary>A port keeps its number where the other game has one of its name, or else one at its place: players find the server where it was.</summary>
    async Task FitPortsAsync(PanelDb db, Server server, Template template, CancellationToken cancellation)
    {
        var free = server.Allocations.Where(allocation => !Own(allocation)).OrderBy(allocation => allocation.Order).ToList();
        var fitted = new Dictionary<string, Allocation>(StringComparer.Ordinal);
        foreach (var port in template.Ports)
        {
            if (free.FirstOrDefault(allocation => allocation.Name == port.Name) is not { } same) continue;
            fitted[port.Name] = same;
            free.Remove(same);
        }
        foreach (var port in template.Ports.Where(port => !fitted.ContainsKey(port.Name)))
        {
            if (free.Count == 0) break;
            fitted[port.Name] = free[0];
            free.RemoveAt(0);
        }
        foreach (var (port, order) in template.Ports.Select((port, order) => (port, order)))
        {
            if (fitted.TryGetValue(port.Name, out var kept)) (kept.Name, kept.Order) = (port.Name, order);
        }
        foreach (var gone in free) server.Allocations.Remove(gone);
        var missing = template.Ports.Where(port => !fitted.ContainsKey(port.Name)).ToList();
        foreach (var taken in await ports.TakeAsync(db, server, template with { Ports = missing }, cancellation))
        {
            taken.Order = template.Ports.TakeWhile(port => port.Name != taken.Name).Count();
            server.Allocations.Add(taken);
        }
        var next = template.Ports.Count;
        foreach (var own in server.Allocations.Where(Own).OrderBy(allocation => allocation.Order)) own.Order = next++;
    }
}
