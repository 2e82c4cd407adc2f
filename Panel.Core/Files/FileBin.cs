using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Files;

/// <summary>What was deleted from a server and is kept for a while.</summary>
public sealed class FileBin(ServerVolumes volumes, IServerFiles files, TimeProvider clock)
{
    /// <summary>What can be had back, the newest first. What was kept long enough goes with the look.</summary>
    /// <inheritdoc cref="ServerVolumes.OpenAsync"/>
    public async Task<IReadOnlyList<BinEntry>> ListAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        var server = await volumes.OpenAsync(actor, id, ServerPermissions.ListFiles, cancellation);
        var all = await files.BinAsync(server.ObjectName, cancellation);
        var oldest = clock.GetUtcNow() - TimeSpan.FromDays(BinEntry.Days);
        await files.PurgeAsync(server.ObjectName, [.. all.Where(entry => entry.DeletedAt < oldest).Select(IdOf)], cancellation);
        return [.. all.Where(entry => entry.DeletedAt >= oldest).OrderByDescending(entry => entry.Id, StringComparer.Ordinal)];
    }

    /// <summary>Puts something back where it was.</summary>
    /// <returns>Where it is, from the volume's root.</returns>
    /// <exception cref="NotFoundException">It is not in the bin any more.</exception>
    /// <exception cref="ConflictException">Something else is there by now, or a hold forbids it.</exception>
    public async Task<string> RestoreAsync(Actor actor, ServerId id, string entry, CancellationToken cancellation)
    {
        var server = await volumes.OpenForWritingAsync(actor, id, ServerPermissions.CreateFiles, cancellation);
        var path = await files.RestoreAsync(server.ObjectName, KeptId.Parse(entry, "What was deleted"), cancellation);
        await volumes.RecordAsync(actor, server, "file.restore", path.Value, cancellation);
        return path.Value;
    }

    /// <summary>Removes something for good, or all.</summary>
    /// <param name="actor">Who removes.</param>
    /// <param name="id">The server.</param>
    /// <param name="entry">What goes; null for all that is in the bin.</param>
    /// <param name="cancellation">Gives up between two of them.</param>
    /// <exception cref="ConflictException">A hold forbids it.</exception>
    public async Task EmptyAsync(Actor actor, ServerId id, string? entry, CancellationToken cancellation)
    {
        var server = await volumes.OpenForWritingAsync(actor, id, ServerPermissions.DeleteFiles, cancellation);
        var one = entry is null ? (KeptId?)null : KeptId.Parse(entry, "What was deleted");
        var going = await GoingAsync(server, one, cancellation);
        await files.PurgeAsync(server.ObjectName, [.. going.Select(IdOf)], cancellation);
        await volumes.RecordAsync(actor, server, "file.delete", one is null ? $"The bin, {going.Count} entries" : string.Join(", ", going.Select(gone => gone.Path)), cancellation);
    }

    async Task<IReadOnlyList<BinEntry>> GoingAsync(Server server, KeptId? one, CancellationToken cancellation)
    {
        var all = await files.BinAsync(server.ObjectName, cancellation);
        return one is { } id ? [.. all.Where(entry => entry.Id == id.Value)] : all;
    }

    static KeptId IdOf(BinEntry entry) => KeptId.Parse(entry.Id, entry.Path);
}
