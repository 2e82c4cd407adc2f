using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Panel.Web.Accounts;
using Panel.Web.Components;
using Panel.Web.Components.Live;
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
        configuration["Panel:DataDirectory"] = data;
        services.AddSingleton(TimeProvider.System);

        // Accounts
        services.AddDataProtection().SetApplicationName("Panel").PersistKeysToFileSystem(new(Path.Combine(data, "keys")));
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddAuthorizationBuilder().SetFallbackPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddHttpContextAccessor().AddCascadingAuthenticationState().AddScoped<CurrentActor>();

        // Pages
        services.AddRazorComponents().AddInteractiveServerComponents(circuits => circuits.DetailedErrors = builder.Environment.IsDevelopment());
        services.AddRadzenComponents().AddLive();
        return builder;
    }

    /// <summary>Puts the parts of a request in order, and the routes.</summary>
    public static WebApplication UsePanel(this WebApplication app)
    {
        app.UseSecurityHeaders(app.Environment.IsDevelopment());
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapGet("/healthz", () => "ok").AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(circuits => circuits.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }
}
