namespace Panel.Tests.Support;

/// <summary>No test waits for ever: every wait has a deadline and says what did not come.</summary>
public static class Deadline
{
    /// <summary>Long enough for a busy machine, short enough to notice.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    /// <summary>The task's result, if it comes in time.</summary>
    /// <exception cref="TimeoutException">It did not.</exception>
    public static async Task<T> Within<T>(this Task<T> task, string what, TimeSpan? limit = null)
    {
        await ((Task)task).Within(what, limit);
        return await task;
    }

    /// <summary>Waits until the task ends, if it does so in time.</summary>
    /// <exception cref="TimeoutException">It did not.</exception>
    public static Task Within(this Task task, string what, TimeSpan? limit = null) => WithinAsync(task, what, limit, Xunit.TestContext.Current.CancellationToken);

    /// <summary>Waits until something that a test cleans up with ends, also after the test was cancelled.</summary>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public static Task EndsWithin(this Task task, string what, TimeSpan? limit = null) => WithinAsync(task, what, limit, CancellationToken.None);

    static async Task WithinAsync(Task task, string what, TimeSpan? limit, CancellationToken cancellation)
    {
        try
        {
            await task.WaitAsync(limit ?? Usual, cancellation);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{what}: not within {(limit ?? Usual).TotalSeconds:0.#} s");
        }
    }

    /// <summary>Asks again and again until the answer is true.</summary>
    /// <exception cref="TimeoutException">It never was.</exception>
    public static Task UntilAsync(string what, Func<bool> isSo, TimeSpan? limit = null) => UntilAsync(what, () => Task.FromResult(isSo()), limit);

    /// <inheritdoc cref="UntilAsync(string, Func{bool}, TimeSpan?)"/>
    public static async Task UntilAsync(string what, Func<Task<bool>> isSo, TimeSpan? limit = null)
    {
        var end = TimeProvider.System.GetTimestamp() + (long)((limit ?? Usual).TotalSeconds * TimeProvider.System.TimestampFrequency);
        while (!await isSo())
        {
            if (TimeProvider.System.GetTimestamp() > end) throw new TimeoutException($"{what}: not within {(limit ?? Usual).TotalSeconds:0.#} s");
            await Task.Delay(25, Xunit.TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A token that is cancelled at the deadline or with the test.</summary>
    public static CancellationTokenSource Source(TimeSpan? limit = null)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(Xunit.TestContext.Current.CancellationToken);
        source.CancelAfter(limit ?? Usual);
        return source;
    }
}
