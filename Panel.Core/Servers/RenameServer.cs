using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Servers;

/// <summary>Calls a server something else.</summary>
public sealed class RenameServer(ServerOperations servers)
{
    /// <summary>Changes name and description.</summary>
    /// <exception cref="InvalidFieldException">A field breaks a rule.</exception>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    public Task RunAsync(Actor actor, ServerId id, RenameServerRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        return servers.ChangeAsync(actor, id, ServerPermissions.Rename, "server.rename", (_, server) =>
        {
            var before = server.Name;
            server.Rename(request.Name.Trim(), request.Description?.Trim() ?? server.Description);
            return Task.FromResult(before == server.Name ? "" : $"was {before}");
        }, cancellation);
    }
}
