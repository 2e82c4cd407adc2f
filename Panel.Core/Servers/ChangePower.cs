using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Servers;

/// <summary>Starts, stops, restarts or kills a server.</summary>
public sealed class ChangePower(ServerOperations servers, ObservedServers observed)
{
    /// <summary>Writes what is wanted; the server's pass makes it so.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ConflictException">A hold forbids it, or its files take more than its plan allows a server that is started.</exception>
    public Task RunAsync(Actor actor, ServerId id, PowerAction action, CancellationToken cancellation)
    {
        if (!Enum.IsDefined(action)) throw new InvalidFieldException(nameof(action), "There is no such power action.");
        return servers.ChangeAsync(actor, id, Permission(action), $"server.power.{action.ToString().ToLowerInvariant()}", (_, server) =>
        {
            if (action is PowerAction.Start or PowerAction.Restart) ServerDisk.RequireStartable(server, observed.Observe(id).Usage);
            server.Power(action);
            return Task.FromResult("");
        }, cancellation);
    }

    static string Permission(PowerAction action) => action switch
    {
        PowerAction.Start => ServerPermissions.Start,
        PowerAction.Stop => ServerPermissions.Stop,
        PowerAction.Restart => ServerPermissions.Restart,
        _ => ServerPermissions.Kill,
    };
}
