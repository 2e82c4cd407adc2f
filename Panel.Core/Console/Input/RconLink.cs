namespace Panel.Core.Console.Input;

/// <summary>The way to one server's RCON: opened with the first command, kept while commands come, closed when they have not for a while or what it led to is another.</summary>
internal sealed class RconLink : IAsyncDisposable
{
    static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    readonly SemaphoreSlim gate = new(1);
    readonly ITimer idle;
    RconConnection? connection;
    object? target;

    public RconLink(TimeProvider clock)
    {
        Clock = clock;
        idle = clock.CreateTimer(static state => _ = ((RconLink)state!).CloseAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    TimeProvider Clock { get; }

    /// <summary>Sends a command; others wait for its answer.</summary>
    /// <param name="to">Which run of the program is meant, and its password: a connection to another is not used.</param>
    /// <param name="connect">Reaches it.</param>
    /// <param name="command">One line.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The answer; null where none came in time.</returns>
    public async Task<string?> AskAsync((string? Pod, int? Run, string Password) to, Func<Task<Stream>> connect, string command, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            idle.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (connection is not { IsOpen: true } || !to.Equals(target))
            {
                await EndAsync();
                (connection, target) = (await RconConnection.OpenAsync(await connect(), to.Password, Clock, cancellation), to);
            }
            var answer = await connection.AskAsync(command, cancellation);
            idle.Change(Idle, Timeout.InfiniteTimeSpan);
            return answer;
        }
        catch
        {
            await EndAsync(); // what is left of an answer must not be taken for the next one's
            throw;
        }
        finally
        {
            gate.Release();
        }
    }

    async Task CloseAsync()
    {
        await gate.WaitAsync();
        try
        {
            await EndAsync();
        }
        finally
        {
            gate.Release();
        }
    }

    async Task EndAsync()
    {
        if (connection is { } old) await old.DisposeAsync();
        (connection, target) = (null, null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await idle.DisposeAsync();
    }
}
