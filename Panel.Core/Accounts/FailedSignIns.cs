namespace Panel.Core.Accounts;

/// <summary>
/// Counts wrong passwords by account and by the network they came from, whether there is such an account or not. A network that fails too often waits, and no other
/// does: who knows an address cannot lock its owner out. Only when many networks at once fail on one account does that account wait, for all of them.
/// </summary>
/// <remarks>In memory: each replica counts what it sees, and a restart forgets.</remarks>
public sealed class FailedSignIns(TimeProvider clock)
{
    /// <summary>So many wrong passwords a network has for an account.</summary>
    public const int Attempts = 5;

    /// <summary>So many wrong passwords an account takes of all networks together; that is at least 20 of them.</summary>
    public const int AttemptsOfAll = 100;

    // an attacker with many networks must not fill the memory
    const int Most = 50_000;

    /// <summary>How long to wait after the last attempt.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(5);

    readonly Lock gate = new();
    readonly Dictionary<string, Dictionary<string, Failures>> accounts = new(StringComparer.OrdinalIgnoreCase);
    int kept;

    /// <summary>How many pairs of account and network are remembered.</summary>
    internal int Kept { get { lock (gate) return kept; } }

    /// <summary>Takes an attempt; it counts until <see cref="Forget"/> tells that its password was right.</summary>
    /// <param name="account">The name that was typed.</param>
    /// <param name="network">Where it came from.</param>
    /// <returns>Zero when the password may be looked at; otherwise how long to wait.</returns>
    public TimeSpan Take(string account, string network)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (Left(account, network, now) is { Ticks: > 0 } wait) return wait;
            if (kept >= Most) Tidy(now);
            if (!accounts.TryGetValue(account, out var networks)) accounts[account] = networks = new(StringComparer.Ordinal);
            if (!networks.ContainsKey(network)) kept++;
            var before = networks.GetValueOrDefault(network);
            networks[network] = new(before.Until > now ? before.Count + 1 : 1, now + Wait);
            return TimeSpan.Zero;
        }
    }

    /// <summary>How long a network has to wait before its next attempt; zero when it need not.</summary>
    public TimeSpan Left(string account, string network)
    {
        lock (gate) return Left(account, network, clock.GetUtcNow());
    }

    /// <summary>The password was right: what this network failed before is forgotten.</summary>
    public void Forget(string account, string network)
    {
        lock (gate)
        {
            if (!accounts.TryGetValue(account, out var networks) || !networks.Remove(network)) return;
            kept--;
            if (networks.Count == 0) accounts.Remove(account);
        }
    }

    TimeSpan Left(string account, string network, DateTimeOffset now)
    {
        if (!accounts.TryGetValue(account, out var networks)) return TimeSpan.Zero;
        var own = networks.GetValueOrDefault(network);
        var until = own.Waits(now) ? own.Until : now;
        if (networks.Count < AttemptsOfAll / Attempts || networks.Values.Sum(failures => failures.Counted(now)) < AttemptsOfAll) return until - now;
        // until so many are over that fewer are left than make all wait
        var sum = 0;
        var many = networks.Values.OrderByDescending(failures => failures.Until).First(failures => (sum += failures.Counted(now)) >= AttemptsOfAll).Until;
        return (many > until ? many : until) - now;
    }

    // what is over goes; while that is not enough, so do the accounts that the fewest networks try, which are those nobody attacks in earnest
    void Tidy(DateTimeOffset now)
    {
        foreach (var (account, networks) in accounts)
        {
            foreach (var (network, failures) in networks)
            {
                if (failures.Until <= now && networks.Remove(network)) kept--;
            }
            if (networks.Count == 0) accounts.Remove(account);
        }
        foreach (var (account, networks) in accounts.OrderBy(pair => pair.Value.Count).ToList())
        {
            if (kept < Most / 2) return;
            kept -= networks.Count;
            accounts.Remove(account);
        }
    }

    readonly record struct Failures(int Count, DateTimeOffset Until)
    {
        public bool Waits(DateTimeOffset now) => Counted(now) >= Attempts;

        public int Counted(DateTimeOffset now) => Until > now ? Count : 0;
    }
}
