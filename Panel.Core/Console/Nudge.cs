namespace Panel.Core.Console;

/// <summary>Says to one waiter that there is something to look at. Said often before it looks, it looks once.</summary>
internal sealed class Nudge(TimeProvider clock)
{
    TaskCompletionSource given = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>There is something to look at.</summary>
    public void Give() => Volatile.Read(ref given).TrySetResult();

    /// <summary>Waits until it is given, or the time is over.</summary>
    public async Task WaitAsync(TimeSpan time, CancellationToken cancellation)
    {
        try
        {
            await given.Task.WaitAsync(time, clock, cancellation);
        }
        catch (TimeoutException)
        {
            return;
        }
        Volatile.Write(ref given, new(TaskCreationOptions.RunContinuationsAsynchronously)); // before the waiter looks, so that no later word is lost
    }
}
