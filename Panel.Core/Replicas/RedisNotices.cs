namespace Panel.Core.Replicas;

/// <summary>Notices over a Redis server (PUBLISH and SUBSCRIBE), for those who have one: the database is asked less.</summary>
/// <remarks>https://redis.io/docs/latest/develop/interact/pubsub/</remarks>
sealed class RedisNotices(RedisAddress address, TimeProvider clock) : INotices, IAsyncDisposable
{
    const string Channel = "panel_notices";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), Quiet = TimeSpan.FromSeconds(10);

    readonly SemaphoreSlim sending = new(1, 1);
    RedisConnection? sender;

    public async Task SendAsync(string text, CancellationToken cancellation)
    {
        await sending.WaitAsync(cancellation);
        try
        {
            using var limit = new CancellationTokenSource(Patience, clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            try
            {
                sender ??= await RedisConnection.OpenAsync(address, both.Token);
                await sender.AskAsync(both.Token, "PUBLISH", Channel, text);
            }
            catch (Exception failure)
            {
                // whether it arrived is not known, and neither is what the connection would answer next
                if (sender is { } broken) await broken.DisposeAsync();
                sender = null;
                if (failure is OperationCanceledException && limit.IsCancellationRequested) throw new IOException($"Redis at {address} did not answer within {Patience.TotalSeconds:0} s.");
                throw;
            }
        }
        finally
        {
            sending.Release();
        }
    }

    public async Task ListenAsync(Action listening, Action<string> receive, CancellationToken cancellation)
    {
        await using var connection = await RedisConnection.OpenAsync(address, cancellation);
        await connection.AskAsync(cancellation, "SUBSCRIBE", Channel);
        listening();
        using var lost = new CancellationTokenSource(Quiet + Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(lost.Token, cancellation);
        var asking = AskNowAndThenAsync(connection, both.Token);
        try
        {
            while (true)
            {
                if (await connection.ReadAsync(both.Token) is object?[] and ["message", _, string text]) receive(text);
                lost.CancelAfter(Quiet + Patience);     // any answer is a sign of life
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"Redis at {address} fell silent.");
        }
        finally
        {
            await lost.CancelAsync();
            await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // a line that died between two routers tells nobody; a question without an answer does
    async Task AskNowAndThenAsync(RedisConnection connection, CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Quiet, clock, cancellation);
            await connection.SendAsync(cancellation, "PING");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (sender is { } open) await open.DisposeAsync();
        sending.Dispose();
    }
}
