using System.Collections.Frozen;
using Panel.Core.Errors;

namespace Panel.Core.Access;

/// <summary>What somebody may do to a server at this moment.</summary>
/// <param name="Allowed">Keys of <see cref="Contracts.Access.ServerPermissions"/>.</param>
/// <param name="Until">Until when, in UTC; null for no end.</param>
sealed record ServerRights(FrozenSet<string> Allowed, DateTimeOffset? Until)
{
    /// <summary>Refuses to hand on more than one has, or for longer.</summary>
    /// <exception cref="ForbiddenException">It is more.</exception>
    public void RequireGrantable(IEnumerable<string> permissions, DateTimeOffset? until)
    {
        RequireCovering(permissions, "You cannot hand on what you may not do yourself");
        if (Until is { } end && !(until <= end)) throw new ForbiddenException($"Your own access ends on {end:yyyy-MM-dd HH:mm} UTC: you cannot let anybody in for longer.");
    }

    /// <summary>Refuses to touch the access of somebody who may more than oneself.</summary>
    /// <exception cref="ForbiddenException">They may more.</exception>
    public void RequireAbove(IEnumerable<string> permissions) => RequireCovering(permissions, "This person may do what you may not, so you cannot change their access");

    void RequireCovering(IEnumerable<string> permissions, string refusal)
    {
        var more = permissions.Where(permission => !Allowed.Contains(permission)).Order(StringComparer.Ordinal).ToList();
        if (more.Count > 0) throw new ForbiddenException($"{refusal}: {string.Join(", ", more)}.");
    }
}
