namespace Panel.Web.Hosting;

/// <summary>A task that lasts as long as the panel, from when the database is ready: what it throws is logged, and it begins again after a while.</summary>
public abstract partial class Loop(Preparation preparation, TimeProvider clock, ILogger log) : BackgroundService
{
    static readonly TimeSpan firstWait = TimeSpan.FromSeconds(0.5), longestWait = TimeSpan.FromSeconds(30), healthy = TimeSpan.FromMinutes(2), slowEnd = TimeSpan.FromSeconds(1);

    /// <summary>The clock that waits are measured by.</summary>
    protected TimeProvider Clock => clock;

    /// <summary>The task itself; it ends only by being cancelled or by failing.</summary>
    protected abstract Task RunAsync(CancellationToken stopping);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        await base.StopAsync(cancellationToken);
        // loops end one after the other: one that is slow to end holds up all
        if (clock.GetElapsedTime(began) > slowEnd) LogSlow(log, GetType().Name, clock.GetElapsedTime(began).TotalSeconds);
    }

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await preparation.Done.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var wait = firstWait; !stoppingToken.IsCancellationRequested; wait = wait * 2 > longestWait ? longestWait : wait * 2)
        {
            var began = clock.GetTimestamp();
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { return; }
            catch (Exception failure)
            {
                LogFailed(log, failure, GetType().Name);
            }
            if (clock.GetElapsedTime(began) > healthy) wait = firstWait;
            // several panels that lost the same cluster do not come back in step
            await Task.Delay(wait * (0.5 + Random.Shared.NextDouble()), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Loop} took {Seconds:0.0} s to end")]
    static partial void LogSlow(ILogger log, string loop, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Loop} failed and begins again")]
    static partial void LogFailed(ILogger log, Exception failure, string loop);
}
