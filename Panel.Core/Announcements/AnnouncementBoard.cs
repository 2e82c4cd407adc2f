using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Announcements;
using Panel.Core.Replicas;

namespace Panel.Core.Announcements;

/// <summary>What everybody is told at this moment, kept in memory: every page asks. A change is shown at once, on every replica.</summary>
public sealed class AnnouncementBoard
{
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    readonly IDbContextFactory<PanelDb> databases;
    readonly TimeProvider clock;
    readonly Lock gate = new();
    TaskCompletionSource changed = NewSignal();
    IReadOnlyList<AnnouncementView> all = [];

    /// <summary>Begins to listen for changes.</summary>
    public AnnouncementBoard(IDbContextFactory<PanelDb> databases, PanelChanges changes, TimeProvider clock)
    {
        (this.databases, this.clock) = (databases, clock);
        changes.Follow(PanelChanges.Announcements, LoadAsync);
    }

    /// <summary>What is shown now: warnings first, then the newest.</summary>
    public IReadOnlyList<AnnouncementView> Shown => ShownAt(clock.GetUtcNow());

    /// <summary>What is shown, now and after each change of it.</summary>
    public async IAsyncEnumerable<IReadOnlyList<AnnouncementView>> FollowAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<AnnouncementView>? told = null;
        while (true)
        {
            Task signal;
            lock (gate) signal = changed.Task;
            var now = clock.GetUtcNow();
            var shown = ShownAt(now);
            if (told?.SequenceEqual(shown) != true) yield return told = shown;
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(signal, Task.Delay(UntilNext(now), clock, waiting.Token));
            await waiting.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Reads what the database holds.</summary>
    internal async Task LoadAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var read = await db.Announcements.AsNoTracking().Where(row => row.Until == null || row.Until > now).OrderByDescending(row => row.From).Take(Announce.Most)
            .Select(row => new AnnouncementView(row.Id, row.Text, row.Warns, row.From, row.Until)).ToListAsync(cancellation);
        TaskCompletionSource signal;
        lock (gate)
        {
            Volatile.Write(ref all, read);
            (signal, changed) = (changed, NewSignal());
        }
        signal.SetResult();
    }

    IReadOnlyList<AnnouncementView> ShownAt(DateTimeOffset now) =>
        [.. Volatile.Read(ref all).Where(one => one.IsShown(now)).OrderByDescending(one => one.Warns).ThenByDescending(one => one.From)];

    /// <summary>How long what was shown at a time stays as it is, as far as times tell; nothing when that is over already.</summary>
    TimeSpan UntilNext(DateTimeOffset shown)
    {
        var next = Volatile.Read(ref all).SelectMany(one => new[] { one.From, one.Until ?? shown }).Where(at => at > shown).DefaultIfEmpty(shown + Longest).Min() - clock.GetUtcNow() + TimeSpan.FromMilliseconds(1);
        return next < TimeSpan.Zero ? TimeSpan.Zero : next < Longest ? next : Longest;
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
