using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;

namespace Panel.Web.Accounts;

/// <summary>Who acts, in a request of the API as well as on a page: what every operation takes first.</summary>
public sealed class CurrentActor(AuthenticationStateProvider states, IHttpContextAccessor requests, Actors actors)
{
    /// <summary>Where the browser is; a page sets it, because its circuit has no request to ask.</summary>
    public string? Address { get; set; }

    /// <summary>Who acts, with what the account may at this moment.</summary>
    /// <exception cref="ForbiddenException">Nobody is signed in any more, or the account is out of use.</exception>
    public async ValueTask<Actor> GetAsync()
    {
        var user = Address is null && requests.HttpContext is { User.Identity.IsAuthenticated: true } request
            ? request.User
            : (await states.GetAuthenticationStateAsync()).User;
        return await actors.FindAsync(user, Address ?? requests.HttpContext?.Connection.RemoteIpAddress?.ToString(), CancellationToken.None)
            ?? throw new ForbiddenException("You are not signed in any more. Sign in again.");
    }
}

/// <summary>What is read from a signed-in principal.</summary>
public static class Principals
{
    extension(ClaimsPrincipal principal)
    {
        /// <summary>The id of the account; null when nobody is signed in.</summary>
        public string? AccountId => principal.FindFirstValue(ClaimTypes.NameIdentifier);

        /// <summary>Who acts in the account's name; null for the person itself.</summary>
        public Impersonator? Impersonator => principal.FindFirstValue(Impersonation.AccountClaim) is { } account && Guid.TryParse(principal.FindFirstValue(Impersonation.SessionClaim), out var session)
            ? new(account, session)
            : null;

        /// <summary>The id of the session; null where there is none.</summary>
        public Guid? SessionId => Guid.TryParse(principal.FindFirstValue(Actors.SessionClaim), out var id) ? id : null;
    }
}
