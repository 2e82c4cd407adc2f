using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Panel.Contracts.Servers;
using Panel.Core.Servers;

namespace Panel.Core.Usage;

/// <summary>
/// Keeps what servers use: looked at every ten seconds, kept minute by minute for two hours and in steps of five minutes for a day. One
/// replica does it, the one that leads; should two believe for a moment that they do, a stretch is still there once.
/// </summary>
public sealed partial class UsageSampling(IDbContextFactory<PanelDb> databases, ObservedServers observed, TimeProvider clock, ILogger<UsageSampling> log)
{
    /// <summary>The longer stretch, in minutes.</summary>
    internal const int Long = 5;

    /// <summary>How long each kind of stretch is kept, in minutes.</summary>
    internal const int ShortKept = 120, LongKept = 25 * 60;

    static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);

    readonly Dictionary<ServerId, Tally> tallies = [];

    /// <summary>Measures until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        tallies.Clear(); // what is left of an earlier term
        var minute = Minute(clock.GetUtcNow());
        while (true)
        {
            Look();
            await Task.Delay(Pace, clock, cancellation);
            var now = Minute(clock.GetUtcNow());
            if (now == minute) continue;
            try
            {
                await KeepAsync(minute, cancellation);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                LogNotKept(failure); // the database may be away: that minute is missing, the next may be kept
            }
            tallies.Clear();
            minute = now;
        }
    }

    static long Minute(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;

    /// <summary>Counts what is seen now of servers that run.</summary>
    internal void Look()
    {
        foreach (var id in observed.Ids)
        {
            var seen = observed.Observe(id);
            if (seen.Seen?.Pod is not { Running: true }) continue;
            if (!tallies.TryGetValue(id, out var tally)) tallies[id] = tally = new();
            tally.Add(seen.Usage, seen.Players?.Online);
        }
    }

    /// <summary>Keeps what was counted as a minute, makes longer stretches of minutes, and deletes what was kept long enough.</summary>
    internal async Task KeepAsync(long minute, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var known = (await db.UsageSamples.Where(sample => sample.Minutes == 1 && sample.Minute == minute).Select(sample => sample.ServerId).ToListAsync(cancellation)).ToHashSet();
        var ids = tallies.Keys.Where(id => !known.Contains(id)).ToList();
        var there = (await db.Servers.Select(server => server.Id).ToListAsync(cancellation)).ToHashSet(); // one may have been removed since
        db.AddRange(ids.Where(there.Contains).Select(id => tallies[id].Sample(id, minute)));
        await db.SaveChangesAsync(cancellation);
        if ((minute + 1) % Long != 0) return;
        await GatherAsync(db, minute + 1 - Long, cancellation);
        await db.UsageSamples.Where(sample => (sample.Minutes == 1 && sample.Minute < minute - ShortKept) || (sample.Minutes == Long && sample.Minute < minute - LongKept)).ExecuteDeleteAsync(cancellation);
    }

    static async Task GatherAsync(PanelDb db, long from, CancellationToken cancellation)
    {
        var known = (await db.UsageSamples.Where(sample => sample.Minutes == Long && sample.Minute == from).Select(sample => sample.ServerId).ToListAsync(cancellation)).ToHashSet();
        var minutes = await db.UsageSamples.AsNoTracking().Where(sample => sample.Minutes == 1 && sample.Minute >= from && sample.Minute < from + Long).ToListAsync(cancellation);
        db.AddRange(minutes.GroupBy(sample => sample.ServerId).Where(group => !known.Contains(group.Key)).Select(group => new UsageSample
        {
            ServerId = group.Key,
            Minutes = Long,
            Minute = from,
            CpuMillis = (int?)group.Average(sample => sample.CpuMillis),
            MemoryMiB = group.Max(sample => sample.MemoryMiB),
            DiskMiB = group.Max(sample => sample.DiskMiB),
            Players = group.Max(sample => sample.Players),
            ReceivedKiB = (int?)group.Average(sample => sample.ReceivedKiB),
            SentKiB = (int?)group.Average(sample => sample.SentKiB),
        }));
        await db.SaveChangesAsync(cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What servers used in the last minute could not be kept")]
    partial void LogNotKept(Exception failure);

    sealed class Tally
    {
        readonly Mean cpu = new(), received = new(), sent = new();
        int? memory, disk, players;

        public void Add(ServerUsage? usage, int? online)
        {
            cpu.Add(usage?.CpuMillis);
            received.Add(usage?.Received);
            sent.Add(usage?.Sent);
            memory = Most(memory, usage?.MemoryMiB);
            disk = Most(disk, usage?.DiskMiB);
            players = Most(players, online);
        }

        public UsageSample Sample(ServerId id, long minute) =>
            new() { ServerId = id, Minutes = 1, Minute = minute, CpuMillis = cpu.Of(1), MemoryMiB = memory, DiskMiB = disk, Players = players, ReceivedKiB = received.Of(1024), SentKiB = sent.Of(1024) };

        static int? Most(int? one, int? other) => one is null || other > one ? other ?? one : one;
    }

    /// <summary>The mean of numbers, of which there may be none.</summary>
    sealed class Mean
    {
        long sum;
        int count;

        public void Add(long? number)
        {
            if (number is { } one) (sum, count) = (sum + one, count + 1);
        }

        public int? Of(int unit) => count == 0 ? null : (int)Math.Min(int.MaxValue, sum / count / unit);
    }
}
