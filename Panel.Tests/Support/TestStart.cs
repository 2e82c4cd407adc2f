namespace Panel.Tests.Support;

/// <summary>The start of a test class that starts processes.</summary>
public static class TestStart
{
    /// <summary>Starts it. A test whose start fails is not disposed of by anybody else: what it started so far is ended here.</summary>
    public static async Task StartOrEndAsync(this IAsyncDisposable test, Func<Task> start)
    {
        try
        {
            await start();
        }
        catch
        {
            await test.DisposeAsync();
            throw;
        }
    }
}
