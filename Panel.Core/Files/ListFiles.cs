using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>Lists a directory of a server.</summary>
public sealed class ListFiles(ServerVolumes volumes)
{
    /// <summary>Folders first, then by name.</summary>
    /// <inheritdoc cref="ServerVolumes.OpenAsync"/>
    public async Task<FileListing> RunAsync(Actor actor, ServerId id, string path, CancellationToken cancellation)
    {
        var folder = ServerPath.Parse(path);
        var server = await volumes.OpenAsync(actor, id, ServerPermissions.ListFiles, cancellation);
        return await volumes.For(actor, server).ListAsync(folder, cancellation);
    }

    /// <summary>One entry; of the volume's root the name is empty.</summary>
    /// <exception cref="NotFoundException">There is no such entry or server, or the actor may not know of it.</exception>
    public async Task<FileEntry> LookAsync(Actor actor, ServerId id, string path, CancellationToken cancellation)
    {
        var server = await volumes.OpenAsync(actor, id, ServerPermissions.ListFiles, cancellation);
        return await volumes.For(actor, server).LookAsync(ServerPath.Parse(path), cancellation);
    }
}
