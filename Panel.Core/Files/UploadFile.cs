using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>Takes a file of any size into a server.</summary>
public sealed class UploadFile(AccessGuard guard, ServerVolumes volumes, IOptionsMonitor<FileOptions> options)
{
    /// <summary>Writes a file whole.</summary>
    /// <param name="actor">Who writes.</param>
    /// <param name="id">The server.</param>
    /// <param name="path">The file.</param>
    /// <param name="content">Gives exactly <paramref name="bytes"/> bytes.</param>
    /// <param name="bytes">How many bytes follow.</param>
    /// <param name="cancellation">Ends the writing; the file stays as it was.</param>
    /// <param name="replace">Whether it may go over a file that is there, where the actor may change files too.</param>
    /// <exception cref="InvalidFieldException">It is no place for a file, too large, or larger than the server's volume.</exception>
    /// <exception cref="ConflictException">Something is in the way, the disk has no room for it, or a hold forbids it.</exception>
    public async Task RunAsync(Actor actor, ServerId id, string path, Stream content, long bytes, CancellationToken cancellation, bool replace = true)
    {
        var file = ServerPath.Parse(path).RequireNamed(nameof(path));
        if (bytes < 0 || bytes > options.CurrentValue.UploadBytes) throw new InvalidFieldException(nameof(content), $"An upload has at most {options.CurrentValue.UploadBytes / (1024 * 1024)} MiB.");
        var server = await volumes.OpenForWritingAsync(actor, id, ServerPermissions.CreateFiles, cancellation);
        if (bytes > server.DiskMiB * 1024L * 1024L) throw new InvalidFieldException(nameof(content), $"It is larger than the server's volume of {server.DiskMiB} MiB.");
        volumes.RequireRoom(server, bytes);
        var expected = replace && await volumes.MayAsync(actor, id, ServerPermissions.UpdateFiles, cancellation) ? (FileVersion?)null : FileVersion.Absent;
        await guard.RunAsync(actor, id, ServerPermissions.CreateFiles, (_, token) => volumes.For(actor, server).WriteAsync(file, content, bytes, expected, keep: null, token), cancellation, state: row => row.RequireInUse());
        await volumes.RecordAsync(actor, server, "file.upload", $"{file}, {bytes} bytes", cancellation);
    }
}
