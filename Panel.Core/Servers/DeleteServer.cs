using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Servers;

/// <summary>Removes a server and its files for good.</summary>
public sealed class DeleteServer(ServerOperations servers)
{
    /// <summary>Asks for the removal. The row goes when the cluster has nothing left of the server.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="id">The server.</param>
    /// <param name="confirmName">The server's name, typed by the person.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="InvalidFieldException">The name is another one.</exception>
    /// <exception cref="ConflictException">It is suspended, and the actor does not run the panel.</exception>
    public Task RunAsync(Actor actor, ServerId id, string confirmName, CancellationToken cancellation) =>
        servers.ChangeAsync(actor, id, ServerPermissions.Delete, "server.delete", (_, server) =>
        {
            if (!string.Equals(confirmName?.Trim(), server.Name, StringComparison.Ordinal)) throw new InvalidFieldException(nameof(confirmName), "Type the server's name exactly.");
            // what a person was suspended for must not vanish by their own hand
            if (!actor.May(PanelPermissions.ManageServers)) server.RequireInUse();
            server.Delete();
            return Task.FromResult("");
        }, cancellation);
}
