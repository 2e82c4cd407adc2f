using Microsoft.AspNetCore.Http.HttpResults;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Web.Accounts;

namespace Panel.Web.Api;

/// <summary>The ports of a server.</summary>
public static class PortEndpoints
{
    /// <summary>Adds the routes below <c>/servers</c>.</summary>
    public static RouteGroupBuilder MapPorts(this RouteGroupBuilder servers)
    {
        var ports = servers.MapGroup("/{id}/ports").WithTags("Ports").RequireAuthorization().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
        ports.MapGet("", List);
        ports.MapPost("", Add).ProducesProblem(400).ProducesProblem(409);
        ports.MapPatch("/{number:int}", Change).ProducesProblem(400);
        ports.MapPost("/{number:int}/primary", MakePrimary).ProducesProblem(409);
        ports.MapDelete("/{number:int}", Remove).ProducesProblem(409);
        return servers;
    }

    static async Task<Ok<IReadOnlyList<PortView>>> List(ServerId id, CurrentActor me, ChangePorts ports, CancellationToken cancellation) =>
        TypedResults.Ok(await ports.ListAsync(await me.GetAsync(), id, cancellation));

    static async Task<Created<PortView>> Add(ServerId id, AddPortRequest request, CurrentActor me, ChangePorts ports, CancellationToken cancellation)
    {
        var actor = await me.GetAsync();
        var number = await ports.AddAsync(actor, id, request, cancellation);
        return TypedResults.Created($"/api/v1/servers/{id}/ports", (await ports.ListAsync(actor, id, cancellation)).First(port => port.Number == number));
    }

    static async Task<NoContent> Change(ServerId id, int number, ChangePortRequest request, CurrentActor me, ChangePorts ports, CancellationToken cancellation)
    {
        await ports.ChangeAsync(await me.GetAsync(), id, number, request, cancellation);
        return TypedResults.NoContent();
    }

    static async Task<NoContent> MakePrimary(ServerId id, int number, CurrentActor me, ChangePorts ports, CancellationToken cancellation)
    {
        await ports.MakePrimaryAsync(await me.GetAsync(), id, number, cancellation);
        return TypedResults.NoContent();
    }

    static async Task<NoContent> Remove(ServerId id, int number, CurrentActor me, ChangePorts ports, CancellationToken cancellation)
    {
        await ports.RemoveAsync(await me.GetAsync(), id, number, cancellation);
        return TypedResults.NoContent();
    }
}
