using System.Text;
using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Core.Templates;

namespace Panel.Core.Console;

/// <summary>
/// Mends what a console told of, and starts the server: by the operations that a person would go through one by one, each with its own row in the audit.
/// </summary>
public sealed class MendTrouble(ServerOperations servers, ServerTemplates templates, ObservedServers observed, WriteFile files, ChangeVariables variables, ChangePower power)
{
    /// <summary>Mends it.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not do all that it takes; nothing was done.</exception>
    /// <exception cref="ConflictException">The console tells of it no more, nothing can be done about it here, a hold forbids it, or what was to be done is refused.</exception>
    /// <exception cref="InvalidFieldException">There is no such image, or the value breaks a rule of its variable.</exception>
    public async Task RunAsync(Actor actor, ServerId id, MendTroubleRequest request, CancellationToken cancellation)
    {
        var (server, rights) = await servers.FindAsync(actor, id, ServerPermissions.ReadConsole, cancellation);
        FieldRules.Require(request);
        var template = templates.Require(server);
        var feature = Find(server, request.Feature) ?? throw new ConflictException("The console tells of it no more: somebody mended it, or started the server anew.");
        var help = FeatureHelp.Of(feature, template, actor.May(PanelPermissions.ManageServers));
        if (help.Remedy is FeatureRemedy.Advice or FeatureRemedy.OpenAddress) throw new ConflictException("The panel cannot mend this by itself. The notice says what helps.");
        var start = Start(server.Intent == RunIntent.Running);
        foreach (var permission in (string[])[help.Permission!, ChangePower.Permission(start)]) AccessRules.Require(actor, rights.Allowed, permission);
        server.RequireFree();

        if (help.Remedy == FeatureRemedy.ChooseImage)
        {
            if (string.IsNullOrEmpty(request.Image)) throw new InvalidFieldException(nameof(request.Image), "Choose an image.");
            await variables.RunAsync(actor, id, new() { Image = request.Image }, cancellation);
        }
        else if (help.Variable is { } variable)
        {
            await variables.RunAsync(actor, id, new() { Variables = { [variable.Env] = help.Value ?? request.Value ?? "" } }, cancellation);
        }
        else
        {
            await files.WriteOwnAsync(actor, id, feature.File!, Encoding.UTF8.GetBytes(feature.Content), cancellation);
        }
        await power.RunAsync(actor, id, start, cancellation);
    }

    /// <summary>How a server is started again.</summary>
    /// <param name="wanted">Whether it is to run already.</param>
    public static PowerAction Start(bool wanted) => wanted ? PowerAction.Restart : PowerAction.Start;

    ConsoleFeature? Find(Server server, string key) => observed.Observe(server.Id).Troubles.Any(trouble => trouble.Feature == key && trouble.Starts == server.Starts) ? ConsoleFeatures.Find(key) : null;
}
