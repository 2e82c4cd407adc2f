using Microsoft.AspNetCore.Http.HttpResults;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Web.Accounts;

namespace Panel.Web.Api;

/// <summary>Who is let into a server.</summary>
public static class MemberEndpoints
{
    /// <summary>Adds the routes below <c>/servers</c>.</summary>
    public static RouteGroupBuilder MapMembers(this RouteGroupBuilder servers)
    {
        var members = servers.MapGroup("/{id}/members").WithTags("People").RequireAuthorization().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
        members.MapGet("", List);
        members.MapPost("", Invite).ProducesProblem(400).ProducesProblem(409);
        members.MapPut("/{account}", Change).ProducesProblem(400).ProducesProblem(409);
        members.MapDelete("/{account}", Remove).ProducesProblem(409);
        return servers;
    }

    static async Task<Ok<ServerPeople>> List(ServerId id, CurrentActor me, MemberQueries members, CancellationToken cancellation) =>
        TypedResults.Ok(await members.ListAsync(await me.GetAsync(), id, cancellation));

    // who is invited is a member once they accept; without mail the token of the link is told this once
    static async Task<Created<MadeInvitation>> Invite(ServerId id, InviteMemberRequest request, CurrentActor me, InviteMember invite, CancellationToken cancellation) =>
        TypedResults.Created($"/api/v1/servers/{id}/members", await invite.RunAsync(await me.GetAsync(), id, request, cancellation));

    static async Task<NoContent> Change(ServerId id, string account, ChangeMemberRequest request, CurrentActor me, ChangeMember change, CancellationToken cancellation)
    {
        await change.RunAsync(await me.GetAsync(), id, account, request, cancellation);
        return TypedResults.NoContent();
    }

    static async Task<NoContent> Remove(ServerId id, string account, CurrentActor me, RemoveMember remove, CancellationToken cancellation)
    {
        await remove.RunAsync(await me.GetAsync(), id, account, cancellation);
        return TypedResults.NoContent();
    }
}
