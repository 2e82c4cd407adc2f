using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
using Panel.Core.Access;

namespace Panel.Web.Accounts;

/// <summary>A policy for each permission of the whole panel, named by its key: <c>[Authorize(PanelPermissions.ReadUsers)]</c>.</summary>
public sealed class PermissionPolicies(IOptions<AuthorizationOptions> options) : DefaultAuthorizationPolicyProvider(options)
{
    static readonly Dictionary<string, AuthorizationPolicy> policies = PanelPermissions.All.ToDictionary(
        permission => permission, permission => new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new PermissionRequirement(permission)).Build());

    /// <inheritdoc/>
    public override Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) =>
        policies.TryGetValue(policyName, out var policy) ? Task.FromResult<AuthorizationPolicy?>(policy) : base.GetPolicyAsync(policyName);
}

/// <summary>Asks for a permission of the whole panel.</summary>
/// <param name="Permission">A key of <see cref="PanelPermissions"/>.</param>
public sealed record PermissionRequirement(string Permission) : IAuthorizationRequirement;

/// <summary>Lets those pass whose role allows it at this moment.</summary>
public sealed class PermissionCheck(Actors actors) : AuthorizationHandler<PermissionRequirement>
{
    /// <inheritdoc/>
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        var actor = await actors.FindAsync(context.User, address: null, CancellationToken.None);
        if (actor?.May(requirement.Permission) == true) context.Succeed(requirement);
    }
}
