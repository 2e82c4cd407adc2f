using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Secrets;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>Changes a server's start values.</summary>
public sealed class ChangeVariables(ServerOperations servers, ServerTemplates templates, SecretValues secrets)
{
    /// <summary>Writes the values; they take effect at the next start.</summary>
    /// <exception cref="InvalidFieldException">A value breaks a rule; the field is the variable's environment name.</exception>
    /// <exception cref="ConflictException">It is suspended or being deleted.</exception>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    public Task RunAsync(Actor actor, ServerId id, ChangeVariablesRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        secrets.Refresh();
        return servers.ChangeAsync(actor, id, request.Image is { Length: > 0 } ? ServerPermissions.ChangeImage : ServerPermissions.ChangeStartup, "server.variables", (_, server, rights) =>
        {
            if (request.Variables.Count > 0 || request.Startup is not null) AccessRules.Require(actor, rights.Allowed, ServerPermissions.ChangeStartup);
            server.RequireNotDeleting();
            server.RequireInUse();
            var template = templates.Require(server);
            if (request.Image is { Length: > 0 } image) server.Image = template.ImageLabel(image, nameof(request.Image));
            if (request.Startup is { } startup) server.Startup = template.StartupLabel(startup, nameof(request.Startup));
            var before = server.Variables;
            server.Variables = templates.Values(template, before, request.Variables, actor);
            // names alone: a value may be a secret
            var named = server.Variables.Where(pair => before.GetValueOrDefault(pair.Key) != pair.Value).Select(pair => pair.Key);
            if (request.Startup is not null) named = named.Prepend($"command line: {(server.Startup.Length > 0 ? server.Startup : template.Startups.Keys.FirstOrDefault())}");
            if (request.Image is { Length: > 0 }) named = named.Prepend($"image: {server.Image}");
            return Task.FromResult(new AuditNote(string.Join(", ", named)));
        }, cancellation);
    }
}
