using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Web.Api;

namespace Panel.Web.Accounts;

/// <summary>Signing in by cookie.</summary>
public static class AccountSetup
{
    /// <summary>The property of a sign-in that holds the session at the provider.</summary>
    public const string ProviderSession = "provider-session";

    const string AnyScheme = "panel";
    const int AttemptsAMinute = 30;

    // where something secret is tried: all of it counts together
    static readonly string[] guessed = ["/sign-in", "/setup", "/register", "/forgot", "/reset", "/confirm", "/confirm-email", "/account", InvitationLinks.Page, "/api/v1/auth"];

    /// <summary>Registers cookies, the rule that every path asks for an account, and the limit of attempts an address has.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        var schemes = services.AddAuthentication(AnyScheme)
            .AddPolicyScheme(AnyScheme, displayName: null, either => either.ForwardDefaultSelector = context => Basic.IsFor(context.Request) ? Basic.Name : Bearer.IsShown(context.Request) ? Bearer.Name : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, Bearer>(Bearer.Name, configureOptions: null)
            .AddScheme<AuthenticationSchemeOptions, Basic>(Basic.Name, configureOptions: null)
            .AddCookie(Impersonation.OwnScheme, Impersonation.Configure);
        schemes.AddIdentityCookies();
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = "panel";
            cookie.LoginPath = "/sign-in";
            cookie.AccessDeniedPath = "/access-denied";
            cookie.ReturnUrlParameter = "returnUrl";
            cookie.ExpireTimeSpan = TimeSpan.FromDays(7);
            cookie.SlidingExpiration = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Events.OnSigningIn = BeginAsync;
            cookie.Events.OnValidatePrincipal = CheckAsync;
            cookie.Events.OnRedirectToLogin = context => Answer(context.HttpContext, StatusCodes.Status401Unauthorized, context.RedirectUri);
            cookie.Events.OnRedirectToAccessDenied = context => Answer(context.HttpContext, StatusCodes.Status403Forbidden, context.RedirectUri);
        });
        services.Configure<CookieAuthenticationOptions>(IdentityConstants.TwoFactorUserIdScheme, cookie => (cookie.Cookie.Name, cookie.Cookie.SameSite) = ("panel-step", SameSiteMode.Strict));
        // a passkey stands for both steps, so that it has to ask for a finger, a face or a PIN
        services.AddOptions<IdentityPasskeyOptions>().Configure<IOptions<PanelOptions>>((passkeys, panel) =>
        {
            passkeys.UserVerificationRequirement = passkeys.ResidentKeyRequirement = "required";
            if (Uri.TryCreate(panel.Value.PublicUrl, UriKind.Absolute, out var address)) passkeys.ServerDomain = address.Host;
        });
        services.AddSingleton<IAuthorizationPolicyProvider, PermissionPolicies>().AddSingleton<IAuthorizationHandler, PermissionCheck>();
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddHttpContextAccessor().AddCascadingAuthenticationState();
        services.AddSingleton<OpenCircuits>().AddScoped<CircuitHandler, CircuitLimit>();
        services.AddScoped<AuthenticationStateProvider, CircuitCheck>().AddScoped<CurrentActor>().AddScoped<SignIn>().AddScoped<ProgramSignIn>().AddSingleton<KnownPasswords>();
        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                context.Request.Path.StartsWithSegments("/_blazor") || ConsoleStream.IsOf(context.Request.Path)
                    // also those that never become a page, and consoles that programs follow
                    ? RateLimitPartition.GetConcurrencyLimiter($"live {context.User.AccountId ?? Networks.Of(context.Connection.RemoteIpAddress)}", _ => new() { PermitLimit = OpenCircuits.MostConnections })
                : HttpMethods.IsPost(context.Request.Method) && Array.Exists(guessed, path => context.Request.Path.StartsWithSegments(path))
                    ? RateLimitPartition.GetFixedWindowLimiter(Networks.Of(context.Connection.RemoteIpAddress), _ => new() { PermitLimit = AttemptsAMinute, Window = TimeSpan.FromMinutes(1) })
                    : RateLimitPartition.GetNoLimiter("no limit"));
        });
        return services;
    }

    /// <summary>Signing out: a POST with its token, so that no other site's link does it.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        MapSignOut(routes);
        routes.MapPost("/theme", async (HttpContext context, IAntiforgery tokens, CurrentActor me, ChangePreferences preferences) =>
        {
            if (!await tokens.IsRequestValidAsync(context)) return Results.BadRequest();
            await preferences.SetThemeAsync(await me.GetAsync(), context.Request.Form["theme"], context.RequestAborted);
            return Results.NoContent();
        });
    }

    static void MapSignOut(IEndpointRouteBuilder routes) => routes.MapPost("/sign-out", async (HttpContext context, IAntiforgery tokens, SignInManager<Account> manager, Sessions sessions) =>
    {
        if (!await tokens.IsRequestValidAsync(context)) return Results.BadRequest();
        if (context.User is { AccountId: { } account, SessionId: { } session })
        {
            var tell = await sessions.LeaveAsync(account, session, CancellationToken.None);
            context.Response.OnCompleted(() =>
            {
                tell();
                return Task.CompletedTask;
            });
        }
        await manager.SignOutAsync();
        await context.SignOutAsync(Impersonation.OwnScheme);
        SignedOut.Intend(context);
        return Results.LocalRedirect("/sign-in");
    });

    // every way to sign in ends here: a cookie is good for the session that begins with it, and for no other
    static async Task BeginAsync(CookieSigningInContext context)
    {
        var identity = (ClaimsIdentity)context.Principal!.Identity!;
        foreach (var stale in identity.FindAll(Actors.SessionClaim).ToList()) identity.RemoveClaim(stale);
        var request = context.HttpContext.Request;
        var id = await context.HttpContext.RequestServices.GetRequiredService<Sessions>().StartAsync(
            context.Principal.AccountId!, context.Properties.IsPersistent, request.Headers.UserAgent.ToString(), context.HttpContext.Connection.RemoteIpAddress?.ToString(),
            context.Principal.Impersonator, context.Properties.GetString(ProviderSession), context.HttpContext.RequestAborted);
        identity.AddClaim(new(Actors.SessionClaim, id.ToString()));
    }

    // what is asked is kept in memory: a cookie is checked with every request
    static async Task CheckAsync(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        if (context.Principal is { AccountId: { } account, SessionId: { } session } principal
            && await services.GetRequiredService<Actors>().FindAsync(principal, address: null, context.HttpContext.RequestAborted) is not null)
        {
            await services.GetRequiredService<Sessions>().SeenAsync(account, session, context.HttpContext.Connection.RemoteIpAddress?.ToString(), context.HttpContext.RequestAborted);
            return;
        }
        if (context.Principal is { } was) context.HttpContext.Items[SignedOut.Parameter] = await SignedOut.WhyAsync(services.GetRequiredService<AccountStates>(), was, context.HttpContext.RequestAborted);
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    // the API answers with a status, a page leads to the form
    static Task Answer(HttpContext context, int status, string page)
    {
        if (context.Request.Path.StartsWithSegments("/api")) context.Response.StatusCode = status;
        else context.Response.Redirect(status == StatusCodes.Status401Unauthorized && context.Items[SignedOut.Parameter] is string why ? $"{page}&{SignedOut.Parameter}={why}" : page);
        return Task.CompletedTask;
    }
}
