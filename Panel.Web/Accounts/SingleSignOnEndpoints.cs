using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.SingleSignOn;

namespace Panel.Web.Accounts;

/// <summary>Ways to a provider and back.</summary>
public static partial class SingleSignOnEndpoints
{
    /// <summary>The page of a person's links.</summary>
    public const string Page = "/account/single-sign-on";

    const string Link = "link", Scheme = "provider-";

    /// <summary>Registers the flow of every provider that is set up.</summary>
    public static IServiceCollection AddSingleSignOnFlows(this IServiceCollection services, IConfiguration configuration)
    {
        var schemes = services.AddAuthentication();
        foreach (var provider in configuration.GetSection(SingleSignOnOptions.Section).Get<SingleSignOnOptions>()?.Providers ?? [])
        {
            if (provider.Key.Length == 0) continue;   // refused with its reason when the panel starts
            schemes.AddOAuth<OpenIdHandlerOptions, OpenIdHandler>(Scheme + provider.Key, provider.Name, flow =>
            {
                flow.Provider = provider.Key;
                flow.ClientId = provider.ClientId;
                flow.CallbackPath = $"/sign-in/with/{provider.Key}/callback";
                flow.SignInScheme = IdentityConstants.ExternalScheme;
                flow.UsePkce = true;
                flow.Scope.Clear();
                foreach (var scope in provider.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)) flow.Scope.Add(scope);
                flow.CorrelationCookie.SameSite = SameSiteMode.Lax;   // the way back is a link that the browser follows
                flow.RemoteAuthenticationTimeout = TimeSpan.FromMinutes(15);
                flow.Events.OnTicketReceived = ArriveAsync;
                flow.Events.OnRemoteFailure = FailAsync;
                flow.Events.OnAccessDenied = denied =>
                {
                    denied.HandleResponse();
                    denied.Response.Redirect(Problem("cancelled"));
                    return Task.CompletedTask;
                };
            });
        }
        return services;
    }

    /// <summary>Adds the routes.</summary>
    public static void MapSingleSignOn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sign-in/with/{key}", GoAsync).AllowAnonymous();
        routes.MapPost("/single-sign-on/{key}/logout", LogOutAsync).AllowAnonymous().DisableAntiforgery();
        routes.MapPost(Page + "/{key}/link", LinkAsync);
        routes.MapPost(Page + "/{key}/unlink", UnlinkAsync);
    }

    static Task<IResult> GoAsync(string key, string? returnUrl, OpenIdProviders providers, ILogger<OpenIdHandler> log, CancellationToken cancellation) =>
        LeadAsync(key, new() { RedirectUri = LocalAddress.Of(returnUrl) }, providers, log, cancellation);

    static async Task<IResult> LeadAsync(string key, AuthenticationProperties properties, OpenIdProviders providers, ILogger log, CancellationToken cancellation)
    {
        if (providers.Find(key) is not { } provider) return Results.NotFound();
        try
        {
            await provider.DescribeAsync(cancellation);
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            LogAway(log, away, provider.Options.Name);
            return Results.LocalRedirect(Problem("away"));
        }
        return Results.Challenge(properties, [Scheme + key]);
    }

    // the password first: whoever finds a browser open must not make a way in for themselves
    static async Task<IResult> LinkAsync(string key, HttpContext context, IAntiforgery antiforgery, CurrentActor me, OwnAccount own, OpenIdProviders providers, ILogger<OpenIdHandler> log)
    {
        if (!await antiforgery.IsRequestValidAsync(context)) return Results.BadRequest();
        var actor = await me.GetAsync();
        return await TryAsync(() => own.ProveAsync(actor, context.Request.Form["password"].ToString(), context.RequestAborted))
            ?? new AfterForm(await LeadAsync(key, new() { RedirectUri = Page, Items = { [Link] = actor.UserId } }, providers, log, context.RequestAborted));
    }

    static async Task<IResult> UnlinkAsync(string key, HttpContext context, IAntiforgery antiforgery, CurrentActor me, ProviderLinks links)
    {
        if (!await antiforgery.IsRequestValidAsync(context)) return Results.BadRequest();
        var actor = await me.GetAsync();
        return await TryAsync(() => links.UnlinkAsync(actor, key, context.Request.Form["password"].ToString(), context.RequestAborted)) ?? Results.LocalRedirect($"{Page}?done=unlinked");
    }

    static async Task<IResult?> TryAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (PanelException refusal)
        {
            return Results.LocalRedirect($"{Page}?problem={refusal switch { InvalidFieldException => "password", ConflictException => "conflict", ForbiddenException => "fresh", _ => "gone" }}");
        }
    }

    static async Task<IResult> LogOutAsync(string key, HttpContext context, OpenIdProviders providers, ProviderSessions sessions, ILogger<OpenIdHandler> log, CancellationToken cancellation)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (providers.Find(key) is not { } provider || !context.Request.HasFormContentType) return Results.BadRequest();
        try
        {
            await sessions.EndAsync(provider, (await context.Request.ReadFormAsync(cancellation))["logout_token"].ToString(), cancellation);
            return Results.Ok();
        }
        catch (Exception refusal) when (refusal is TokenRefusedException or HttpRequestException)
        {
            LogRefused(log, refusal, provider.Options.Name);
            return Results.BadRequest();
        }
    }

    static async Task ArriveAsync(TicketReceivedContext arrival)
    {
        arrival.HandleResponse();
        var (context, person) = (arrival.HttpContext, OpenIdHandler.Person(arrival.HttpContext));
        arrival.Response.Redirect(arrival.Properties!.Items.TryGetValue(Link, out var account) ? await JoinAsync(context, person, account!) : await EnterAsync(context, person, arrival.ReturnUri ?? "/"));
    }

    static async Task<string> JoinAsync(HttpContext context, ProviderPerson person, string account)
    {
        var services = context.RequestServices;
        var now = await context.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        if (now.Principal?.AccountId != account || await services.GetRequiredService<Actors>().FindAsync(now.Principal, context.Connection.RemoteIpAddress?.ToString(), context.RequestAborted) is not { } actor) return Problem("refused");
        try
        {
            await services.GetRequiredService<ProviderLinks>().LinkAsync(actor, person, context.RequestAborted);
            return $"{Page}?done=linked";
        }
        catch (PanelException)
        {
            return $"{Page}?problem=taken";
        }
    }

    static async Task<string> EnterAsync(HttpContext context, ProviderPerson person, string next)
    {
        var (services, address) = (context.RequestServices, context.Connection.RemoteIpAddress?.ToString());
        var name = services.GetRequiredService<OpenIdProviders>().Find(person.Provider)!.Options.Name;
        var audit = services.GetRequiredService<AuditSignIns>();
        var (account, refusal) = await services.GetRequiredService<ProviderSignIn>().RunAsync(person, address, context.RequestAborted);
        if (account is null)
        {
            await audit.FailedAsync(null, address, $"by {name}: {refusal}", context.RequestAborted);
            return Problem(refusal.ToString()!.ToLower(CultureInfo.InvariantCulture));
        }
        var answer = await services.GetRequiredService<SignIn>().EnterAsync(account, ProviderSessions.Name(person), person.SecondFactor, $"by {name}");
        return answer.NeedsCode ? $"/sign-in/code?returnUrl={Uri.EscapeDataString(next)}" : next;
    }

    static Task FailAsync(RemoteFailureContext failure)
    {
        LogRefused(failure.HttpContext.RequestServices.GetRequiredService<ILogger<OpenIdHandler>>(), failure.Failure, failure.Scheme.DisplayName ?? failure.Scheme.Name);
        failure.HandleResponse();
        failure.Response.Redirect(Problem(failure.Failure is HttpRequestException ? "away" : "refused"));
        return Task.CompletedTask;
    }

    static string Problem(string code) => $"/sign-in/problem?code={code}";

    [LoggerMessage(Level = LogLevel.Warning, Message = "The provider {Name} cannot be reached")]
    static partial void LogAway(ILogger log, Exception failure, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What came from the provider {Name} was refused")]
    static partial void LogRefused(ILogger log, Exception? failure, string name);

    /// <summary>Leads on by a page of its own: the panel's rule that forms go nowhere else holds for where a form's answer leads, too.</summary>
    sealed class AfterForm(IResult way) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await way.ExecuteAsync(httpContext);
            if (httpContext.Response.Headers.Location is not [{ } location]) return;
            httpContext.Response.Headers.Remove("Location");
            httpContext.Response.StatusCode = StatusCodes.Status200OK;
            httpContext.Response.ContentType = "text/html; charset=utf-8";
            var address = System.Net.WebUtility.HtmlEncode(location);
            await httpContext.Response.WriteAsync($"<!DOCTYPE html><meta http-equiv=\"refresh\" content=\"0;url={address}\"><title>Panel</title><a href=\"{address}\">Go on</a>", httpContext.RequestAborted);
        }
    }
}
