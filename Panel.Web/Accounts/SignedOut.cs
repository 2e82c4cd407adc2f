using System.Security.Claims;
using Panel.Core.Accounts;

namespace Panel.Web.Accounts;

/// <summary>Why somebody who was signed in is not any more, for the page that asks them to sign in again. It tells of accounts only what whoever was in them may know.</summary>
public static class SignedOut
{
    /// <summary>The claim of a page's person that is nobody any more: why.</summary>
    public const string Claim = "signed-out";
    /// <summary>The part of the address that says why.</summary>
    public const string Parameter = "ended";

    const string Elsewhere = "elsewhere", Suspended = "suspended", Deleted = "deleted", Own = "panel-left";

    /// <summary>Why the person of a cookie is signed in no more.</summary>
    public static async ValueTask<string> WhyAsync(AccountStates accounts, ClaimsPrincipal was, CancellationToken cancellation) =>
        was.AccountId is not { } id || await accounts.FindAsync(id, cancellation) is not { } state ? Deleted : state.Suspended ? Suspended : Elsewhere;

    /// <summary>The person signs out themselves in this browser: its other pages lead to the sign-in too, and nothing is to be explained there.</summary>
    public static void Intend(HttpContext context) =>
        context.Response.Cookies.Append(Own, "1", new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, MaxAge = TimeSpan.FromSeconds(15), Path = "/sign-in", IsEssential = true });

    /// <summary>The reason in words; null where there is none to tell.</summary>
    public static string? Words(string? why, HttpContext context) => context.Request.Cookies.ContainsKey(Own) ? null : why switch
    {
        Elsewhere => "You were signed out here: on another device, by an administrator, because the password changed, or because it was not used for long.",
        Suspended => "Your account was suspended. Sign in to read why.",
        Deleted => "The account that was signed in here is no longer there.",
        _ => null,
    };
}
