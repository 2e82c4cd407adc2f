using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Panel.Core.Reconciling;

namespace Panel.Core.Accounts;

/// <summary>Tells that what an account is or may changed, here and on other replicas: whatever is kept in memory of it is read anew, and what it holds open is checked.</summary>
public sealed class AccountChanges : IDisposable
{
    /// <summary>Stands for every account.</summary>
    public const string All = "*";

    static readonly TimeSpan pace = TimeSpan.FromMilliseconds(500);

    readonly Lock gate = new();
    readonly List<Action<string>> listeners = [];
    long count;

    /// <summary>Of which accounts the other replicas were not told yet.</summary>
    internal Pending<string> Untold { get; } = new();

    /// <summary>Grows with each change.</summary>
    public long Count => Interlocked.Read(ref count);

    /// <summary>This replica changed an account, or <see cref="All"/> of them. To be called after the change is saved.</summary>
    public void Changed(string accountId)
    {
        Heard(accountId);
        Untold.Add(accountId);
    }

    /// <summary>Another replica did.</summary>
    internal void Heard(string accountId)
    {
        Interlocked.Increment(ref count);
        Action<string>[] told;
        lock (gate) told = [.. listeners];
        foreach (var listener in told) listener(accountId);
    }

    /// <summary>Listens until the result is disposed.</summary>
    /// <param name="changed">Is called with the id of the account, or with <see cref="All"/>; it must be quick and not throw.</param>
    public IDisposable Listen(Action<string> changed)
    {
        lock (gate) listeners.Add(changed);
        return new Listening(this, changed);
    }

    /// <summary>Yields at first, so that nothing is missed between a look and this, and again after changes; many at a time are one.</summary>
    /// <param name="accountId">The account, or null for any.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="cancellation">Ends the following.</param>
    public async IAsyncEnumerable<long> FollowAsync(string? accountId, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var hints = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var listening = Listen(which =>
        {
            if (accountId is null || which == accountId || which == All) hints.Writer.TryWrite(true);
        });
        yield return Count;
        while (true)
        {
            await Task.Delay(pace, clock, cancellation);
            await hints.Reader.ReadAsync(cancellation);
            yield return Count;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Untold.Dispose();

    sealed class Listening(AccountChanges owner, Action<string> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (owner.gate) owner.listeners.Remove(listener);
        }
    }
}
