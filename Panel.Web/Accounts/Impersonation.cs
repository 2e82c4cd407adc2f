using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Core.Users;

namespace Panel.Web.Accounts;

/// <summary>
/// Acting as somebody else, in a browser: the cookie becomes one of the other person, with a session of its own that ends with that of
/// whoever acts; their own cookie is put aside, is good for nothing but to come back by, and is checked again then.
/// </summary>
public static class Impersonation
{
    /// <summary>The claim with the account of who acts in another one's name.</summary>
    public const string AccountClaim = "impersonator";
    /// <summary>The claim with the session of who acts in another one's name.</summary>
    public const string SessionClaim = "impersonator-session";
    /// <summary>Keeps the own cookie of who acts in another one's name.</summary>
    public const string OwnScheme = "panel-own";

    /// <summary>Sets up the cookie that is put aside.</summary>
    public static void Configure(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "panel-own";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        cookie.ExpireTimeSpan = TimeSpan.FromHours(12);
        cookie.SlidingExpiration = false;
    }

    /// <summary>Beginning and stopping: POSTs with their token, so that no other site does it.</summary>
    public static void MapImpersonation(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/impersonate", BeginAsync);
        routes.MapPost("/impersonate/stop", StopAsync);
    }

    static async Task<IResult> BeginAsync(HttpContext context, IAntiforgery tokens, CurrentActor me, Impersonate impersonate, SignInManager<Account> manager)
    {
        if (!await tokens.IsRequestValidAsync(context)) return Results.BadRequest();
        var id = (await context.Request.ReadFormAsync(context.RequestAborted))["user"].ToString();
        var actor = await me.GetAsync();
        try
        {
            await impersonate.BeginAsync(actor, id, context.RequestAborted);
        }
        catch (PanelException refusal) when (refusal is ForbiddenException or ConflictException or NotFoundException)
        {
            return Results.LocalRedirect("/access-denied");
        }
        var account = await manager.UserManager.FindByIdAsync(id);
        var principal = await manager.CreateUserPrincipalAsync(account!);
        ((ClaimsIdentity)principal.Identity!).AddClaims([new(AccountClaim, actor.UserId), new(SessionClaim, actor.Session!.Value.ToString())]);
        await context.SignInAsync(OwnScheme, context.User);
        await context.SignInAsync(IdentityConstants.ApplicationScheme, principal, new() { IsPersistent = false });
        return Results.LocalRedirect("/servers");
    }

    static async Task<IResult> StopAsync(HttpContext context, IAntiforgery tokens, CurrentActor me, Actors actors, Impersonate impersonate, Sessions sessions)
    {
        if (!await tokens.IsRequestValidAsync(context)) return Results.BadRequest();
        if (context.User.Impersonator is not { } by) return Results.LocalRedirect("/");
        var actor = await me.GetAsync();
        await impersonate.EndAsync(actor, context.RequestAborted);
        // only then: a page that is still open hears of it and leads away, and the browser would drop an answer that it waits for, with its cookies
        context.Response.OnCompleted(() => sessions.EndAsync(actor.UserId, actor.Session!.Value, CancellationToken.None));
        var own = await context.AuthenticateAsync(OwnScheme);
        await context.SignOutAsync(OwnScheme);
        // the cookie that was put aside must be the one of who acts, and good still
        if (own.Principal is not { } principal || principal.SessionId != by.Session || await actors.FindAsync(principal, address: null, context.RequestAborted) is not { Impersonator: null } self)
        {
            await context.SignOutAsync(IdentityConstants.ApplicationScheme);
            return Results.LocalRedirect("/sign-in");
        }
        context.Response.OnCompleted(() => sessions.EndAsync(self.UserId, by.Session, CancellationToken.None));   // signing in again begins another
        await context.SignInAsync(IdentityConstants.ApplicationScheme, principal, new() { IsPersistent = false });
        return Results.LocalRedirect($"/admin/users/{Uri.EscapeDataString(actor.UserId)}");
    }
}
