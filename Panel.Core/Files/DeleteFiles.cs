using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>Removes files and folders.</summary>
public sealed class DeleteFiles(ServerVolumes volumes, IServerFiles files)
{
    const int MaxPaths = 1000;

    /// <summary>Removes files and whole folders. What is gone already is no error.</summary>
    /// <exception cref="InvalidFieldException">Nothing, or too much, is named; the root cannot go.</exception>
    /// <exception cref="ConflictException">A hold forbids it.</exception>
    public async Task RunAsync(Actor actor, ServerId id, IReadOnlyCollection<string> paths, CancellationToken cancellation)
    {
        if (paths.Count is 0 or > MaxPaths) throw new InvalidFieldException(nameof(paths), "Name 1 to 1,000 files.");
        IReadOnlyList<ServerPath> places = [.. paths.Select(path => ServerPath.Parse(path, nameof(paths)).RequireNamed(nameof(paths)))];
        var server = await volumes.OpenForWritingAsync(actor, id, ServerPermissions.DeleteFiles, cancellation);
        await files.DeleteAsync(server.ObjectName, places, cancellation);
        await volumes.RecordAsync(actor, server, "file.delete", string.Join(", ", places), cancellation);
    }
}
