namespace Panel.Web.Accounts;

/// <summary>Makes an answer take as long whether there is an account or not.</summary>
public static class EvenTime
{
    // longer than any of the answers takes by itself on a machine that is not overloaded; on one that is, each takes a multiple of it
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
            var spent = clock.GetElapsedTime(began);
            await Task.Delay(TimeSpan.FromTicks(even.Ticks - (spent.Ticks % even.Ticks)), clock, cancellation);
        }
    }
}
