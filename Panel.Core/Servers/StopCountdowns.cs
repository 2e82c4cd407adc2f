using Microsoft.Extensions.Logging;
using Panel.Contracts.Servers;
using Panel.Core.Errors;

namespace Panel.Core.Servers;

/// <summary>A stop or restart that is announced to who plays.</summary>
/// <param name="Action">What comes at the end.</param>
/// <param name="EndsAt">When, in UTC.</param>
/// <param name="By">Who asked for it.</param>
public sealed record StopCountdown(PowerAction Action, DateTimeOffset EndsAt, string By);

/// <summary>The countdowns that run in this process; they end with it, and nothing is stopped then.</summary>
public sealed partial class StopCountdowns(ChangedServers changed, TimeProvider clock, ILogger<StopCountdowns> log) : IAsyncDisposable
{
    /// <summary>So many seconds before the end the players are told.</summary>
    static readonly int[] marks = [60, 30, 10, 5, 3, 2, 1];

    readonly Lock gate = new();
    readonly Dictionary<ServerId, Running> running = [];

    /// <summary>The countdown of a server, or null.</summary>
    public StopCountdown? Find(ServerId id)
    {
        lock (gate) return running.GetValueOrDefault(id)?.Countdown;
    }

    /// <summary>Begins one.</summary>
    /// <param name="id">The server.</param>
    /// <param name="countdown">What comes when.</param>
    /// <param name="seconds">How long it is.</param>
    /// <param name="announce">Tells the players how many seconds are left.</param>
    /// <param name="act">Does what was announced.</param>
    /// <exception cref="ConflictException">One runs already.</exception>
    internal void Begin(ServerId id, StopCountdown countdown, int seconds, Func<int, CancellationToken, Task> announce, Func<CancellationToken, Task> act)
    {
        var own = new Running(countdown, new());
        lock (gate)
        {
            if (!running.TryAdd(id, own)) throw new ConflictException("A countdown runs already; call it off first.");
            own.Task = Task.Run(() => RunAsync(id, own, seconds, announce, act));
        }
        changed.Tell(id);
    }

    /// <summary>Calls a server's countdown off.</summary>
    /// <returns>The countdown; null where none ran.</returns>
    internal StopCountdown? Cancel(ServerId id)
    {
        Running? own;
        lock (gate) running.Remove(id, out own);
        own?.Stop.Cancel();
        changed.Tell(id);
        return own?.Countdown;
    }

    async Task RunAsync(ServerId id, Running own, int seconds, Func<int, CancellationToken, Task> announce, Func<CancellationToken, Task> act)
    {
        var stop = own.Stop.Token;
        try
        {
            var left = seconds;
            foreach (var mark in marks.Where(mark => mark < seconds).Prepend(seconds).Append(0))
            {
                await Task.Delay(TimeSpan.FromSeconds(left - mark), clock, stop);
                left = mark;
                if (mark > 0) await announce(mark, stop);
            }
            await act(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failure)
        {
            LogEnded(failure, id);
        }
        finally
        {
            lock (gate)
            {
                if (running.GetValueOrDefault(id) == own) running.Remove(id);
            }
            changed.Tell(id);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Running[] all;
        lock (gate)
        {
            all = [.. running.Values];
            running.Clear();
        }
        foreach (var own in all)
        {
            await own.Stop.CancelAsync();
            await own.Task;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The countdown of {Server} ended early")]
    partial void LogEnded(Exception failure, ServerId server);

    sealed class Running(StopCountdown countdown, CancellationTokenSource stop)
    {
        public StopCountdown Countdown => countdown;

        public CancellationTokenSource Stop => stop;

        public Task Task { get; set; } = Task.CompletedTask;
    }
}
