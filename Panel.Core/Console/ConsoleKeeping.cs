using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;

namespace Panel.Core.Console;

/// <summary>
/// Keeps what consoles show, so that a restart of the panel loses none of it. One replica does it, the one that leads; should two believe for a
/// moment that they do, the rows tell: what another kept meanwhile is not kept again. No line waits for this.
/// </summary>
public sealed partial class ConsoleKeeping(IDbContextFactory<PanelDb> databases, ConsoleHub hub, TimeProvider clock, ILogger<ConsoleKeeping> log)
{
    /// <summary>Bounds by <see cref="ChunkContent.Size"/>: of a chunk that is begun no more, of what is written of a server at once, and of all that is kept of one.</summary>
    internal const int ChunkSize = 32 * 1024, MostAtOnce = 512 * 1024, MostKept = 1024 * 1024;

    /// <summary>Lines that are looked at of one server at once, at most.</summary>
    const int MostLines = 16_000;

    /// <summary>Servers whose lines are written in one go.</summary>
    const int Together = 50;

    /// <summary>What the panel itself said is in no log and is written at this pace, all else at each so many-th time.</summary>
    const int Rounds = 12;

    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250), Retry = TimeSpan.FromSeconds(2), EndWithin = TimeSpan.FromSeconds(5);

    bool failing;

    /// <summary>Keeps until it is cancelled, and then what is left.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            for (var round = 1; ; round++)
            {
                await Task.Delay(failing ? Retry * (0.5 + Random.Shared.NextDouble()) : Pace, clock, cancellation);
                await TryAsync(failing || round % Rounds == 0, cancellation);
            }
        }
        finally
        {
            using var limit = new CancellationTokenSource(EndWithin, clock);
            await TryAsync(all: true, limit.Token);
        }
    }

    async Task TryAsync(bool all, CancellationToken cancellation)
    {
        try
        {
            await KeepAsync(all, cancellation);
            failing = false;
        }
        catch (Exception failure)
        {
            if (!failing && !cancellation.IsCancellationRequested) LogNotKept(failure); // until it works again, once
            failing = true;
        }
    }

    /// <summary>Writes what came.</summary>
    /// <param name="all">All of it, or only of consoles that hold what no log would bring again.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task KeepAsync(bool all, CancellationToken cancellation)
    {
        foreach (var some in hub.Feeds.Where(console => console.Feed.HasUnkept(all)).Chunk(Together)) await KeepAsync(some, cancellation);
    }

    async Task KeepAsync((ServerId Id, ConsoleFeed Feed)[] consoles, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        List<ServerId> ids = [.. consoles.Select(console => console.Id)];
        var there = (await db.Servers.Where(server => ids.Contains(server.Id)).Select(server => server.Id).ToListAsync(cancellation)).ToHashSet(); // one may have been removed
        var rows = (await db.ConsoleChunks.Where(chunk => ids.Contains(chunk.ServerId)).Select(chunk => new KeptRow(chunk.ServerId, chunk.Sequence, chunk.To, chunk.Lines, chunk.Size)).ToListAsync(cancellation)).ToLookup(row => row.Server);
        var written = new List<(ConsoleFeed Feed, KeptPlace Place)>();
        foreach (var (id, feed) in consoles)
        {
            var place = there.Contains(id) ? await AddAsync(db, id, feed, [.. rows[id].OrderBy(row => row.Sequence)], cancellation) : feed.Kept! with { Next = feed.Next };
            written.Add((feed, place));
        }
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException conflict) when (consoles.Length > 1 && IsConflict(conflict))
        {
            foreach (var console in consoles) await KeepAsync([console], cancellation); // one is at fault: a server that went, or another replica wrote
            return;
        }
        catch (DbUpdateException conflict) when (IsConflict(conflict))
        {
            LogConflict(conflict, consoles[0].Id);
            return; // the rows tell the next time what is kept
        }
        foreach (var (feed, place) in written) feed.Kept = place;
        foreach (var id in there) await TrimAsync(db, id, rows[id].Sum(row => (long)row.Size), cancellation);
    }

    /// <summary>Whether another replica wrote, or the server went; all else is the database's trouble, and told.</summary>
    static bool IsConflict(DbUpdateException failure) => failure is DbUpdateConcurrencyException
        || failure.InnerException is SqliteException { SqliteErrorCode: 19 } or DbException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation };

    /// <summary>Puts what came of one console into its rows.</summary>
    /// <returns>How far it is kept with them.</returns>
    static async Task<KeptPlace> AddAsync(PanelDb db, ServerId id, ConsoleFeed feed, IReadOnlyList<KeptRow> rows, CancellationToken cancellation)
    {
        var (newest, place) = (rows.Count > 0 ? rows[^1] : null, feed.Kept!);
        var known = place.Sequence == (newest?.Sequence ?? 0) && place.Lines == (newest?.Lines ?? 0);
        var (lines, next, mark) = feed.Newest(known ? place.Next : 0, MostLines);
        if (!known) lines = Missing(lines, await TailAsync(db, id, rows, cancellation));
        lines = Bounded(lines);
        if (lines.Count == 0) return new(newest?.Sequence ?? 0, newest?.Lines ?? 0, next);
        if (known && lines[0].Number - place.Next is var lost and > 0) lines.Insert(0, new(0, lines[0].At, ConsoleSource.Panel, $"{lost:N0} lines {Between(newest?.To ?? lines[0].At, lines[0].At)} were not kept: they came too fast."));
        var open = newest is { Size: < ChunkSize } ? await db.ConsoleChunks.SingleOrDefaultAsync(chunk => chunk.ServerId == id && chunk.Sequence == newest.Sequence, cancellation) : null;
        if (open is not null && open.Lines != newest!.Lines) return place; // another wrote at this very moment: the next time tells
        var begun = open is null ? null : ChunkContent.TryLines(open.Content, open.Lines, 1);
        if (begun is null) open = null;   // one that cannot be read is left as it is, and another begun after it
        List<ConsoleLine> held = [.. begun ?? []];
        var (size, sequence) = (open?.Size ?? 0, newest?.Sequence ?? 0);
        for (var i = 0; i < lines.Count; i++)
        {
            held.Add(lines[i]);
            size += ChunkContent.Size(lines[i]);
            if (size < ChunkSize && i < lines.Count - 1) continue;
            if (open is null)
            {
                open = new() { ServerId = id, Sequence = ++sequence, From = held[0].At, To = default, Lines = 0, Size = 0, Content = [] };
                db.Add(open);
            }
            (open.To, open.Lines, open.Size, open.Content) = (held[^1].At, held.Count, size, ChunkContent.Write(held, mark));
            place = new(open.Sequence, open.Lines, next);
            (open, held, size) = (null, [], 0);
        }
        return place;
    }

    /// <summary>Says between which times.</summary>
    internal static string Between(DateTimeOffset from, DateTimeOffset to) => $"between {from.UtcDateTime:yyyy-MM-dd HH:mm:ss} and {to.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC";

    /// <summary>The newest lines that are not too much for once.</summary>
    static List<ConsoleLine> Bounded(List<ConsoleLine> lines)
    {
        var (from, left) = (lines.Count, MostAtOnce);
        while (from > 0 && (left -= ChunkContent.Size(lines[from - 1])) >= 0) from--;
        return from == 0 ? lines : lines[from..];
    }

    static async Task<List<ConsoleLine>> TailAsync(PanelDb db, ServerId id, IReadOnlyList<KeptRow> rows, CancellationToken cancellation)
    {
        if (rows.Count == 0) return [];
        var from = rows[Math.Max(0, rows.Count - 3)].Sequence;
        var chunks = await db.ConsoleChunks.AsNoTracking().Where(chunk => chunk.ServerId == id && chunk.Sequence >= from).OrderBy(chunk => chunk.Sequence).ToListAsync(cancellation);
        return [.. chunks.SelectMany(chunk => ChunkContent.TryLines(chunk.Content, chunk.Lines, 1) ?? [])];
    }

    /// <summary>
    /// Which of the lines that this replica shows are not kept, where another kept before it. Lines of a log bear the same time on all of
    /// them; what the panel says is said on each at about the same time.
    /// </summary>
    internal static List<ConsoleLine> Missing(IEnumerable<ConsoleLine> shown, IReadOnlyCollection<ConsoleLine> kept)
    {
        var about = TimeSpan.FromSeconds(30);
        var (program, install) = (LogPlace.Of(kept, ConsoleSource.Program), LogPlace.Of(kept, ConsoleSource.Install));
        var said = kept.Where(line => line.IsOwn).ToList();
        var last = said.Count > 0 ? said.Max(line => line.At) - about : DateTimeOffset.MinValue;
        var recent = said.GroupBy(line => (line.Source, line.Text)).ToDictionary(group => group.Key, group => group.Select(line => line.At).ToList());
        return [.. shown.Where(line => line.Source switch
        {
            ConsoleSource.Program => program?.IsNew(line.At) ?? true,
            ConsoleSource.Install => install?.IsNew(line.At) ?? true,
            _ => !IsSaid(line),
        })];

        bool IsSaid(ConsoleLine line)
        {
            if (line.At <= last) return true;
            // each line that is kept stands for one that is shown, said at about the same time
            var same = recent.GetValueOrDefault((line.Source, line.Text))?.FindIndex(at => (at - line.At).Duration() <= about) ?? -1;
            if (same >= 0) recent[(line.Source, line.Text)].RemoveAt(same);
            return same >= 0;
        }
    }

    static async Task TrimAsync(PanelDb db, ServerId id, long before, CancellationToken cancellation)
    {
        var own = db.ChangeTracker.Entries<ConsoleChunk>().Where(entry => entry.Entity.ServerId == id).ToList();
        if (own.Count == 0 || before + own.Sum(entry => (long)entry.Entity.Size) <= MostKept) return; // counts what grew twice: a look too many does no harm
        var sizes = await db.ConsoleChunks.Where(chunk => chunk.ServerId == id).OrderByDescending(chunk => chunk.Sequence).Select(chunk => new { chunk.Sequence, chunk.Size }).ToListAsync(cancellation);
        var left = (long)MostKept;
        var oldest = sizes.TakeWhile(chunk => (left -= chunk.Size) >= 0).Last().Sequence;
        if (sizes[^1].Sequence < oldest) await db.ConsoleChunks.Where(chunk => chunk.ServerId == id && chunk.Sequence < oldest).ExecuteDeleteAsync(cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What consoles show could not be kept; it is tried again")]
    partial void LogNotKept(Exception failure);

    [LoggerMessage(Level = LogLevel.Debug, Message = "What the console of {Server} shows was kept by another, or the server went")]
    partial void LogConflict(Exception failure, ServerId server);

    sealed record KeptRow(ServerId Server, long Sequence, DateTimeOffset To, int Lines, int Size);
}
