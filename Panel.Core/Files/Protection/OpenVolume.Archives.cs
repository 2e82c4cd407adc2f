using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files.Archives;

namespace Panel.Core.Files.Protection;

// Many files at once: what is denied and lies in a folder that is named stays out of an archive, and out of the volume when one is unpacked.
sealed partial class OpenVolume
{
    public Task PackAsync(ServerPath folder, IReadOnlyList<string> names, Action begin, Stream destination, CancellationToken cancellation)
    {
        if (denied.IsEmpty) return ports.Files.PackAsync(objectName, folder, names, begin, destination, cancellation);
        RequireNamed(folder, names);
        return ports.Archives.BundleAsync(objectName, folder, names.Count == 0 ? ["."] : names, tar => PackAsync(folder, tar, begin, destination, cancellation), cancellation);
    }

    public Task BundleAsync(ServerPath folder, IReadOnlyList<string> names, Func<Stream, Task> use, CancellationToken cancellation)
    {
        RequireNamed(folder, names);
        return ports.Archives.BundleAsync(objectName, folder, names, tar => denied.IsEmpty ? use(tar) : Filter(folder, tar).ReadAsync(use, cancellation), cancellation);
    }

    public Task<Stream> OpenAsync(ServerPath file, CancellationToken cancellation)
    {
        Require(file);
        return ports.Archives.OpenAsync(objectName, file, cancellation);
    }

    public Task StoreAsync(ServerPath file, bool replace, Func<Stream, Task> fill, CancellationToken cancellation)
    {
        Require(file);
        return ports.Archives.StoreAsync(objectName, file, replace, fill, cancellation);
    }

    /// <summary>Puts many files and folders into a folder, but for those that are denied there.</summary>
    /// <returns>How many were left out.</returns>
    public async Task<int> UnpackAsync(ServerPath folder, Func<IUnpacking, Task> fill, Func<IReadOnlyList<string>, Task<WhenExists>> choose, CancellationToken cancellation)
    {
        Require(folder, folder: true);
        var left = 0;
        await ports.Archives.UnpackAsync(objectName, folder, into => fill(denied.IsEmpty ? into : new Allowed(into, Denies)), choose, cancellation);
        return left;

        bool Denies(EntryPath path, bool isFolder)
        {
            if (denied.RuleFor([.. folder.Parts, .. path.Parts], isFolder) is null) return false;
            left++;
            return true;
        }
    }

    async Task PackAsync(ServerPath folder, Stream tar, Action begin, Stream destination, CancellationToken cancellation)
    {
        Stream? packed = null;
        await Filter(folder, tar).WriteAsync(() =>
        {
            begin();
            return packed = Compression.Pack(destination, ArchiveFormat.TarGzip);
        }, cancellation);
        if (packed is not null) await packed.DisposeAsync();
    }

    TarFilter Filter(ServerPath folder, Stream tar)
    {
        var before = folder.Parts;
        return new(tar, (parts, isFolder) =>
        {
            string[] path = [.. before, .. parts];
            return path[0] != ServerPath.Own && denied.RuleFor(path, isFolder) is null;
        });
    }

    // what somebody names is refused, not left out
    void RequireNamed(ServerPath folder, IReadOnlyList<string> names)
    {
        Require(folder, folder: true);
        foreach (var name in names) Require(folder.Child(name));
    }

    /// <summary>Gives on what is not denied.</summary>
    sealed class Allowed(IUnpacking into, Func<EntryPath, bool, bool> denies) : IUnpacking
    {
        public Task FolderAsync(EntryPath path, CancellationToken cancellation) => denies(path, true) ? Task.CompletedTask : into.FolderAsync(path, cancellation);

        // what is left out is read all the same: it counts, and is in the way of what follows
        public Task FileAsync(EntryPath path, Stream content, long bytes, UnixFileMode mode, DateTimeOffset modified, CancellationToken cancellation) =>
            denies(path, false) ? content.CopyToAsync(Stream.Null, cancellation) : into.FileAsync(path, content, bytes, mode, modified, cancellation);

        public Task LinkAsync(EntryPath path, string target, CancellationToken cancellation) => denies(path, false) ? Task.CompletedTask : into.LinkAsync(path, target, cancellation);
    }
}
