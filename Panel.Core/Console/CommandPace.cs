using System.Collections.Concurrent;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Console;

/// <summary>How fast one person may send commands to one server: 20 at once, and two a second after that.</summary>
public sealed class CommandPace(TimeProvider clock)
{
    /// <summary>How many may come at once after a quiet time.</summary>
    public const int Burst = 20;

    /// <summary>How many a second may follow.</summary>
    public const int PerSecond = 2;

    /// <summary>So many senders are remembered before those who have been quiet are forgotten.</summary>
    const int Remembered = 1000;

    readonly ConcurrentDictionary<(string Account, ServerId Server), Sender> senders = new();

    /// <summary>Counts one more command.</summary>
    /// <exception cref="ConflictException">They come too fast.</exception>
    internal void Take(Actor actor, ServerId id)
    {
        var now = clock.GetTimestamp();
        if (senders.Count > Remembered) Forget(now);
        var sender = senders.GetOrAdd((actor.UserId, id), _ => new(now));
        if (sender.Take(now, clock)) return;
        throw new ConflictException($"Too many commands at once: {Burst} may be sent in a row, then {PerSecond} a second. Wait a moment and send it again.");
    }

    void Forget(long now)
    {
        foreach (var (key, sender) in senders)
        {
            if (sender.IsFull(now, clock)) senders.TryRemove(key, out _);
        }
    }

    sealed class Sender(long last)
    {
        readonly Lock gate = new();
        double credit = Burst;

        public bool Take(long now, TimeProvider clock)
        {
            lock (gate)
            {
                Fill(now, clock);
                if (credit < 1) return false;
                credit--;
                return true;
            }
        }

        public bool IsFull(long now, TimeProvider clock)
        {
            lock (gate)
            {
                Fill(now, clock);
                return credit >= Burst;
            }
        }

        void Fill(long now, TimeProvider clock)
        {
            credit = Math.Min(Burst, credit + (clock.GetElapsedTime(last, now).TotalSeconds * PerSecond));
            last = now;
        }
    }
}
