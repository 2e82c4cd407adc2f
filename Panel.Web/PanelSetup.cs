using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using Panel.Core;
using Panel.Core.Accounts;
using Panel.Kube;
using Panel.Web.Accounts;
using Panel.Web.Api;
using Panel.Web.Audit;
using Panel.Web.Components;
using Panel.Web.Components.Files;
using Panel.Web.Components.Live;
using Panel.Web.Components.Servers.Create;
using Panel.Web.Dav;
using Panel.Web.Hosting;
using Panel.Web.Metrics;
using Panel.Web.Templates;
using Radzen;

namespace Panel.Web;

/// <summary>What Panel is made of: one section a capability.</summary>
public static class PanelSetup
{
    /// <summary>Registers everything.</summary>
    public static WebApplicationBuilder AddPanel(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var configuration = builder.Configuration;

        // Where it listens and where its data lies
        var named = configuration["urls"] ?? configuration["http_ports"] ?? configuration["https_ports"];
        if (named is null && !configuration.GetSection("Kestrel:Endpoints").Exists()) builder.WebHost.UseUrls("http://localhost:8080");
        builder.WebHost.UseStaticWebAssets();   // a build that was not published has its assets in many places, whatever the environment
        builder.WebHost.ConfigureKestrel(server => server.AddServerHeader = false);
        var data = Path.GetFullPath(configuration["Panel:DataDirectory"] ?? "data");
        configuration["Panel:DataDirectory"] = Directory.CreateDirectory(data).FullName;
        builder.Logging.KeepOutOfLogs();
        services.AddSingleton(TimeProvider.System);
        AddProxies(services, configuration);

        // The domain, the cluster, and the loops between them
        services.AddCore(configuration).AddKube().AddHosting(configuration, data);

        // Accounts
        new IdentityBuilder(typeof(Account), services).AddSignInManager();
        services.AddAccounts().AddSingleSignOnFlows(configuration);

        // Pages and API
        services.AddRazorComponents().AddInteractiveServerComponents(circuits => circuits.DetailedErrors = builder.Environment.IsDevelopment());
        services.AddRadzenComponents().AddLive().AddFilePages().AddScoped<NewServerDraft>();
        services.AddSingleton<ServerListAnswers>().ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            json.SerializerOptions.RespectNullableAnnotations = true;   // nothing where something has to be is a fault of who sends it
        });
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);     // told in words in every environment
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problems.Complete).AddExceptionHandler<Problems>();
        services.AddHealthChecks().AddCheck<Readiness>("database");
        services.AddMetricsText();
        services.AddDav();
        // it would ask for the keys of cookies while the database is still being prepared; whoever needs them first reads them
        services.Remove(services.Single(service => service.ImplementationType?.Name == "DataProtectionHostedService"));
        return builder;
    }

    /// <summary>Puts the parts of a request in order, and the routes.</summary>
    public static WebApplication UsePanel(this WebApplication app)
    {
        app.Use((context, next) => app.Services.GetRequiredService<Farewell>().LetAsync(context, next));
        app.UseForwardedHeaders();
        app.UseSecurityHeaders(app.Environment.IsDevelopment());
        app.UseOwnOrigin();
        app.UseExceptionHandler("/error", createScopeForErrors: true);   // Problems answers for the API before that
        app.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true);
        app.Use((context, next) =>
        {
            // a page that tells of a failed POST is no POST: it has no form and no token
            if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null) context.Request.Method = HttpMethods.Get;
            return next(context);
        });
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api"), api => api.UseStatusCodePages());
        app.UseDav();
        app.UsePreparation();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseAntiforgery();

        app.MapStaticAssets().AllowAnonymous();
        app.MapHealthChecks("/healthz", HealthAnswers.Alive).AllowAnonymous();
        app.MapHealthChecks("/readyz", HealthAnswers.Ready).AllowAnonymous();
        app.MapMetrics();
        app.MapAccounts();
        app.MapImpersonation();
        app.MapPasskeys();
        app.MapSingleSignOn();
        app.MapInvitations();
        app.MapAudit();
        app.MapTemplates();
        app.MapDav();
        app.MapGet("/", () => Results.LocalRedirect("/servers"));
        app.MapGroup("/api/v1").MapAuth();
        var api = app.MapGroup("/api/v1").AddEndpointFilter<OwnPages>();
        api.MapMe();
        api.MapGroup("/servers").MapServers().MapPorts().MapMembers().MapConsoleStream().MapFiles().MapFileVerbs().MapConsole();
        app.MapGroup("/servers").MapConsole();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(circuits => circuits.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    // A proxy is believed only when it is named: Panel:Proxies:0=10.0.0.0/8
    static void AddProxies(IServiceCollection services, ConfigurationManager configuration) => services.Configure<ForwardedHeadersOptions>(headers =>
    {
        var networks = configuration.GetSection("Panel:Proxies").Get<string[]>() ?? [];
        headers.ForwardedHeaders = networks.Length > 0 ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost : ForwardedHeaders.None;
        headers.KnownProxies.Clear();
        headers.KnownIPNetworks.Clear();
        foreach (var network in networks) headers.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network.Contains('/') ? network : $"{network}/{(network.Contains(':') ? 128 : 32)}"));
    });
}
