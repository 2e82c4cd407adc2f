using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Console;

/// <summary>How fast one person may send commands to one server: some at once, and so many a second after that.</summary>
public sealed class CommandPace(IOptionsMonitor<ConsoleOptions> options, TimeProvider clock)
{
    /// <summary>So many senders are remembered before those who have been quiet are forgotten.</summary>
    const int Remembered = 1000;

    readonly ConcurrentDictionary<(string Account, ServerId Server), Sender> senders = new();

    /// <summary>How many lines of a paste may go at once, and how long to wait before each that follows: half of what may come at once is left to what is typed meanwhile.</summary>
    public (int AtOnce, TimeSpan Wait) Paste => (Math.Max(1, options.CurrentValue.CommandBurst / 2), TimeSpan.FromSeconds(1.0 / options.CurrentValue.CommandsPerSecond));

    /// <summary>Counts one more command.</summary>
    /// <exception cref="ConflictException">They come too fast.</exception>
    internal void Take(Actor actor, ServerId id)
    {
        var (limits, now) = (options.CurrentValue, clock.GetTimestamp());
        if (senders.Count > Remembered) Forget(now, limits);
        var sender = senders.GetOrAdd((actor.UserId, id), _ => new(now, limits.CommandBurst));
        if (sender.Take(now, clock, limits)) return;
        throw new ConflictException($"Too many commands at once: {limits.CommandBurst} may be sent in a row, then {limits.CommandsPerSecond} a second. Wait a moment and send it again.");
    }

    void Forget(long now, ConsoleOptions limits)
    {
        foreach (var (key, sender) in senders)
        {
            if (sender.IsFull(now, clock, limits)) senders.TryRemove(key, out _);
        }
    }

    sealed class Sender(long last, double credit)
    {
        readonly Lock gate = new();

        public bool Take(long now, TimeProvider clock, ConsoleOptions limits)
        {
            lock (gate)
            {
                Fill(now, clock, limits);
                if (credit < 1) return false;
                credit--;
                return true;
            }
        }

        public bool IsFull(long now, TimeProvider clock, ConsoleOptions limits)
        {
            lock (gate)
            {
                Fill(now, clock, limits);
                return credit >= limits.CommandBurst;
            }
        }

        void Fill(long now, TimeProvider clock, ConsoleOptions limits)
        {
            credit = Math.Min(limits.CommandBurst, credit + (clock.GetElapsedTime(last, now).TotalSeconds * limits.CommandsPerSecond));
            last = now;
        }
    }
}
