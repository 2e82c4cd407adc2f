using Panel.Core.Access;

namespace Panel.Web.Accounts;

/// <summary>
/// The link of an invitation. Its token is taken out of the address at once and kept in a cookie for an hour, for the page of the invitation alone:
/// so it stands in no history that is looked at, in no Referer, and in no address that another page hands on.
/// </summary>
public static class InvitationLinks
{
    /// <summary>The page of an invitation.</summary>
    public const string Page = "/invitation";

    const string Cookie = "panel-invitation";
    static readonly TimeSpan kept = TimeSpan.FromHours(1);

    /// <summary>Adds the link. No log of requests may hold it: see <see cref="KeepOutOfLogs"/>.</summary>
    public static void MapInvitations(this IEndpointRouteBuilder routes) => routes.MapGet(InvitationMail.PathOf("{token}"), (string token, HttpContext context) =>
    {
        context.Response.Cookies.Append(Cookie, token, Options(context, kept));
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.Headers.CacheControl = "no-store";
        return Results.LocalRedirect(Page);
    }).AllowAnonymous();

    /// <summary>The lines that the web server itself writes of each request have its whole address.</summary>
    public static void KeepOutOfLogs(this ILoggingBuilder logging) => logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);

    /// <summary>The token of the link that was followed last, or null.</summary>
    public static string? Token(HttpContext context) => context.Request.Cookies[Cookie];

    /// <summary>Forgets it, once the invitation is answered.</summary>
    public static void Forget(HttpContext context) => context.Response.Cookies.Delete(Cookie, Options(context, null));

    static CookieOptions Options(HttpContext context, TimeSpan? age) => new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = Page, MaxAge = age, IsEssential = true };
}
