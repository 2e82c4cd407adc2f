using Panel.Core.Reconciling;

namespace Panel.Core.Accounts;

/// <summary>Tells that what an account is or may changed, here and on other replicas: whatever is kept in memory of it is read anew, and what it holds open is checked.</summary>
public sealed class AccountChanges : IDisposable
{
    /// <summary>Stands for every account.</summary>
    public const string All = "*";

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
