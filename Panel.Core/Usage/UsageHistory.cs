using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Usage;

/// <summary>Reads what a server used lately.</summary>
public sealed class UsageHistory(IDbContextFactory<PanelDb> databases, ServerOperations servers, TimeProvider clock)
{
    /// <summary>The last hour or day, without the stretch that is not over yet.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not read the console.</exception>
    public async Task<UsageHistoryView> RunAsync(Actor actor, ServerId id, UsageRange range, CancellationToken cancellation)
    {
        await servers.ReadAsync(actor, id, ServerPermissions.ReadConsole, cancellation);
        var (step, length) = range == UsageRange.Hour ? (1, 60) : (UsageSampling.Long, 24 * 60);
        var to = clock.GetUtcNow().ToUnixTimeSeconds() / 60 / step * step;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var samples = await db.UsageSamples.AsNoTracking().Where(sample => sample.ServerId == id && sample.Minutes == step && sample.Minute >= to - length && sample.Minute < to)
            .OrderBy(sample => sample.Minute).ToListAsync(cancellation);
        return new(At(to - length), At(to), TimeSpan.FromMinutes(step), [.. samples.Select(sample => new UsagePoint(At(sample.Minute), sample.CpuMillis, sample.MemoryMiB, sample.DiskMiB, sample.Players) { ReceivedKiB = sample.ReceivedKiB, SentKiB = sample.SentKiB })]);
    }

    static DateTimeOffset At(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60);
}
