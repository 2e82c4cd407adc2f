namespace Panel.Core.Replicas;

/// <summary>
/// Carries short texts between the replicas of a panel. They are hints and no truth: the database holds that, so that one which is lost
/// costs no more than time.
/// </summary>
public interface INotices
{
    /// <summary>Tells everybody who listens, this replica too.</summary>
    /// <param name="text">At most <see cref="MaxLength"/> ASCII characters.</param>
    /// <param name="cancellation">Gives up.</param>
    Task SendAsync(string text, CancellationToken cancellation);

    /// <summary>Listens until it is cancelled or its connection breaks, which throws.</summary>
    /// <param name="listening">Called once, when nothing can be missed any more; what was sent before is not told.</param>
    /// <param name="receive">Called with each text, one after the other.</param>
    /// <param name="cancellation">Ends the listening.</param>
    Task ListenAsync(Action listening, Action<string> receive, CancellationToken cancellation);

    /// <summary>The longest text, which PostgreSQL sets: a payload shorter than 8,000 bytes.</summary>
    /// <remarks>https://www.postgresql.org/docs/current/sql-notify.html</remarks>
    const int MaxLength = 7900;
}

/// <summary>The notices of a panel that has one replica, as every panel on SQLite has: nobody else is there to be told.</summary>
sealed class NoNotices : INotices
{
    public Task SendAsync(string text, CancellationToken cancellation) => Task.CompletedTask;

    public Task ListenAsync(Action listening, Action<string> receive, CancellationToken cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
}
