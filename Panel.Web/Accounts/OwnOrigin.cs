using Microsoft.Extensions.Options;
using Panel.Core;

namespace Panel.Web.Accounts;

/// <summary>
/// Lets Panel's own pages alone open the live connection that pages work by: a browser sends its cookies along with a WebSocket that any page
/// opens, one of a neighbouring address too, and no form's token guards it.
/// </summary>
public static class OwnOrigin
{
    const string Live = "/_blazor";

    /// <summary>Refuses what a page of another origin sends there.</summary>
    public static IApplicationBuilder UseOwnOrigin(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments(Live) || context.Request.Headers.Origin.All(origin => IsOwn(context, origin))) return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    });

    // not the scheme: a proxy that ends TLS need not be named for pages to work
    static bool IsOwn(HttpContext context, string? origin)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var from)) return false;
        return Same(from.Authority, context.Request.Host.Value)
            || (Uri.TryCreate(context.RequestServices.GetRequiredService<IOptionsMonitor<PanelOptions>>().CurrentValue.PublicUrl, UriKind.Absolute, out var known) && Same(from.Authority, known.Authority));
    }

    static bool Same(string one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
