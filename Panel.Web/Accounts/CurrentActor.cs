using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Panel.Core.Access;

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
        var user = requests.HttpContext is { User.Identity.IsAuthenticated: true } request && Address is null
            ? request.User
            : (await states.GetAuthenticationStateAsync()).User;
        var id = user.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("Nobody is signed in.");
        return new(id, user.Identity?.Name ?? id, user.IsInRole(Roles.Admin), Address ?? requests.HttpContext?.Connection.RemoteIpAddress?.ToString());
    }
}

/// <summary>The roles that a cookie speaks of.</summary>
public static class Roles
{
    /// <summary>May do everything.</summary>
    public const string Admin = "admin";
}
