using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files.Protection;
using Panel.Core.Servers;

namespace Panel.Core.Files;

/// <summary>Saves what the editor holds.</summary>
public sealed class WriteFile(ServerVolumes volumes, TimeProvider clock)
{
    /// <summary>Writes a file whole; what it held before is kept in its history.</summary>
    /// <param name="actor">Who writes.</param>
    /// <param name="id">The server.</param>
    /// <param name="path">The file.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="expected">The version that was read, <see cref="FileVersion.Absent"/> to make a new file, or null to write over whatever is there.</param>
    /// <param name="cancellation">Ends the writing; the file stays as it was.</param>
    /// <returns>The version now.</returns>
    /// <exception cref="InvalidFieldException">It is no place for a file, or too large.</exception>
    /// <exception cref="ConflictException">Somebody else changed or made it meanwhile, the disk is full, or a hold forbids it.</exception>
    public Task<FileVersion> RunAsync(Actor actor, ServerId id, string path, byte[] content, FileVersion? expected, CancellationToken cancellation) =>
        WriteAsync(actor, id, path, content, expected, volumes.For, cancellation);

    /// <summary>Writes, on somebody's word, what the panel itself says: what the game's template protects is no obstacle to that.</summary>
    /// <inheritdoc cref="RunAsync"/>
    internal Task<FileVersion> WriteOwnAsync(Actor actor, ServerId id, string path, byte[] content, CancellationToken cancellation) =>
        WriteAsync(actor, id, path, content, expected: null, (_, server) => volumes.ForPanel(server), cancellation);

    async Task<FileVersion> WriteAsync(Actor actor, ServerId id, string path, byte[] content, FileVersion? expected, Func<Actor, Server, OpenVolume> open, CancellationToken cancellation)
    {
        var file = ServerPath.Parse(path).RequireNamed(nameof(path));
        if (content.Length > FileOptions.EditorBytes) throw new InvalidFieldException(nameof(content), "The editor saves at most 10 MiB; upload a larger file.");
        var server = await volumes.OpenForAddingAsync(actor, id, expected == FileVersion.Absent ? ServerPermissions.CreateFiles : ServerPermissions.UpdateFiles, content.Length, cancellation);
        using var stream = new MemoryStream(content, writable: false);
        var version = await open(actor, server).WriteAsync(file, stream, content.Length, expected, KeptId.New(clock.GetUtcNow()), cancellation);
        await volumes.RecordAsync(actor, server, "file.write", $"{file}, {content.Length} bytes", cancellation);
        return version;
    }
}
