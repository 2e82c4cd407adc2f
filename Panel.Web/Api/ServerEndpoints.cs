using Microsoft.AspNetCore.Http.HttpResults;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Web.Accounts;

namespace Panel.Web.Api;

/// <summary>The servers that somebody sees, and all that can be done to one of them. What takes the cluster's time is answered by 202 with the server as it is now: its phase tells the rest.</summary>
public static class ServerEndpoints
{
    /// <summary>Adds the routes below <c>/servers</c>.</summary>
    public static RouteGroupBuilder MapServers(this RouteGroupBuilder servers)
    {
        var own = servers.MapGroup("").WithTags("Servers").RequireAuthorization().ProducesProblem(401);
        own.MapGet("", List).Produces<IReadOnlyList<ServerRow>>().Produces(304);
        own.MapPost("", Create).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409);
        var one = own.MapGroup("/{id}").ProducesProblem(403).ProducesProblem(404);
        one.MapGet("", Find);
        one.MapPatch("", Rename).ProducesProblem(400).ProducesProblem(409);
        one.MapDelete("", Delete).ProducesProblem(400).ProducesProblem(409);
        one.MapPost("/power", Power).ProducesProblem(400).ProducesProblem(409);
        one.MapPut("/plan", Move).ProducesProblem(400).ProducesProblem(409);
        one.MapPatch("/startup", Change).ProducesProblem(400).ProducesProblem(409);
        one.MapPut("/template", Remake).ProducesProblem(400).ProducesProblem(409);
        one.MapPost("/reinstall", Reinstall).ProducesProblem(400).ProducesProblem(409);
        return servers;
    }

    static async Task<IResult> List(CurrentActor me, ServerListAnswers lists, HttpContext context, CancellationToken cancellation)
    {
        var list = await lists.FindAsync(await me.GetAsync(), cancellation);
        // it is for who asked alone, and whoever keeps it asks whether it is still so
        context.Response.Headers.CacheControl = "private, no-cache";
        return Results.Bytes(list.Body, "application/json; charset=utf-8", entityTag: list.Tag);
    }

    static async Task<Ok<ServerView>> Find(ServerId id, CurrentActor me, ServerQueries servers, CancellationToken cancellation) =>
        TypedResults.Ok(await servers.FindAsync(await me.GetAsync(), id, cancellation));

    static async Task<Created<ServerView>> Create(CreateServerRequest request, CurrentActor me, CreateServer create, ServerQueries servers, CancellationToken cancellation)
    {
        var actor = await me.GetAsync();
        var id = await create.RunAsync(actor, request, cancellation);
        return TypedResults.Created($"/api/v1/servers/{id}", await servers.FindAsync(actor, id, cancellation));
    }

    static async Task<Ok<ServerView>> Rename(ServerId id, RenameServerRequest request, CurrentActor me, RenameServer rename, ServerQueries servers, CancellationToken cancellation)
    {
        var actor = await me.GetAsync();
        await rename.RunAsync(actor, id, request, cancellation);
        return TypedResults.Ok(await servers.FindAsync(actor, id, cancellation));
    }

    // the name is what a person types before anything is deleted; a program says it too
    static async Task<Accepted> Delete(ServerId id, string? confirmName, CurrentActor me, DeleteServer delete, CancellationToken cancellation)
    {
        await delete.RunAsync(await me.GetAsync(), id, confirmName ?? "", cancellation);
        return TypedResults.Accepted((string?)null);
    }

    static async Task<Accepted<ServerView>> Power(ServerId id, PowerRequest request, CurrentActor me, ChangePower power, ServerQueries servers, CancellationToken cancellation)
    {
        var actor = await me.GetAsync();
        await power.RunAsync(actor, id, request.Action, cancellation);
        return await BegunAsync(id, actor, servers, cancellation);
    }

    static async Task<Ok<ServerView>> Move(ServerId id, ChangePlanRequest request, CurrentActor me, ChangePlan change, ServerQueries servers, CancellationToken cancellation)
    {
        var actor = await me.GetAsync();
        await change.RunAsync(actor, id, request, cancellation);
        return TypedResults.Ok(await servers.FindAsync(actor, id, cancellation));
    }

    static async Task<Ok<ServerView>> Change(ServerId id, ChangeVariablesRequest request, CurrentActor me, ChangeVariables change, ServerQueries servers, CancellationToken cancellation)
    {
        var actor = await me.GetAsync();
        await change.RunAsync(actor, id, request, cancellation);
        return TypedResults.Ok(await servers.FindAsync(actor, id, cancellation));
    }

    static async Task<Accepted<ServerView>> Remake(ServerId id, ChangeTemplateRequest request, CurrentActor me, ChangeTemplate change, ServerQueries servers, CancellationToken cancellation)
    {
        var actor = await me.GetAsync();
        await change.RunAsync(actor, id, request, cancellation);
        return await BegunAsync(id, actor, servers, cancellation);
    }

    static async Task<Accepted<ServerView>> Reinstall(ServerId id, ReinstallServerRequest request, CurrentActor me, ReinstallServer reinstall, ServerQueries servers, CancellationToken cancellation)
    {
        var actor = await me.GetAsync();
        await reinstall.RunAsync(actor, id, request, cancellation);
        return await BegunAsync(id, actor, servers, cancellation);
    }

    static async Task<Accepted<ServerView>> BegunAsync(ServerId id, Core.Access.Actor actor, ServerQueries servers, CancellationToken cancellation) =>
        TypedResults.Accepted($"/api/v1/servers/{id}", await servers.FindAsync(actor, id, cancellation));
}
