using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Core.Errors;
using Panel.Core.Plans;

namespace Panel.Core.Access;

/// <summary>Reads roles.</summary>
public sealed class RoleQueries(IDbContextFactory<PanelDb> databases)
{
    /// <summary>All roles, in their order.</summary>
    /// <exception cref="ForbiddenException">The actor may not change roles.</exception>
    public async Task<IReadOnlyList<RoleView>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageRoles);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var roles = await db.Roles.AsNoTracking().OrderBy(role => role.Order).ThenBy(role => role.Key).ToListAsync(cancellation);
        var users = await db.Users.GroupBy(account => account.Role).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellation);
        return [.. roles.Select(role => new RoleView(role.Key, role.Name, role.Description, role.Permissions, role.Quota.ToRequest(), users.GetValueOrDefault(role.Key),
            role.Key != Role.Administrator && role.IsWithin(actor), role.Key is not (Role.Administrator or Role.User)))];
    }
}
