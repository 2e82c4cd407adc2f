using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Servers;

/// <summary>Takes a server as installed whose install script failed: some scripts end with an error after all is in place.</summary>
public sealed class AcceptInstall(ServerOperations servers)
{
    /// <summary>Lets the server be used as it is. If it is to run, it starts.</summary>
    /// <exception cref="ConflictException">No install of it failed, or it is suspended.</exception>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    public Task RunAsync(Actor actor, ServerId id, CancellationToken cancellation) =>
        servers.ChangeAsync(actor, id, ServerPermissions.Reinstall, "server.install.accept", (_, server) =>
        {
            var why = server.HoldReason ?? "";
            server.AcceptInstall();
            return Task.FromResult(why);
        }, cancellation);
}
