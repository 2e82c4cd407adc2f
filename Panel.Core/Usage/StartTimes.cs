using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Core.Templates;

namespace Panel.Core.Usage;

/// <summary>Keeps how long servers take to start and to be installed: the last five times of each, measured by the replica that leads.</summary>
public sealed partial class StartTimes(IDbContextFactory<PanelDb> databases, ObservedServers observed, ChangedServers changed, TemplateCatalogue templates, TimeProvider clock, ILogger<StartTimes> log)
{
    const int Kept = 5, MostSeconds = 24 * 3600;

    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    readonly Dictionary<ServerId, string> starting = [], installing = [];
    readonly Dictionary<ServerId, string?> known = []; // the pod at the last look

    /// <summary>Measures until it is cancelled. What was on its way before is left out: when it was done is not known.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        starting.Clear();
        installing.Clear();
        known.Clear();
        await foreach (var ids in changed.FollowAsync(Pace, cancellation))
        {
            foreach (var id in ids)
            {
                try
                {
                    await LookAsync(id, cancellation);
                }
                catch (Exception failure) when (!cancellation.IsCancellationRequested)
                {
                    LogNotKept(failure, id);
                }
            }
        }
    }

    async Task LookAsync(ServerId id, CancellationToken cancellation)
    {
        var seen = observed.Observe(id);
        if (seen.Seen?.Install is { State: InstallState.Running } install) installing[id] = $"{install.Attempt}";
        else if (installing.Remove(id, out var attempt) && seen.Seen?.Install is { State: InstallState.Succeeded, StartedAt: { } begun } done && $"{done.Attempt}" == attempt) await KeepAsync(id, begun, install: true, cancellation);
        var before = known.TryGetValue(id, out var last);
        if (seen.Seen is null) known.Remove(id);
        else known[id] = seen.Seen.Pod?.Uid;
        if (seen.Seen?.Pod is not { Deleting: false, Restarts: 0 } pod)
        {
            starting.Remove(id);
            return;
        }
        // one that was not there at the last look may be ready by now; one that was there when the looking began is not known
        if (!pod.Running || !pod.Ready || (before && last != pod.Uid)) starting[id] = pod.Uid;
        if (!pod.Running || !pod.Ready || !starting.ContainsKey(id) || !(seen.ReadySeen || await IsSilentAsync(id, cancellation))) return;
        if (starting.Remove(id, out var uid) && uid == pod.Uid && pod.CreatedAt is { } created) await KeepAsync(id, created, install: false, cancellation);
    }

    /// <summary>Whether the game has no line that says that it is ready.</summary>
    async Task<bool> IsSilentAsync(ServerId id, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return templates.Find(await db.Servers.Where(server => server.Id == id).Select(server => server.Template).SingleOrDefaultAsync(cancellation)) is { Ready.Count: 0 };
    }

    async Task KeepAsync(ServerId id, DateTimeOffset from, bool install, CancellationToken cancellation)
    {
        var seconds = (int)Math.Clamp(Math.Round((clock.GetUtcNow() - from).TotalSeconds), 0, MostSeconds);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await db.Servers.AnyAsync(server => server.Id == id, cancellation)) return;
        db.Add(new StartTime { ServerId = id, Install = install, Seconds = seconds });
        await db.SaveChangesAsync(cancellation);
        var times = db.StartTimes.Where(time => time.ServerId == id && time.Install == install);
        var oldest = await times.OrderByDescending(time => time.Id).Skip(Kept - 1).Select(time => time.Id).FirstOrDefaultAsync(cancellation);
        if (oldest > 0) await times.Where(time => time.Id < oldest).ExecuteDeleteAsync(cancellation);
    }

    /// <summary>How long each of some servers usually takes, in seconds: the middle one of what is kept. Servers without any are left out.</summary>
    internal static async Task<Dictionary<(ServerId Id, bool Install), int>> UsualAsync(PanelDb db, IReadOnlyCollection<ServerId> ids, CancellationToken cancellation)
    {
        if (ids.Count == 0) return [];
        var times = await db.StartTimes.AsNoTracking().Where(time => ids.Contains(time.ServerId)).ToListAsync(cancellation);
        return times.GroupBy(time => (time.ServerId, time.Install)).ToDictionary(group => group.Key, group => group.Select(time => time.Seconds).Order().ElementAt(group.Count() / 2));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "How long {Server} took to start could not be kept")]
    partial void LogNotKept(Exception failure, ServerId server);
}
