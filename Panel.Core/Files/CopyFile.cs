using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>Copies a file or a whole folder.</summary>
public sealed class CopyFile(AccessGuard guard, ServerVolumes volumes)
{
    /// <summary>Copies it; nothing that exists is overwritten, and a copy that broke leaves nothing.</summary>
    /// <exception cref="ConflictException">Something is in the way, the disk has no room for it, or a hold forbids it.</exception>
    /// <exception cref="InvalidFieldException">A folder cannot be copied into itself.</exception>
    public async Task RunAsync(Actor actor, ServerId id, string from, string to, CancellationToken cancellation)
    {
        var source = ServerPath.Parse(from, nameof(from)).RequireNamed(nameof(from));
        var target = ServerPath.Parse(to, nameof(to)).RequireNamed(nameof(to));
        if (target.Value.StartsWith(source.Value + "/", StringComparison.Ordinal)) throw new InvalidFieldException(nameof(to), "A folder cannot be copied into itself.");
        var server = await volumes.OpenForWritingAsync(actor, id, ServerPermissions.CreateFiles, cancellation);
        await volumes.OpenAsync(actor, id, ServerPermissions.ReadFiles, cancellation);
        var files = volumes.For(actor, server);
        files.Require(source);
        files.Require(target);
        volumes.RequireRoom(server, await files.MeasureAsync(source, cancellation));
        await guard.RunAsync(actor, id, ServerPermissions.CreateFiles, (_, token) => files.CopyAsync(source, target, token), cancellation, state: row => row.RequireInUse());
        await volumes.RecordAsync(actor, server, "file.copy", $"{source} to {target}", cancellation);
    }
}
