using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Panel.Core.Access;

namespace Panel.Core.Accounts;

/// <summary>What a cookie says of an account. An administrator has the role <see cref="AdminRole"/>.</summary>
public sealed class AccountClaims(UserManager<Account> users, IOptions<IdentityOptions> options) : UserClaimsPrincipalFactory<Account>(users, options)
{
    /// <summary>The role of administrators.</summary>
    public const string AdminRole = "admin";

    /// <summary>The actor that a signed-in principal is; null when nobody is signed in.</summary>
    /// <param name="principal">The principal.</param>
    /// <param name="address">The IP address it comes from, or null.</param>
    public static Actor? ActorOf(ClaimsPrincipal? principal, string? address) =>
        principal?.Identity is { IsAuthenticated: true } && principal.FindFirstValue(ClaimTypes.NameIdentifier) is { } id
            ? new(id, principal.Identity.Name ?? id, principal.IsInRole(AdminRole), address)
            : null;

    /// <inheritdoc/>
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Account user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        if (user.IsAdmin) identity.AddClaim(new(identity.RoleClaimType, AdminRole));
        return identity;
    }
}
