using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Panel.Core.Accounts;

/// <summary>What every request asks of an account.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Role">The key of its role.</param>
/// <param name="Stamp">Changes with everything that ends its sessions.</param>
/// <param name="Suspended">Whether it is out of use.</param>
/// <param name="SuspendReason">Why.</param>
/// <param name="TimeZone">The time zone of its pages; empty for the browser's.</param>
/// <param name="Culture">How its pages write dates; empty for the browser's way.</param>
/// <param name="Theme">The colours of its pages; empty while none were chosen.</param>
public sealed record AccountState(string Name, string Role, string Stamp, bool Suspended, string SuspendReason, string TimeZone, string Culture, string Theme);

/// <summary>The state of accounts, kept in memory for a short while: every request asks. A change is heard of at once, on every replica.</summary>
public sealed class AccountStates : IDisposable
{
    const int Most = 20_000;
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);   // a notice may be lost

    readonly IDbContextFactory<PanelDb> databases;
    readonly AccountChanges changes;
    readonly MemoryCache known;
    readonly IDisposable listening;

    /// <summary>Begins to listen for changes.</summary>
    public AccountStates(IDbContextFactory<PanelDb> databases, AccountChanges changes)
    {
        (this.databases, this.changes) = (databases, changes);
        known = new(Options.Create(new MemoryCacheOptions { SizeLimit = Most }));
        listening = changes.Listen(Forget);
    }

    /// <summary>The state of an account; null when there is none.</summary>
    public async ValueTask<AccountState?> FindAsync(string accountId, CancellationToken cancellation)
    {
        if (known.TryGetValue(accountId, out AccountState? state)) return state;
        var before = changes.Count;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        state = await db.Users.AsNoTracking().Where(account => account.Id == accountId)
            .Select(account => new AccountState(account.UserName!, account.Role, account.SecurityStamp ?? "", account.SuspendedAt != null, account.SuspendReason, account.TimeZone, account.Culture, account.Theme))
            .SingleOrDefaultAsync(cancellation);
        // what was read before a change is not kept after it
        if (before == changes.Count) known.Set(accountId, state, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Kept });
        return state;
    }

    void Forget(string accountId)
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
