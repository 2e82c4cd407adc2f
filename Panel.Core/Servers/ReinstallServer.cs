using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>Runs a template's install script again.</summary>
public sealed class ReinstallServer(ServerOperations servers, TemplateCatalogue templates)
{
    /// <summary>Asks for the install; a running server is stopped for it and started again after it.</summary>
    /// <exception cref="ConflictException">The game has nothing to install, or a hold forbids it.</exception>
    public Task RunAsync(Actor actor, ServerId id, ReinstallServerRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        return servers.ChangeAsync(actor, id, ServerPermissions.Reinstall, "server.reinstall", (_, server) =>
        {
            if (templates.Require(server.Template).Install is null && !request.WipeFiles) throw new ConflictException("This game has nothing to install.");
            server.Install(request.WipeFiles);
            return Task.FromResult(request.WipeFiles ? "files wiped" : "");
        }, cancellation);
    }
}
