using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Core.Plans;

namespace Panel.Core.Servers;

/// <summary>Starts, stops, restarts or kills a server.</summary>
public sealed class ChangePower(ServerOperations servers, ObservedServers observed, QuotaRules quota, StopCountdowns countdowns, SaidLines said)
{
    /// <summary>Writes what is wanted; the server's pass makes it so. A countdown that runs ends with that: what it announced would come out of the blue.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ConflictException">A hold forbids it, or its files take more than its plan allows a server that is started.</exception>
    /// <exception cref="QuotaExceededException">Its owner runs as much as the quota allows.</exception>
    public async Task RunAsync(Actor actor, ServerId id, PowerAction action, CancellationToken cancellation)
    {
        StopCountdown? ended = null;
        await RunAsync(actor, id, action, async db => ended = await StopCountdowns.RemoveAsync(db, id, cancellation), cancellation);
        if (ended is null) return;
        said.Say(id, $"The announced {Word(ended.Action)} does not come: {actor.Name} chose {Word(action)}.");
        await countdowns.ChangedAsync(id, cancellation);
    }

    static string Word(PowerAction action) => action.ToString().ToLowerInvariant();

    /// <param name="actor">Who wants it.</param>
    /// <param name="id">The server.</param>
    /// <param name="action">What is wanted.</param>
    /// <param name="together">What is done in the same transaction, or refuses it.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <inheritdoc cref="RunAsync(Actor, ServerId, PowerAction, CancellationToken)"/>
    internal async Task RunAsync(Actor actor, ServerId id, PowerAction action, Func<PanelDb, Task> together, CancellationToken cancellation)
    {
        if (!Enum.IsDefined(action)) throw new InvalidFieldException(nameof(action), "There is no such power action.");
        var starts = action is PowerAction.Start or PowerAction.Restart;
        var owner = starts ? (await servers.ReadAsync(actor, id, Permission(action), cancellation)).OwnerId : null;
        await servers.ChangeAsync(actor, id, Permission(action), $"server.power.{action.ToString().ToLowerInvariant()}", async (db, server) =>
        {
            await together(db);
            if (starts)
            {
                ServerDisk.RequireStartable(server, observed.Observe(id).Usage);
                if (server.OwnerId != owner) throw new ConflictException("The server was given to somebody else at this moment. Try again.");
                await quota.RequireStartAsync(db, server, cancellation);
            }
            server.Power(action);
            return "";
        }, cancellation, before: owner is null ? null : db => QuotaRules.LockAsync(db, owner, cancellation));
    }

    /// <summary>What an action takes: a key of <see cref="ServerPermissions"/>.</summary>
    public static string Permission(PowerAction action) => action switch
    {
        PowerAction.Start => ServerPermissions.Start,
        PowerAction.Stop => ServerPermissions.Stop,
        PowerAction.Restart => ServerPermissions.Restart,
        _ => ServerPermissions.Kill,
    };
}
