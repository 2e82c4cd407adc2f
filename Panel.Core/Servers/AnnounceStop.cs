using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Servers;

/// <summary>Stops or restarts a server after its players were told, where its game can tell them.</summary>
public sealed class AnnounceStop(ServerOperations servers, ObservedServers observed, StopCountdowns countdowns, IDbContextFactory<PanelDb> databases, Announcing announcing, TimeProvider clock)
{
    /// <summary>How long a countdown may be, in seconds.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [30, 60];

    /// <summary>Begins the countdown; at its end the actor's stop or restart is done, if it still may be, by whichever replica is there then.</summary>
    /// <exception cref="InvalidFieldException">The length or the action is none of those there are.</exception>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not stop or restart it.</exception>
    /// <exception cref="ConflictException">It does not run, its game cannot tell anybody, or a countdown runs already.</exception>
    public async Task RunAsync(Actor actor, ServerId id, PowerAction action, int seconds, CancellationToken cancellation)
    {
        if (action is not (PowerAction.Stop or PowerAction.Restart)) throw new InvalidFieldException(nameof(action), "A stop or a restart can be announced.");
        if (!Lengths.Contains(seconds)) throw new InvalidFieldException(nameof(seconds), "A countdown is 30 or 60 seconds long.");
        await servers.ReadAsync(actor, id, ChangePower.Permission(action), cancellation); // who may not gets no lock
        await servers.ChangeAsync(actor, id, ChangePower.Permission(action), $"server.power.announce-{Word(action)}", async (db, server) =>
        {
            server.RequireInUse();
            if (announcing.Templates.Find(server.Template)?.Say is null) throw new ConflictException("This game has no command that tells its players anything.");
            if (observed.Find(id)?.Pod is not { Running: true, Deleting: false }) throw new ConflictException("The server does not run.");
            await StopCountdowns.AddAsync(db, StopCountdown.Begin(actor, id, action, seconds, clock.GetUtcNow()), cancellation);
            return $"in {seconds} seconds";
        }, cancellation, before: db => ServerOperations.LockAsync(db, id, cancellation));
        announcing.Said.Say(id, $"{actor.Name}: the server {(action is PowerAction.Stop ? "stops" : "restarts")} in {seconds} seconds.");
        await countdowns.ChangedAsync(id, cancellation);
    }

    /// <summary>Calls the countdown off, whichever replica it was begun on, and tells the players.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not stop or restart it.</exception>
    /// <exception cref="ConflictException">No countdown runs here.</exception>
    public async Task CancelAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        var countdown = await FindAsync(id, cancellation);
        var action = countdown?.Action ?? PowerAction.Stop;
        var template = "";
        await servers.ChangeAsync(actor, id, ChangePower.Permission(action), "server.power.call-off", async (db, server) =>
        {
            template = server.Template;
            await StopCountdowns.TakeAsync(db, countdown ?? throw new ConflictException("No countdown runs any more."), cancellation);
            return "";
        }, cancellation);
        announcing.Said.Say(id, $"{actor.Name} called the {Word(action)} off.");
        await countdowns.ChangedAsync(id, cancellation);
        if (announcing.Templates.Find(template)?.Say is { } say && observed.Find(id)?.Pod is { Running: true })
        {
            await announcing.Input.SendAsync(id, say.Replace("{{TEXT}}", $"The {Word(action)} was called off.", StringComparison.Ordinal), cancellation);
        }
    }

    async Task<StopCountdown?> FindAsync(ServerId id, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.StopCountdowns.AsNoTracking().SingleOrDefaultAsync(countdown => countdown.ServerId == id, cancellation);
    }

    static string Word(PowerAction action) => action.ToString().ToLowerInvariant();
}
