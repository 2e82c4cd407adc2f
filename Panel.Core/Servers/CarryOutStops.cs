using Microsoft.Extensions.Logging;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Console;
using Panel.Core.Console.Input;
using Panel.Core.Errors;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>What is said during a countdown, and to whom.</summary>
public sealed record Announcing(TemplateCatalogue Templates, ServerRows Rows, ServerInput Input, SaidLines Said);

/// <summary>
/// Tells players how long is left, and does what was announced. Every replica does this for all countdowns; each step is taken in the
/// database first, so that it is done once, by whichever replica is alive.
/// </summary>
public sealed partial class CarryOutStops(StopCountdowns countdowns, ObservedServers observed, Actors actors, ChangePower power, Announcing announcing, TimeProvider clock, ILogger<CarryOutStops> log)
{
    /// <summary>So many seconds before the end the players are told.</summary>
    static readonly int[] marks = [60, 30, 10, 5, 3, 2, 1];

    /// <summary>What is told later than this is not true any more.</summary>
    static readonly TimeSpan Late = TimeSpan.FromSeconds(0.9);

    /// <summary>A stop that nobody was there to carry out for longer than this does not come out of the blue.</summary>
    static readonly TimeSpan Stale = TimeSpan.FromMinutes(5);

    static readonly TimeSpan Reread = TimeSpan.FromSeconds(15), Retry = TimeSpan.FromSeconds(1);

    /// <summary>Carries out until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var running = new Dictionary<Guid, (CancellationTokenSource Stop, Task Task)>();
        try
        {
            while (true)
            {
                await countdowns.ReadAsync(cancellation);
                var (all, change) = countdowns.Look();
                foreach (var (gone, (stop, task)) in running.Where(one => all.All(countdown => countdown.Id != one.Key)).ToList())
                {
                    running.Remove(gone);
                    await stop.CancelAsync();
                    await task;
                    stop.Dispose();
                }
                foreach (var countdown in all.Where(countdown => !running.ContainsKey(countdown.Id)))
                {
                    var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                    running[countdown.Id] = (stop, Task.Run(() => CarryOutAsync(countdown, stop.Token), CancellationToken.None));
                }
                using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                await Task.WhenAny(change, Task.Delay(Reread, clock, wait.Token));
                await wait.CancelAsync();
                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            foreach (var (stop, task) in running.Values)
            {
                await stop.CancelAsync();
                await task;
                stop.Dispose();
            }
        }
    }

    async Task CarryOutAsync(StopCountdown countdown, CancellationToken stop)
    {
        foreach (var mark in marks.Where(mark => mark < countdown.Told).Append(0))
        {
            while (true)
            {
                try
                {
                    await UntilAsync(countdown.EndsAt.AddSeconds(-mark), stop);
                    if (mark == 0) await ActAsync(countdown, stop);
                    else await AnnounceAsync(countdown, mark, stop);
                    break;
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception failure)
                {
                    LogFailed(failure, countdown.ServerId);
                }
                // the database may be away; others may carry it out meanwhile
                await Task.Delay(Retry * (0.5 + Random.Shared.NextDouble()), clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task UntilAsync(DateTimeOffset at, CancellationToken stop)
    {
        if (at - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero) await Task.Delay(wait, clock, stop);
    }

    async Task AnnounceAsync(StopCountdown countdown, int left, CancellationToken stop)
    {
        var id = countdown.ServerId;
        if (clock.GetUtcNow() > countdown.EndsAt.AddSeconds(-left) + Late || observed.Find(id) is not { } seen) return;
        try
        {
            // another replica may see what this one does not yet: it tells then, and the row says in the end whether the server is to run
            if (seen.Pod is not { Running: true, Deleting: false }) return;
            if (await announcing.Rows.FindAsync(id, stop) is not var (server, _) || announcing.Templates.Find(server.Template)?.Say is not { } say) throw new ConflictException("This game has no command that tells its players anything.");
            if (!await countdowns.ClaimAsync(countdown, left, stop)) return;
            var text = $"The server {(countdown.Action is PowerAction.Stop ? "stops" : "restarts")} in {left} {(left == 1 ? "second" : "seconds")}.";
            await announcing.Input.SendAsync(id, say.Replace("{{TEXT}}", text, StringComparison.Ordinal), stop);
        }
        catch (PanelException failure) when (failure is not ClusterUnavailableException)
        {
            await EndAsync(countdown, failure.Message, stop);
        }
    }

    async Task ActAsync(StopCountdown countdown, CancellationToken stop)
    {
        try
        {
            if (clock.GetUtcNow() > countdown.EndsAt + Stale) throw new ConflictException("The panel was away when its time came.");
            if (await announcing.Rows.FindAsync(countdown.ServerId, stop) is not ({ Intent: RunIntent.Running }, _)) throw new ConflictException("The server does not run.");
            var actor = await ActorAsync(countdown, stop) ?? throw new ForbiddenException("Who asked for it may not any more.");
            await power.RunAsync(actor, countdown.ServerId, countdown.Action, db => StopCountdowns.TakeAsync(db, countdown, stop), stop);
            await countdowns.ChangedAsync(countdown.ServerId, stop);
        }
        catch (PanelException refusal)
        {
            await EndAsync(countdown, refusal.Message, stop);
        }
    }

    /// <summary>Who asked for it, with what they may at this moment; null where the account or key is out of use.</summary>
    async Task<Actor?> ActorAsync(StopCountdown countdown, CancellationToken stop)
    {
        if (countdown.AccountId.Length == 0) return Actor.Panel;
        var actor = countdown.Key is { } key ? await actors.WithKeyAsync(countdown.AccountId, key, countdown.Address, stop) : await actors.FindAsync(countdown.AccountId, countdown.Address, stop);
        if (actor is null || countdown.ImpersonatorId is not { } other) return actor;
        return await actors.FindAsync(other, countdown.Address, stop) is { } self && self.May(PanelPermissions.Impersonate) ? actor with { Impersonator = self.Name, ImpersonatorId = self.UserId } : null;
    }

    /// <summary>Ends it with nothing done, and says why, unless it was over already.</summary>
    async Task EndAsync(StopCountdown countdown, string why, CancellationToken stop)
    {
        LogEnded(countdown.ServerId, why);
        if (await countdowns.EndAsync(countdown, stop)) announcing.Said.Say(countdown.ServerId, $"The announced {countdown.Action.ToString().ToLowerInvariant()} does not come: {why}");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The countdown of {Server} ended early: {Why}")]
    partial void LogEnded(ServerId server, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A step of the countdown of {Server} failed")]
    partial void LogFailed(Exception failure, ServerId server);
}
