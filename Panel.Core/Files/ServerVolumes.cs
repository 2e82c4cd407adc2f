using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files.Protection;
using Panel.Core.Servers;
using Panel.Core.Templates;

namespace Panel.Core.Files;

/// <summary>What every operation on files does first: find the server for this actor, and see that it has files.</summary>
public sealed class ServerVolumes(ServerOperations servers, ObservedServers observed, TemplateCatalogue templates, VolumePorts ports)
{
    /// <summary>
    /// The files of a server that was found for this actor. What the game's template denies binds all but those who could change the template:
    /// they need no way around it.
    /// </summary>
    internal OpenVolume For(Actor actor, Server server) => new(ports, server.ObjectName, Denylist.Of(templates.Find(server.Template)), binding: !actor.May(PanelPermissions.ManageTemplates));

    /// <summary>The files of a server, for what the panel does of its own accord.</summary>
    internal OpenVolume ForPanel(Server server) => new(ports, server.ObjectName, Denylist.None, binding: false);

    /// <summary>The server, for reading its files.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ConflictException">The server is being deleted.</exception>
    internal async Task<Server> OpenAsync(Actor actor, ServerId id, string permission, CancellationToken cancellation)
    {
        var server = await servers.ReadAsync(actor, id, permission, cancellation);
        server.RequireNotDeleting();
        return server;
    }

    /// <summary>The server, for changing its files.</summary>
    /// <exception cref="ConflictException">A hold forbids it, or the server is suspended.</exception>
    /// <inheritdoc cref="OpenAsync"/>
    internal async Task<Server> OpenForWritingAsync(Actor actor, ServerId id, string permission, CancellationToken cancellation)
    {
        var server = await OpenAsync(actor, id, permission, cancellation);
        RequireWritable(server);
        return server;
    }

    /// <summary>Refuses a state of the server in which its files are not to be changed.</summary>
    /// <exception cref="ConflictException">A hold forbids it, or the server is suspended.</exception>
    internal static void RequireWritable(Server server)
    {
        server.RequireInUse();
        if (server.Hold is Hold.Installing or Hold.Restoring) throw new ConflictException("The server's files are being put in place; try again when that is done.");
    }

    /// <summary>The server, for adding to its files.</summary>
    /// <exception cref="ConflictException">Its disk has no room for so many bytes, or a hold forbids it.</exception>
    /// <inheritdoc cref="OpenAsync"/>
    internal async Task<Server> OpenForAddingAsync(Actor actor, ServerId id, string permission, long bytes, CancellationToken cancellation)
    {
        var server = await OpenForWritingAsync(actor, id, permission, cancellation);
        RequireRoom(server, bytes);
        return server;
    }

    /// <summary>Whether the actor may do something else to the server too.</summary>
    internal Task<bool> MayAsync(Actor actor, ServerId id, string permission, CancellationToken cancellation) => servers.MayAsync(actor, id, permission, cancellation);

    /// <summary>Refuses to add more than there is room for.</summary>
    /// <exception cref="ConflictException">The disk is full, or would be.</exception>
    internal void RequireRoom(Server server, long bytes) => ServerDisk.RequireRoom(server, observed.Observe(server.Id).Usage, bytes);

    /// <summary>How many bytes there is room for.</summary>
    internal long Room(Server server) => ServerDisk.Room(server, observed.Observe(server.Id).Usage);

    /// <summary>Notes a change of files in the audit.</summary>
    internal Task RecordAsync(Actor actor, Server server, string action, string detail, CancellationToken cancellation) =>
        servers.RecordAsync(actor, server, action, detail, cancellation);
}
