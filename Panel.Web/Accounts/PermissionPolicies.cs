using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
using Panel.Core.Access;

namespace Panel.Web.Accounts;

/// <summary>
/// A policy for each permission of the whole panel, named by its key: <c>[Authorize(PanelPermissions.ReadUsers)]</c>. Keys with <c>|</c>
/// between them let those pass that have one of them.
/// </summary>
public sealed class PermissionPolicies(IOptions<AuthorizationOptions> options) : DefaultAuthorizationPolicyProvider(options)
{
    readonly ConcurrentDictionary<string, AuthorizationPolicy?> policies = [];   // their names are in the code: there are only so many

    /// <inheritdoc/>
    public override async Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) => policies.GetOrAdd(policyName, Find) ?? await base.GetPolicyAsync(policyName);

    static AuthorizationPolicy? Find(string name)
    {
        var keys = name.Split('|');
        return Array.TrueForAll(keys, PanelPermissions.All.Contains) ? new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new PermissionRequirement(keys)).Build() : null;
    }
}

/// <summary>Asks for one of some permissions of the whole panel.</summary>
/// <param name="Permissions">Keys of <see cref="PanelPermissions"/>.</param>
public sealed record PermissionRequirement(IReadOnlyList<string> Permissions) : IAuthorizationRequirement;

/// <summary>Lets those pass whose role allows it at this moment.</summary>
public sealed class PermissionCheck(Actors actors) : AuthorizationHandler<PermissionRequirement>
{
    /// <inheritdoc/>
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        var actor = await actors.FindAsync(context.User, address: null, CancellationToken.None);
        if (actor is not null && requirement.Permissions.Any(actor.May)) context.Succeed(requirement);
    }
}
