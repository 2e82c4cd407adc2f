using System.Collections.Frozen;
using System.Linq.Expressions;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Access;

/// <summary>Who may do what to a server: the one place that says so.</summary>
static class AccessRules
{
    static readonly FrozenSet<string> Seeing = new[] { ServerPermissions.ReadActivity, ServerPermissions.ReadStartup, ServerPermissions.ReadMembers }.ToFrozenSet();

    /// <summary>What support may do to a server whose people let it look.</summary>
    internal static readonly FrozenSet<string> Supporting = Seeing.Concat([ServerPermissions.ReadConsole, ServerPermissions.ListFiles, ServerPermissions.ReadFiles]).ToFrozenSet();

    /// <summary>What the actor may do to a server; null when it may not even know of it.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="server">The server.</param>
    /// <param name="member">What the actor is let do as one of its people; null when it is none of them, or no more.</param>
    /// <param name="now">The time, in UTC.</param>
    public static FrozenSet<string>? Of(Actor actor, Server server, HashSet<string>? member, DateTimeOffset now)
    {
        var allowed = Unscoped(actor, server, member, now);
        return allowed is null || actor.Scopes is not { } scopes ? allowed : allowed.Where(scopes.Contains).ToFrozenSet();
    }

    /// <summary>Refuses what the actor may not do.</summary>
    /// <exception cref="NotFoundException">It may not even know of the server.</exception>
    /// <exception cref="ForbiddenException">It may not do this.</exception>
    public static void Require(Actor? actor, FrozenSet<string>? allowed, string? permission)
    {
        if (allowed is null) throw new NotFoundException("Server");
        if (permission is null || allowed.Contains(permission)) return;
        if (actor?.Scopes?.Contains(permission) == false) throw new ForbiddenException(Actor.OutOfScope(permission));
        throw new ForbiddenException($"You may not {ServerPermissions.Find(permission)?.Text ?? "do this"}. The server's owner can allow it with the permission {permission}.");
    }

    /// <summary>The servers that the actor may know of.</summary>
    public static Expression<Func<Server, bool>> Seen(PanelDb db, Actor actor, DateTimeOffset now)
    {
        if (actor.May(PanelPermissions.ReadServers) || actor.May(PanelPermissions.ManageServers)) return _ => true;
        return server => server.OwnerId == actor.UserId
            || db.Members.Any(member => member.ServerId == server.Id && member.AccountId == actor.UserId && (member.ExpiresAt == null || member.ExpiresAt > now));
    }

    static FrozenSet<string>? Unscoped(Actor actor, Server server, HashSet<string>? member, DateTimeOffset now)
    {
        if (actor.May(PanelPermissions.ManageServers) || (actor.UserId.Length > 0 && server.OwnerId == actor.UserId)) return ServerPermissions.All;
        if (!actor.May(PanelPermissions.ReadServers)) return member?.ToFrozenSet();
        var support = server.SupportUntil > now ? Supporting : Seeing;
        return member is null ? support : support.Union(member).ToFrozenSet();
    }
}
