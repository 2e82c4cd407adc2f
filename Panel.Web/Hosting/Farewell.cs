using System.Collections.Concurrent;

namespace Panel.Web.Hosting;

/// <summary>
/// How the panel ends: first every open page is told, then connections are closed, and requests that do not end by themselves are cut off.
/// Without that a download that nobody reads would hold the panel until whoever ends it loses patience.
/// </summary>
public sealed class Farewell(IHostApplicationLifetime lifetime, TimeProvider clock) : IDisposable
{
    /// <summary>How long pages may take to show that they were told; and how long requests may go on.</summary>
    static readonly TimeSpan telling = TimeSpan.FromSeconds(1), patience = TimeSpan.FromSeconds(3);

    readonly ConcurrentDictionary<object, Func<Task>> pages = new();
    readonly CancellationTokenSource over = new();
    CancellationTokenRegistration stopping;
    ITimer? limit;
    int begun;

    /// <summary>Tells a page when the panel ends.</summary>
    /// <param name="tell">Ends when the page shows it.</param>
    /// <returns>To be disposed of with the page.</returns>
    public IDisposable Listen(Func<Task> tell)
    {
        var key = new Listener(this);
        pages[key] = tell;
        return key;
    }

    /// <summary>Lets a request run, at most until the patience is over.</summary>
    internal async Task LetAsync(HttpContext context, RequestDelegate next)
    {
        Begin();
        await using var cut = over.Token.Register(context.Abort);
        await next(context);
    }

    // SignalR closes its connections when the same token is cancelled, whose last registration is called first: pages must hear before that,
    // so this comes with the first request, when all routes are there
    void Begin()
    {
        if (Interlocked.Exchange(ref begun, 1) == 0) stopping = lifetime.ApplicationStopping.Register(End);
    }

    void End()
    {
        limit = clock.CreateTimer(_ => over.Cancel(), null, patience, Timeout.InfiniteTimeSpan);
        // nothing to await it: who cancels waits for this, and closes the connections after it
        Task.WhenAll(pages.Values.Select(tell => Task.Run(tell))).ContinueWith(static told => told.Exception, TaskScheduler.Default).Wait(telling);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping.Dispose();
        limit?.Dispose();
        over.Dispose();
    }

    sealed class Listener(Farewell farewell) : IDisposable
    {
        public void Dispose() => farewell.pages.TryRemove(this, out _);
    }
}
