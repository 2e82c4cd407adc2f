using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>Deletes files and folders.</summary>
public sealed class DeleteFiles(ServerVolumes volumes, TimeProvider clock)
{
    const int MaxPaths = 1000;

    /// <summary>Puts files and whole folders into the bin, or removes them for good. What is gone already is no error.</summary>
    /// <param name="actor">Who deletes.</param>
    /// <param name="id">The server.</param>
    /// <param name="paths">What goes.</param>
    /// <param name="forGood">Whether nothing of it is kept.</param>
    /// <param name="cancellation">Gives up between two of them.</param>
    /// <returns>What the bin calls them; nothing when they are gone for good.</returns>
    /// <exception cref="InvalidFieldException">Nothing, or too much, is named; the root cannot go.</exception>
    /// <exception cref="ConflictException">A hold forbids it.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(Actor actor, ServerId id, IReadOnlyCollection<string> paths, bool forGood, CancellationToken cancellation)
    {
        if (paths.Count is 0 or > MaxPaths) throw new InvalidFieldException(nameof(paths), "Name 1 to 1,000 files.");
        IReadOnlyList<ServerPath> places = [.. paths.Select(path => ServerPath.Parse(path, nameof(paths)).RequireNamed(nameof(paths)))];
        var server = await volumes.OpenForWritingAsync(actor, id, ServerPermissions.DeleteFiles, cancellation);
        IReadOnlyList<(KeptId Id, ServerPath Path)> items = forGood ? [] : [.. places.Select(path => (KeptId.New(clock.GetUtcNow()), path))];
        var files = volumes.For(actor, server);
        await (forGood ? files.DeleteAsync(places, cancellation) : files.DiscardAsync(items, cancellation));
        await volumes.RecordAsync(actor, server, forGood ? "file.delete" : "file.discard", string.Join(", ", places), cancellation);
        return [.. items.Select(item => item.Id.Value)];
    }
}
