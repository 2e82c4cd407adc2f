using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>Gives a file of any size out of a server.</summary>
public sealed class DownloadFile(AccessGuard guard, ServerVolumes volumes)
{
    /// <summary>Copies a file to a stream.</summary>
    /// <param name="actor">Who reads.</param>
    /// <param name="id">The server.</param>
    /// <param name="path">The file.</param>
    /// <param name="begin">Is told the size in bytes before the first byte is written.</param>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="cancellation">Ends the copy.</param>
    /// <exception cref="NotFoundException">There is no such server or file.</exception>
    public Task RunAsync(Actor actor, ServerId id, string path, Action<long> begin, Stream destination, CancellationToken cancellation)
    {
        var file = ServerPath.Parse(path).RequireNamed(nameof(path));
        return guard.RunAsync(actor, id, ServerPermissions.ReadFiles, (server, token) =>
        {
            server.RequireNotDeleting();
            return volumes.For(actor, server).DownloadAsync(file, begin, destination, token);
        }, cancellation);
    }

    /// <summary>Copies a part of a file to a stream.</summary>
    /// <param name="actor">Who reads.</param>
    /// <param name="id">The server.</param>
    /// <param name="path">The file.</param>
    /// <param name="choose">Is told what the file is, and says which part of it is wanted; null for none.</param>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="cancellation">Ends the copy.</param>
    /// <exception cref="NotFoundException">There is no such server or file.</exception>
    public Task PartAsync(Actor actor, ServerId id, string path, Func<FileFacts, ByteRange?> choose, Stream destination, CancellationToken cancellation) =>
        guard.RunAsync(actor, id, ServerPermissions.ReadFiles, (server, token) =>
        {
            server.RequireNotDeleting();
            return volumes.For(actor, server).FetchAsync(ServerPath.Parse(path).RequireNamed(nameof(path)), choose, destination, token);
        }, cancellation);
}
