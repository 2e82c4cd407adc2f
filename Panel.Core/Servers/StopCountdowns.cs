using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Reconciling;

namespace Panel.Core.Servers;

/// <summary>The countdowns that run, as this replica knows them. Their rows decide: who changes one, of all replicas, is the one that found it as it was.</summary>
public sealed class StopCountdowns(IDbContextFactory<PanelDb> databases, ChangedServers changed) : IDisposable
{
    readonly Lock gate = new();
    Dictionary<ServerId, StopCountdown> known = [];
    TaskCompletionSource change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Servers whose countdown began or ended here, and the other replicas were not told of yet.</summary>
    internal Pending<string> Untold { get; } = new();

    /// <summary>The countdown of a server, or null.</summary>
    public StopCountdown? Find(ServerId id)
    {
        lock (gate) return known.GetValueOrDefault(id);
    }

    /// <summary>All of them, and what ends when that is so no more.</summary>
    internal (IReadOnlyCollection<StopCountdown> All, Task Change) Look()
    {
        lock (gate) return ([.. known.Values], change.Task);
    }

    /// <summary>Reads all from the database.</summary>
    internal async Task ReadAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        Know((await db.StopCountdowns.AsNoTracking().ToListAsync(cancellation)).ToDictionary(countdown => countdown.ServerId));
    }

    /// <summary>It began or ended here: shows that on this replica, and tells the others.</summary>
    internal async Task ChangedAsync(ServerId id, CancellationToken cancellation)
    {
        Untold.Add(id.Value.ToString("N"));
        await ReadAsync(cancellation);
    }

    /// <summary>Adds a countdown to a transaction that holds the server's lock.</summary>
    /// <exception cref="ConflictException">One runs already.</exception>
    internal static async Task AddAsync(PanelDb db, StopCountdown countdown, CancellationToken cancellation)
    {
        if (await db.StopCountdowns.AnyAsync(other => other.ServerId == countdown.ServerId, cancellation)) throw new ConflictException("A countdown runs already; call it off first.");
        db.Add(countdown);
    }

    /// <summary>Takes a countdown away, with what else its transaction does: of all who try, one does.</summary>
    /// <exception cref="ConflictException">Somebody else did, or called it off.</exception>
    internal static async Task TakeAsync(PanelDb db, StopCountdown countdown, CancellationToken cancellation)
    {
        if (await Own(db, countdown).ExecuteDeleteAsync(cancellation) == 0) throw new ConflictException("No countdown runs any more.");
    }

    /// <summary>Takes the countdown of a server away, with what else its transaction does.</summary>
    /// <returns>The countdown; null where none ran.</returns>
    internal static async Task<StopCountdown?> RemoveAsync(PanelDb db, ServerId id, CancellationToken cancellation)
    {
        var countdown = await db.StopCountdowns.AsNoTracking().SingleOrDefaultAsync(row => row.ServerId == id, cancellation);
        return countdown is not null && await Own(db, countdown).ExecuteDeleteAsync(cancellation) > 0 ? countdown : null;
    }

    /// <summary>Ends a countdown with nothing done.</summary>
    /// <returns>Whether it still ran.</returns>
    internal async Task<bool> EndAsync(StopCountdown countdown, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var ended = await Own(db, countdown).ExecuteDeleteAsync(cancellation) > 0;
        await ChangedAsync(countdown.ServerId, cancellation);
        return ended;
    }

    /// <summary>Takes it on this replica to tell the players how many seconds are left.</summary>
    /// <returns>Whether it is this replica's to tell; one that finds it told already does not tell it again.</returns>
    internal async Task<bool> ClaimAsync(StopCountdown countdown, int left, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Own(db, countdown).Where(row => row.Told > left).ExecuteUpdateAsync(set => set.SetProperty(row => row.Told, left), cancellation) > 0;
    }

    static IQueryable<StopCountdown> Own(PanelDb db, StopCountdown countdown) => db.StopCountdowns.Where(row => row.ServerId == countdown.ServerId && row.Id == countdown.Id);

    void Know(Dictionary<ServerId, StopCountdown> now)
    {
        TaskCompletionSource told;
        List<ServerId> differ;
        lock (gate)
        {
            differ = [.. now.Values.Concat(known.Values).Where(one => now.GetValueOrDefault(one.ServerId)?.Id != known.GetValueOrDefault(one.ServerId)?.Id).Select(one => one.ServerId).Distinct()];
            if (differ.Count == 0) return;
            known = now;
            (told, change) = (change, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        foreach (var id in differ) changed.Tell(id);
        told.TrySetResult();
    }

    /// <inheritdoc/>
    public void Dispose() => Untold.Dispose();
}
