using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;

namespace Panel.Core.Servers;

/// <summary>Tells somebody which of the servers they may see are to be read again: the server changed, or what the person may do.</summary>
public sealed class FollowServers(IDbContextFactory<PanelDb> databases, ChangedServers changed, AccountChanges accounts, Actors actors, TimeProvider clock)
{
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250), Longest = TimeSpan.FromDays(1);

    // no server has it: it stands for all of them
    static readonly ServerId all = new(Guid.Empty);

    /// <summary>
    /// All servers of the actor at first, so that nothing is missed between a list and this; then those that have something new to show, at
    /// least 250 ms apart, and all of them when the account's role changed or an access to one ended. One that
    /// <see cref="ServerQueries.ListAsync(Actor, IReadOnlyCollection{ServerId}, CancellationToken)"/> does not return any more was removed.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyCollection<ServerId>> RunAsync(Actor actor, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var listener = changed.Listen();
        using var account = accounts.Listen(which => { if (which == actor.UserId || which == actor.ImpersonatorId || which == AccountChanges.All) listener.Add(all); });
        await using var end = clock.CreateTimer(_ => listener.Add(all), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var (me, known, first) = (actor, new HashSet<ServerId>(), true);
        for (IReadOnlyCollection<ServerId> batch = [all]; ; batch = await NextAsync(listener, cancellation))
        {
            var everything = batch.Contains(all);
            if (everything) me = await actors.AgainAsync(me, cancellation) ?? me;   // who is nobody any more hears it from the page's own reading
            var (visible, ends) = await VisibleAsync(me, everything ? null : batch, cancellation);
            end.Change(ends is { } at ? Until(at) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            known.UnionWith(visible);
            var mine = everything ? [.. known] : batch.Where(known.Contains).ToList();
            if (everything) known = [.. visible];
            if (mine.Count > 0 || first) yield return mine;   // also none at first: who follows knows then that there is nothing
            first = false;
        }
    }

    async Task<IReadOnlyCollection<ServerId>> NextAsync(ChangedServers.Listener listener, CancellationToken cancellation)
    {
        await Task.Delay(Pace, clock, cancellation);
        return await listener.NextAsync(cancellation);
    }

    TimeSpan Until(DateTimeOffset end)
    {
        var wait = end - clock.GetUtcNow();
        return wait < Pace ? Pace : wait > Longest ? Longest : wait;
    }

    async Task<(IReadOnlyList<ServerId> Servers, DateTimeOffset? End)> VisibleAsync(Actor actor, IReadOnlyCollection<ServerId>? among, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var servers = db.Servers.AsNoTracking().Where(AccessRules.Seen(db, actor, now));
        if (among is not null) servers = servers.Where(server => among.Contains(server.Id));
        var end = await db.Members.Where(member => member.AccountId == actor.UserId && member.ExpiresAt > now).MinAsync(member => member.ExpiresAt, cancellation);
        if (actor.May(PanelPermissions.ReadServers) && !actor.May(PanelPermissions.ManageServers))
        {
            var support = await db.Servers.Where(server => server.SupportUntil > now).MinAsync(server => server.SupportUntil, cancellation);
            end = end is null || support < end ? support : end;
        }
        return (await servers.Select(server => server.Id).ToListAsync(cancellation), end);
    }
}
