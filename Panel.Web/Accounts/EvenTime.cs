namespace Panel.Web.Accounts;

/// <summary>Makes an answer take as long whether there is an account or not.</summary>
public static class EvenTime
{
    // longer than any of the answers takes by itself on a machine that is not overloaded
    static readonly TimeSpan even = TimeSpan.FromMilliseconds(700);

    /// <summary>Does something that takes a while or none.</summary>
    public static async Task SpendAsync(TimeProvider clock, Func<Task> work, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        try
        {
            await work();
        }
        finally
        {
            var left = even - clock.GetElapsedTime(began);
            if (left > TimeSpan.Zero) await Task.Delay(left, clock, cancellation);
        }
    }
}
