using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>Makes a folder.</summary>
public sealed class CreateFolder(ServerVolumes volumes)
{
    /// <summary>Makes a folder, and those on the way.</summary>
    /// <exception cref="ConflictException">Something is in the way, or a hold forbids it.</exception>
    public async Task RunAsync(Actor actor, ServerId id, string path, CancellationToken cancellation)
    {
        var folder = ServerPath.Parse(path).RequireNamed(nameof(path));
        var server = await volumes.OpenForAddingAsync(actor, id, ServerPermissions.CreateFiles, 0, cancellation);
        await volumes.For(actor, server).CreateFolderAsync(folder, cancellation);
        await volumes.RecordAsync(actor, server, "file.create-folder", folder.Value, cancellation);
    }
}
