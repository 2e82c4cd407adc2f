using System.Security.Claims;
using Panel.Core.Accounts;

namespace Panel.Core.Access;

/// <summary>Who somebody that is signed in is at this moment, and may do: nothing of it is in the cookie or token but the account and its stamp.</summary>
public sealed class Actors(AccountStates accounts, Roles roles)
{
    /// <summary>The claim with the stamp of the account when it signed in.</summary>
    public const string StampClaim = "AspNet.Identity.SecurityStamp";

    /// <summary>The actor that an account is; null when there is none, or it is out of use.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="address">The IP address it comes from, or null.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async ValueTask<Actor?> FindAsync(string accountId, string? address, CancellationToken cancellation) =>
        await accounts.FindAsync(accountId, cancellation) is { Suspended: false } state
            ? new(accountId, state.Name, await roles.PermissionsAsync(state.Role, cancellation), address)
            : null;

    /// <summary>The actor that a signed-in principal is; null when nobody is signed in any more.</summary>
    /// <inheritdoc cref="FindAsync(string, string?, CancellationToken)"/>
    public async ValueTask<Actor?> FindAsync(ClaimsPrincipal? principal, string? address, CancellationToken cancellation)
    {
        if (principal?.Identity is not { IsAuthenticated: true } || principal.FindFirstValue(ClaimTypes.NameIdentifier) is not { } id) return null;
        if (await accounts.FindAsync(id, cancellation) is not { } state || principal.FindFirstValue(StampClaim) != state.Stamp) return null;
        return await FindAsync(id, address, cancellation);
    }
}
