namespace Panel.Bench;

/// <summary>Waits for a program that is starting to answer.</summary>
static class FirstPage
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10), Patience = TimeSpan.FromMinutes(1);

    /// <summary>Asks for a page until it is given.</summary>
    /// <exception cref="TimeoutException">It was not, within a minute.</exception>
    public static async Task AwaitAsync(Uri page, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = Patience };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(page, limit.Token);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new TimeoutException($"{page} was not served within {Patience.TotalSeconds:0} s.");
            }
            catch (HttpRequestException)
            {
                await Task.Delay(Pause, cancellation);
            }
        }
    }
}
