using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files.Protection;

namespace Panel.Core.Files;

/// <summary>What was deleted from a server and is kept for a while.</summary>
public sealed class FileBin(ServerVolumes volumes, TimeProvider clock)
{
    /// <summary>What can be had back, the newest first. What was kept long enough goes with the look.</summary>
    /// <inheritdoc cref="ServerVolumes.OpenAsync"/>
    public async Task<IReadOnlyList<BinEntry>> ListAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        var server = await volumes.OpenAsync(actor, id, ServerPermissions.ListFiles, cancellation);
        var files = volumes.ForPanel(server);
        var all = await files.BinAsync(cancellation);
        var oldest = clock.GetUtcNow() - TimeSpan.FromDays(BinEntry.Days);
        await files.PurgeAsync([.. all.Where(entry => entry.DeletedAt < oldest)], cancellation);
        return [.. all.Where(entry => entry.DeletedAt >= oldest).OrderByDescending(entry => entry.Id, StringComparer.Ordinal)];
    }

    /// <summary>Puts something back where it was.</summary>
    /// <returns>Where it is, from the volume's root.</returns>
    /// <exception cref="NotFoundException">It is not in the bin any more.</exception>
    /// <exception cref="ConflictException">Something else is there by now, or a hold forbids it.</exception>
    public async Task<string> RestoreAsync(Actor actor, ServerId id, string entry, CancellationToken cancellation)
    {
        var server = await volumes.OpenForWritingAsync(actor, id, ServerPermissions.CreateFiles, cancellation);
        var path = await volumes.For(actor, server).RestoreAsync(KeptId.Parse(entry, "What was deleted"), cancellation);
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
        var files = volumes.For(actor, server);
        var going = await GoingAsync(files, one, cancellation);
        await files.PurgeAsync(going, cancellation);
        await volumes.RecordAsync(actor, server, "file.delete", one is null ? $"The bin, {going.Count} entries" : string.Join(", ", going.Select(gone => gone.Path)), cancellation);
    }

    // who empties the bin leaves in it what the template keeps; who names something of that is refused
    static async Task<IReadOnlyList<BinEntry>> GoingAsync(OpenVolume files, KeptId? one, CancellationToken cancellation)
    {
        var all = await files.BinAsync(cancellation);
        return [.. all.Where(entry => one is { } id ? entry.Id == id.Value : files.May(entry.Path, entry.Kind is FileKind.Folder))];
    }
}
