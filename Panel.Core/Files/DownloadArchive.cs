using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>Gives files and whole folders out of a server, as one archive.</summary>
public sealed class DownloadArchive(AccessGuard guard, ServerVolumes volumes)
{
    const int MaxNames = 1000;

    /// <summary>Copies them to a stream, as a tar archive packed by gzip.</summary>
    /// <param name="actor">Who reads.</param>
    /// <param name="id">The server.</param>
    /// <param name="path">The folder they are in.</param>
    /// <param name="names">Their names; all that the folder holds when there are none.</param>
    /// <param name="begin">Is called before the first byte is written.</param>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="cancellation">Ends the copy.</param>
    /// <exception cref="NotFoundException">There is no such server or folder.</exception>
    /// <exception cref="InvalidFieldException">A name is none, or they are too many.</exception>
    public Task RunAsync(Actor actor, ServerId id, string path, IReadOnlyList<string> names, Action begin, Stream destination, CancellationToken cancellation)
    {
        var folder = ServerPath.Parse(path);
        return guard.RunAsync(actor, id, ServerPermissions.ReadFiles, (server, token) =>
        {
            server.RequireNotDeleting();
            if (names.Count > MaxNames) throw new InvalidFieldException(nameof(names), "Name at most 1,000 files, or their folder.");
            foreach (var name in names) folder.Child(name, nameof(names));
            return volumes.For(actor, server).PackAsync(folder, names, begin, destination, token);
        }, cancellation);
    }
}
