using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Panel.Contracts.Servers;
using Panel.Core.Reconciling;
using Panel.Core.Servers;

namespace Panel.Core.Replicas;

/// <summary>
/// Tells the other replicas which rows this one changed, and hears of theirs: their pages show it, and the one that leads makes a pass.
/// After a time without hearing, everything may have changed.
/// </summary>
public sealed partial class ChangeNotices(
    INotices notices, ChangesMade made, IDbContextFactory<PanelDb> databases, Wake wake, ServerMemory memory, TimeProvider clock, ILogger<ChangeNotices> log) : IDisposable
{
    const int IdLength = 32;
    const int IdsAtOnce = (INotices.MaxLength - IdLength) / (IdLength + 1);
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5), LongestWait = TimeSpan.FromSeconds(15);

    readonly string self = Guid.NewGuid().ToString("N");
    readonly Pending<ServerId> heard = new();

    /// <summary>Whether changes made by others are heard; true also where there are no others.</summary>
    public bool Listening { get; private set; } = notices is NoNotices;

    /// <summary>Tells and listens until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(
        AgainAsync(TellAsync, cancellation), AgainAsync(ListenAsync, cancellation), AgainAsync(FollowAsync, cancellation));

    async Task TellAsync(Action works, CancellationToken cancellation)
    {
        while (true)
        {
            var ids = await made.Untold.TakeAsync(cancellation);
            try
            {
                foreach (var some in ids.Chunk(IdsAtOnce)) await notices.SendAsync($"{self} {string.Join(',', some.Select(id => id.Value.ToString("N")))}", cancellation);
                works();
            }
            catch
            {
                foreach (var id in ids) made.Untold.Add(id);
                throw;
            }
        }
    }

    async Task ListenAsync(Action works, CancellationToken cancellation)
    {
        try
        {
            var all = Task.CompletedTask;
            await notices.ListenAsync(() => { Listening = true; works(); all = HearAllAsync(cancellation); }, Hear, cancellation);
            await all;
        }
        finally
        {
            Listening = notices is NoNotices;
        }
    }

    void Hear(string text)
    {
        if (text.Split(' ') is not [var sender, var ids] || sender == self) return;
        foreach (var id in ids.Split(',')) if (Guid.TryParseExact(id, "N", out var value)) heard.Add(new(value));
    }

    // what happened before it began to listen was told to nobody
    async Task HearAllAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await foreach (var id in db.Servers.Select(server => server.Id).AsAsyncEnumerable().WithCancellation(cancellation)) heard.Add(id);
    }

    async Task FollowAsync(Action works, CancellationToken cancellation)
    {
        while (true)
        {
            foreach (var some in (await heard.TakeAsync(cancellation)).Chunk(IdsAtOnce))
            {
                await using var db = await databases.CreateDbContextAsync(cancellation);
                var there = (await db.Servers.Where(server => some.Contains(server.Id)).Select(server => server.Id).ToListAsync(cancellation)).ToHashSet();
                foreach (var id in some)
                {
                    if (!there.Contains(id)) memory.Forget(id);
                    wake.Heard(id);
                }
            }
            works();
        }
    }

    async Task AgainAsync(Func<Action, CancellationToken, Task> task, CancellationToken cancellation)
    {
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await task(() => wait = FirstWait / 2, cancellation);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                LogFailed(failure.Message);
            }
            await Task.Delay(wait * (0.75 + (Random.Shared.NextDouble() / 2)), clock, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => heard.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Other replicas of the panel are not told of changes, or not heard, for a moment: {Problem}")]
    partial void LogFailed(string problem);
}
