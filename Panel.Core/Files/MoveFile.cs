using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>Gives a file or folder another name or place.</summary>
public sealed class MoveFile(ServerVolumes volumes)
{
    /// <summary>Moves it; nothing that exists is overwritten.</summary>
    /// <exception cref="ConflictException">Something is in the way, or a hold forbids it.</exception>
    /// <exception cref="InvalidFieldException">A folder cannot move into itself.</exception>
    public async Task RunAsync(Actor actor, ServerId id, string from, string to, CancellationToken cancellation)
    {
        var source = ServerPath.Parse(from, nameof(from)).RequireNamed(nameof(from));
        var target = ServerPath.Parse(to, nameof(to)).RequireNamed(nameof(to));
        if (target.Value.StartsWith(source.Value + "/", StringComparison.Ordinal)) throw new InvalidFieldException(nameof(to), "A folder cannot move into itself.");
        var server = await volumes.OpenForWritingAsync(actor, id, ServerPermissions.UpdateFiles, cancellation);
        if (source == target) return;
        await volumes.For(actor, server).MoveAsync(source, target, cancellation);
        await volumes.RecordAsync(actor, server, "file.move", $"{source} to {target}", cancellation);
    }
}
