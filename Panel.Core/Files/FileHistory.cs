using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>What a file held before the editor saved over it: the last twenty times.</summary>
public sealed class FileHistory(ServerVolumes volumes)
{
    /// <summary>What is kept, the newest first.</summary>
    /// <inheritdoc cref="ServerVolumes.OpenAsync"/>
    public async Task<IReadOnlyList<FileSave>> ListAsync(Actor actor, ServerId id, string path, CancellationToken cancellation)
    {
        var file = ServerPath.Parse(path).RequireNamed(nameof(path));
        var server = await volumes.OpenAsync(actor, id, ServerPermissions.ReadFiles, cancellation);
        return [.. (await volumes.For(actor, server).SavesAsync(file, cancellation)).OrderByDescending(save => save.Id, StringComparer.Ordinal)];
    }

    /// <summary>Reads what the file held then.</summary>
    /// <exception cref="NotFoundException">It is not kept any more, or the actor may not know of the server.</exception>
    public async Task<FileContent> ReadAsync(Actor actor, ServerId id, string path, string save, CancellationToken cancellation)
    {
        var file = ServerPath.Parse(path).RequireNamed(nameof(path));
        var server = await volumes.OpenAsync(actor, id, ServerPermissions.ReadFiles, cancellation);
        return await volumes.For(actor, server).ReadSaveAsync(file, KeptId.Parse(save, "The earlier version"), FileOptions.EditorBytes, cancellation);
    }
}
