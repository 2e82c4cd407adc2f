using System.Collections.Frozen;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Panel.Core.Accounts.Keys;

/// <summary>What every request asks of a key.</summary>
/// <param name="Id">Names the key.</param>
/// <param name="Scopes">What it is limited to; null for all that the account may.</param>
/// <param name="Networks">From where it may be used; none for everywhere.</param>
/// <param name="ExpiresAt">When it ends, in UTC; null for no end.</param>
/// <param name="UsedAt">When it was last used, in UTC, to the minute; null for never.</param>
public sealed record KeyState(Guid Id, IReadOnlySet<string>? Scopes, IReadOnlyList<IPNetwork> Networks, DateTimeOffset? ExpiresAt, DateTimeOffset? UsedAt);

/// <summary>The keys of accounts, kept in memory for a short while: every request asks. A change of the account is heard of at once, on every replica.</summary>
public sealed class KeyStates : IDisposable
{
    const int Most = 20_000;
    static readonly TimeSpan kept = TimeSpan.FromSeconds(30);   // a notice may be lost

    readonly IDbContextFactory<PanelDb> databases;
    readonly AccountChanges changes;
    readonly TimeProvider clock;
    readonly MemoryCache owners = Cache(), known = Cache();
    readonly IDisposable listening;

    /// <summary>Begins to listen for changes.</summary>
    public KeyStates(IDbContextFactory<PanelDb> databases, AccountChanges changes, TimeProvider clock)
    {
        (this.databases, this.changes, this.clock) = (databases, changes, clock);
        listening = changes.Listen(Forget);
    }

    /// <summary>A key of an account; null when it has ended.</summary>
    public async ValueTask<KeyState?> FindAsync(string accountId, Guid id, CancellationToken cancellation)
    {
        if (!known.TryGetValue(accountId, out FrozenDictionary<Guid, KeyState>? all))
        {
            var before = changes.Count;
            await using var db = await databases.CreateDbContextAsync(cancellation);
            all = (await db.ApiKeys.AsNoTracking().Where(key => key.AccountId == accountId).ToListAsync(cancellation)).ToFrozenDictionary(key => key.Id, State);
            // what was read before a change is not kept after it
            if (before == changes.Count) known.Set(accountId, all, Entry());
        }
        return all!.GetValueOrDefault(id) is { } found && !(found.ExpiresAt <= clock.GetUtcNow()) ? found : null;
    }

    /// <summary>Whose key a text is, and which; null when it is none.</summary>
    internal async ValueTask<KeyOwner?> OwnerAsync(string text, CancellationToken cancellation)
    {
        if (!KeyText.IsWellFormed(text)) return null;
        var hash = KeyText.Hash(text);
        // a key never changes hands: that it has one does not mean that it is still good
        if (owners.TryGetValue(hash, out KeyOwner? owner)) return owner;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        owner = await db.ApiKeys.AsNoTracking().Where(key => key.Hash == hash).Select(key => new KeyOwner(key.AccountId, key.Id)).SingleOrDefaultAsync(cancellation);
        if (owner is not null) owners.Set(hash, owner, Entry());
        return owner;
    }

    /// <summary>Reads an account's keys anew the next time, on this replica alone.</summary>
    internal void Forget(string accountId)
    {
        if (accountId == AccountChanges.All) known.Clear();
        else known.Remove(accountId);
    }

    static KeyState State(ApiKey key)
    {
        KeyNetworks.Parse(key.Networks, out var networks);
        return new(key.Id, key.Scopes?.ToFrozenSet(), networks, key.ExpiresAt, key.UsedAt);
    }

    static MemoryCache Cache() => new(Options.Create(new MemoryCacheOptions { SizeLimit = Most }));

    static MemoryCacheEntryOptions Entry() => new() { Size = 1, AbsoluteExpirationRelativeToNow = kept };

    /// <inheritdoc/>
    public void Dispose()
    {
        listening.Dispose();
        owners.Dispose();
        known.Dispose();
    }
}

/// <summary>Whose a key is.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Id">Names the key.</param>
sealed record KeyOwner(string AccountId, Guid Id);
