using Microsoft.AspNetCore.Components.Authorization;
using Panel.Core.Access;
using Panel.Core.Accounts;

namespace Panel.Web.Accounts;

/// <summary>Who acts, in a request of the API as well as on a page: what every operation takes first.</summary>
public sealed class CurrentActor(AuthenticationStateProvider states, IHttpContextAccessor requests)
{
    /// <summary>Where the browser is; a page sets it, because its circuit has no request to ask.</summary>
    public string? Address { get; set; }

    /// <summary>Who acts.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in, though the page or endpoint must have asked for it.</exception>
    public async ValueTask<Actor> GetAsync()
    {
        var user = Address is null && requests.HttpContext is { User.Identity.IsAuthenticated: true } request
            ? request.User
            : (await states.GetAuthenticationStateAsync()).User;
        return AccountClaims.ActorOf(user, Address ?? requests.HttpContext?.Connection.RemoteIpAddress?.ToString())
            ?? throw new InvalidOperationException("Nobody is signed in.");
    }
}
