using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Panel.Core.Accounts;

/// <summary>What every request asks of a session.</summary>
/// <param name="Id">Names the session.</param>
/// <param name="SeenAt">When it was last used, in UTC, to the minute.</param>
/// <param name="ExpiresAt">When it ends, in UTC.</param>
/// <param name="Impersonator">Who acts in the account's name in it, or null.</param>
public sealed record SessionState(Guid Id, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt, Impersonator? Impersonator);

/// <summary>Who acts in another one's name.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Session">The session it does so from.</param>
public sealed record Impersonator(string AccountId, Guid Session);

/// <summary>The sessions of accounts, kept in memory for a short while: every request asks. A change of the account is heard of at once, on every replica.</summary>
public sealed class SessionStates : IDisposable
{
    const int Most = 20_000;
    static readonly TimeSpan kept = TimeSpan.FromSeconds(30);   // a notice may be lost

    readonly IDbContextFactory<PanelDb> databases;
    readonly AccountChanges changes;
    readonly TimeProvider clock;
    readonly MemoryCache known = new(Options.Create(new MemoryCacheOptions { SizeLimit = Most }));
    readonly IDisposable listening;

    /// <summary>Begins to listen for changes.</summary>
    public SessionStates(IDbContextFactory<PanelDb> databases, AccountChanges changes, TimeProvider clock)
    {
        (this.databases, this.changes, this.clock) = (databases, changes, clock);
        listening = changes.Listen(Forget);
    }

    /// <summary>A session of an account; null when it has ended.</summary>
    public async ValueTask<SessionState?> FindAsync(string accountId, Guid id, CancellationToken cancellation)
    {
        if (!known.TryGetValue(accountId, out FrozenDictionary<Guid, SessionState>? all))
        {
            var before = changes.Count;
            await using var db = await databases.CreateDbContextAsync(cancellation);
            all = (await db.Sessions.AsNoTracking().Where(session => session.AccountId == accountId)
                .Select(session => new SessionState(session.Id, session.SeenAt, session.ExpiresAt,
                    session.ImpersonatorId == null ? null : new Impersonator(session.ImpersonatorId, session.ImpersonatorSession ?? Guid.Empty))).ToListAsync(cancellation)).ToFrozenDictionary(session => session.Id);
            // what was read before a change is not kept after it
            if (before == changes.Count) known.Set(accountId, all, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = kept });
        }
        return all!.GetValueOrDefault(id) is { } found && found.ExpiresAt > clock.GetUtcNow() ? found : null;
    }

    /// <summary>Reads an account's sessions anew the next time, on this replica alone.</summary>
    internal void Forget(string accountId)
    {
        if (accountId == AccountChanges.All) known.Clear();
        else known.Remove(accountId);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        listening.Dispose();
        known.Dispose();
    }
}
