using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>Says how large something is, with all that it holds.</summary>
public sealed class MeasureFile(ServerVolumes volumes)
{
    /// <summary>The bytes of a file, or of a folder with everything in it.</summary>
    /// <exception cref="NotFoundException">There is no such server or file, or the actor may not know of it.</exception>
    public async Task<long> RunAsync(Actor actor, ServerId id, string path, CancellationToken cancellation)
    {
        var place = ServerPath.Parse(path);
        var server = await volumes.OpenAsync(actor, id, ServerPermissions.ListFiles, cancellation);
        return await volumes.For(actor, server).MeasureAsync(place.RequireNamed(nameof(path)), cancellation);
    }
}
