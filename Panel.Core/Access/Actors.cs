using System.Security.Claims;
using Panel.Contracts.Access;
using Panel.Core.Accounts;
using Panel.Core.Accounts.Keys;

namespace Panel.Core.Access;

/// <summary>Who somebody that is signed in is at this moment, and may do: nothing of it is in the cookie or token but the account and its stamp.</summary>
public sealed class Actors(AccountStates accounts, SessionStates sessions, KeyStates keys, Roles roles)
{
    /// <summary>The claim with the stamp of the account when it signed in.</summary>
    public const string StampClaim = "AspNet.Identity.SecurityStamp";

    /// <summary>The claim with the id of the key that a program acts by.</summary>
    public const string KeyClaim = "key";

    /// <summary>The claim with the session's id.</summary>
    public const string SessionClaim = "sid";

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
        if (principal.FindFirstValue(KeyClaim) is { } key) return Guid.TryParse(key, out var which) ? await WithKeyAsync(id, which, address, cancellation) : null;
        if (principal.FindFirstValue(SessionClaim) is { } session)
        {
            // whatever changes the stamp ends the sessions too, but the one that it was changed in
            return Guid.TryParse(session, out var sid) ? await InSessionAsync(id, sid, address, cancellation) : null;
        }
        if (await accounts.FindAsync(id, cancellation) is not { } state || principal.FindFirstValue(StampClaim) != state.Stamp) return null;
        return await FindAsync(id, address, cancellation);
    }

    /// <summary>The actor that a key of an account is; null when the key has ended, or the account is out of use.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="id">The key.</param>
    /// <param name="address">The IP address it comes from, or null.</param>
    /// <param name="cancellation">Ends the reading.</param>
    internal async ValueTask<Actor?> WithKeyAsync(string accountId, Guid id, string? address, CancellationToken cancellation) =>
        await keys.FindAsync(accountId, id, cancellation) is { } key && await FindAsync(accountId, address, cancellation) is { } actor ? actor with { Key = id, Scopes = key.Scopes } : null;

    /// <summary>The same actor with what it may at this moment; null when its account, session or key is out of use.</summary>
    public async ValueTask<Actor?> AgainAsync(Actor actor, CancellationToken cancellation)
    {
        var now = actor.Key is { } key ? await WithKeyAsync(actor.UserId, key, actor.Address, cancellation)
            : actor.Session is { } session ? await InSessionAsync(actor.UserId, session, actor.Address, cancellation)
            : await FindAsync(actor.UserId, actor.Address, cancellation);
        return now is null ? null : now with { Scopes = actor.Scopes, Impersonator = now.Impersonator ?? actor.Impersonator, ImpersonatorId = now.ImpersonatorId ?? actor.ImpersonatorId };
    }

    /// <summary>The actor that an account is in one of its sessions; null when either is out of use.</summary>
    internal async ValueTask<Actor?> InSessionAsync(string accountId, Guid id, string? address, CancellationToken cancellation)
    {
        if (await sessions.FindAsync(accountId, id, cancellation) is not { } session || await FindAsync(accountId, address, cancellation) is not { } actor) return null;
        if (session.Impersonator is not { } by) return actor with { Session = id };
        // whoever acts for another goes on for as long as they are signed in themselves, and may
        return await InSessionAsync(by.AccountId, by.Session, address, cancellation) is { Impersonator: null } self && self.May(PanelPermissions.Impersonate) && actor.Permissions.All(self.Permissions.Contains)
            ? actor with { Session = id, Impersonator = self.Name, ImpersonatorId = self.UserId }
            : null;
    }
}
