using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;

namespace Panel.Core.Files;

/// <summary>Reads a file that the editor can hold.</summary>
public sealed class ReadFile(ServerVolumes volumes)
{
    /// <summary>The whole file; one larger than <see cref="FileOptions.EditorBytes"/> is refused by its size.</summary>
    /// <inheritdoc cref="ServerVolumes.OpenAsync"/>
    public async Task<FileContent> RunAsync(Actor actor, ServerId id, string path, CancellationToken cancellation)
    {
        var file = ServerPath.Parse(path);
        var server = await volumes.OpenAsync(actor, id, ServerPermissions.ReadFiles, cancellation);
        return await volumes.For(actor, server).ReadAsync(file, FileOptions.EditorBytes, cancellation);
    }

    /// <summary>The first <see cref="FileOptions.PeekBytes"/> of a file of any size.</summary>
    /// <inheritdoc cref="ServerVolumes.OpenAsync"/>
    public async Task<byte[]> PeekAsync(Actor actor, ServerId id, string path, CancellationToken cancellation)
    {
        var file = ServerPath.Parse(path).RequireNamed(nameof(path));
        var server = await volumes.OpenAsync(actor, id, ServerPermissions.ReadFiles, cancellation);
        using var first = new MemoryStream();
        await volumes.For(actor, server).FetchAsync(file, facts => new ByteRange(0, Math.Min(facts.Bytes, FileOptions.PeekBytes)), first, cancellation);
        return first.ToArray();
    }
}
