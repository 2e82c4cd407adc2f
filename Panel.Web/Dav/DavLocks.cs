using System.Security.Cryptography;
using Panel.Contracts.Servers;

namespace Panel.Web.Dav;

/// <summary>A lock that a program holds.</summary>
/// <param name="Token">Its name.</param>
/// <param name="Key">What is locked (see <see cref="DavPlace.Key"/>).</param>
/// <param name="Deep">Whether all that is in it is locked too.</param>
/// <param name="Shared">Whether others may hold one as well.</param>
/// <param name="AccountId">Whose it is.</param>
/// <param name="Owner">What the program says of its person: text.</param>
/// <param name="Until">When it ends.</param>
sealed record DavLock(string Token, string Key, bool Deep, bool Shared, string AccountId, string Owner, DateTimeOffset Until);

/// <summary>
/// The locks that programs hold against each other; people on pages and other replicas take no notice of them. They live in this process: a panel that
/// is started again has none.
/// </summary>
sealed class DavLocks(TimeProvider clock)
{
    const int MostOfAnAccount = 1000;

    readonly Lock gate = new();
    readonly Dictionary<string, DavLock> locks = new(StringComparer.Ordinal);

    /// <summary>How long one holds at most.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromHours(1);

    /// <summary>Takes a lock.</summary>
    /// <returns>The lock, or null when another one forbids it.</returns>
    public DavLock? Take(string key, bool deep, bool shared, string accountId, string owner, TimeSpan time)
    {
        lock (gate)
        {
            Sweep();
            var others = locks.Values.Where(held => Covers(held, key) || (deep && Inside(held.Key, key)));
            if (others.Any(held => !shared || !held.Shared) || locks.Values.Count(held => held.AccountId == accountId) >= MostOfAnAccount) return null;
            var taken = new DavLock($"urn:uuid:{new Guid(RandomNumberGenerator.GetBytes(16))}", key, deep, shared, accountId, owner, clock.GetUtcNow() + time);
            return locks[taken.Token] = taken;
        }
    }

    /// <summary>Lets a lock hold on.</summary>
    public DavLock? Refresh(string token, string key, string accountId, TimeSpan time)
    {
        lock (gate)
        {
            Sweep();
            return locks.TryGetValue(token, out var held) && Covers(held, key) && held.AccountId == accountId ? locks[token] = held with { Until = clock.GetUtcNow() + time } : null;
        }
    }

    /// <summary>Ends a lock.</summary>
    /// <returns>Whether there was one there of that name and account.</returns>
    public bool Release(string token, string key, string accountId)
    {
        lock (gate) return locks.TryGetValue(token, out var held) && Covers(held, key) && held.AccountId == accountId && locks.Remove(token);
    }

    /// <summary>Ends the locks of what is gone, and of all that was in it.</summary>
    public void Forget(string key)
    {
        lock (gate)
        {
            foreach (var held in locks.Values.Where(held => held.Key == key || Inside(held.Key, key)).ToList()) locks.Remove(held.Token);
        }
    }

    /// <summary>The locks that hold somewhere.</summary>
    /// <param name="key">The place.</param>
    /// <param name="within">Whether those on what is in it count too.</param>
    public IReadOnlyList<DavLock> Find(string key, bool within = false)
    {
        lock (gate)
        {
            Sweep();
            return [.. locks.Values.Where(held => Covers(held, key) || (within && Inside(held.Key, key)))];
        }
    }

    /// <summary>Whether something may be changed by who shows these tokens.</summary>
    public bool Allows(string key, bool within, string accountId, IReadOnlySet<string> shown)
    {
        var held = Find(key, within);
        return held.Count == 0 || held.GroupBy(one => one.Key).All(some => some.Any(one => shown.Contains(one.Token) && one.AccountId == accountId));
    }

    /// <summary>How long a lock still holds.</summary>
    public TimeSpan Left(DavLock held) => held.Until - clock.GetUtcNow();

    static bool Covers(DavLock held, string key) => held.Key == key || (held.Deep && Inside(key, held.Key));

    static bool Inside(string key, string folder) => key.StartsWith(folder.EndsWith('/') ? folder : folder + "/", StringComparison.Ordinal) && key.Length > folder.Length;

    void Sweep()
    {
        var now = clock.GetUtcNow();
        foreach (var old in locks.Values.Where(held => held.Until <= now).ToList()) locks.Remove(old.Token);
    }
}
