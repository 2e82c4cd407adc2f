namespace Panel.LocalCluster.Kubelet;

/// <summary>Wakes one sleeper; calls that come while it is awake fold into one.</summary>
sealed class Wakeup
{
    readonly Lock gate = new();
    TaskCompletionSource called = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set()
    {
        lock (gate) called.TrySetResult();
    }

    /// <summary>Waits for a call or until the time is over; null waits for a call alone.</summary>
    public async Task WaitAsync(TimeSpan? atMost, TimeProvider clock, CancellationToken cancellation)
    {
        using var alarm = atMost is { } time ? clock.CreateTimer(_ => Set(), null, time < TimeSpan.Zero ? TimeSpan.Zero : time, Timeout.InfiniteTimeSpan) : null;
        await called.Task.WaitAsync(cancellation);
        lock (gate) called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
