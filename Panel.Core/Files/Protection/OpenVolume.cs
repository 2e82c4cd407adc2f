using System.Runtime.CompilerServices;
using Panel.Contracts.Files;
using Panel.Core.Errors;

namespace Panel.Core.Files.Protection;

/// <summary>
/// The files of one server, for one who acts: the only way from an operation to them. Everything that takes a path asks the template's denylist
/// first. No link is followed on a path, so that what it says is where it is. What a path holds is looked at by one question before it goes
/// elsewhere; where nothing is denied, no question is asked.
/// </summary>
/// <param name="ports">The ways to the files of all servers.</param>
/// <param name="objectName">The name of the server's objects.</param>
/// <param name="list">What the template denies.</param>
/// <param name="binding">Whether that binds who acts.</param>
sealed partial class OpenVolume(VolumePorts ports, string objectName, Denylist list, bool binding)
{
    const string KeptName = "What was deleted";

    readonly Denylist denied = binding ? list : Denylist.None;

    /// <summary>Lists a directory; what is denied is in it, and marked.</summary>
    public async Task<FileListing> ListAsync(ServerPath folder, CancellationToken cancellation)
    {
        var listing = await ports.Files.ListAsync(objectName, folder, cancellation);
        return list.Inside(folder) is { } rules ? listing with { Entries = FolderEntries.Of(listing.Entries).Marked(rules), Binding = binding, ProtectedBy = list.RuleFor(folder, folder: true) } : listing;
    }

    /// <summary>One entry, marked where it is denied.</summary>
    public async Task<FileEntry> LookAsync(ServerPath path, CancellationToken cancellation)
    {
        var entry = await ports.Files.LookAsync(objectName, path, cancellation);
        return list.RuleFor(path, entry.Kind is FileKind.Folder) is { } rule ? entry with { ProtectedBy = rule } : entry;
    }

    /// <summary>How many bytes something has; of what is denied too, as a list tells it.</summary>
    public Task<long> MeasureAsync(ServerPath path, CancellationToken cancellation) => ports.Files.MeasureAsync(objectName, path, cancellation);

    /// <summary>Refuses a file that is denied, before anything is done.</summary>
    /// <exception cref="FileProtectedException">It is denied.</exception>
    /// <exception cref="NotFoundException">It is what the panel keeps itself, such as what files held before.</exception>
    public void Require(ServerPath path, bool folder = false)
    {
        if (!denied.IsEmpty && path.Parts is [ServerPath.Own, ..]) throw new NotFoundException(path.ToString());
        denied.Require(path, folder);
    }

    public Task<FileContent> ReadAsync(ServerPath file, long maxBytes, CancellationToken cancellation)
    {
        Require(file);
        return ports.Files.ReadAsync(objectName, file, maxBytes, cancellation);
    }

    public Task DownloadAsync(ServerPath file, Action<long> begin, Stream destination, CancellationToken cancellation)
    {
        Require(file);
        return ports.Files.DownloadAsync(objectName, file, begin, destination, cancellation);
    }

    public Task FetchAsync(ServerPath file, Func<FileFacts, ByteRange?> choose, Stream destination, CancellationToken cancellation)
    {
        Require(file);
        return ports.Files.FetchAsync(objectName, file, choose, destination, cancellation);
    }

    public Task<FileVersion> WriteAsync(ServerPath file, Stream content, long bytes, FileVersion? expected, KeptId? keep, CancellationToken cancellation)
    {
        Require(file);
        return ports.Files.WriteAsync(objectName, file, content, bytes, expected, keep, cancellation);
    }

    public Task<IReadOnlyList<FileSave>> SavesAsync(ServerPath file, CancellationToken cancellation)
    {
        Require(file);
        return ports.Files.SavesAsync(objectName, file, cancellation);
    }

    public Task<FileContent> ReadSaveAsync(ServerPath file, KeptId save, long maxBytes, CancellationToken cancellation)
    {
        Require(file);
        return ports.Files.ReadSaveAsync(objectName, file, save, maxBytes, cancellation);
    }

    public Task CreateFolderAsync(ServerPath folder, CancellationToken cancellation)
    {
        Require(folder, folder: true);
        return ports.Files.CreateFolderAsync(objectName, folder, cancellation);
    }

    public async Task MoveAsync(ServerPath from, ServerPath to, CancellationToken cancellation)
    {
        await RequireAllAsync([(from, from, to)], deep: true, cancellation);
        await ports.Files.MoveAsync(objectName, from, to, cancellation);
    }

    public async Task CopyAsync(ServerPath from, ServerPath to, CancellationToken cancellation)
    {
        await RequireAllAsync([(from, from, to)], deep: true, cancellation);
        await ports.Files.CopyAsync(objectName, from, to, cancellation);
    }

    public async Task DiscardAsync(IReadOnlyList<(KeptId Id, ServerPath Path)> items, CancellationToken cancellation)
    {
        await RequireAllAsync([.. items.Select(item => Same(item.Path))], deep: true, cancellation);
        await ports.Files.DiscardAsync(objectName, items, cancellation);
    }

    public async Task DeleteAsync(IReadOnlyList<ServerPath> paths, CancellationToken cancellation)
    {
        await RequireAllAsync([.. paths.Select(Same)], deep: true, cancellation);
        await ports.Files.DeleteAsync(objectName, paths, cancellation);
    }

    public async Task ChangeModeAsync(ServerPath folder, IReadOnlyList<string> names, UnixFileMode mode, UnixFileMode? deep, CancellationToken cancellation)
    {
        await RequireAllAsync([.. names.Select(name => Same(folder.Child(name)))], deep is not null, cancellation);
        await ports.Tools.ChangeModeAsync(objectName, folder, names, mode, deep, cancellation);
    }

    /// <summary>What is in the bin: names, as a list tells them.</summary>
    public Task<IReadOnlyList<BinEntry>> BinAsync(CancellationToken cancellation) => ports.Files.BinAsync(objectName, cancellation);

    /// <summary>Puts something of the bin back, unless it, or anything in it, is denied where it goes.</summary>
    public async Task<ServerPath> RestoreAsync(KeptId id, CancellationToken cancellation)
    {
        if (!denied.IsEmpty)
        {
            var kept = ServerPath.Root.Child(ServerPath.Own).Child("bin").Child(id.Value);
            ServerPath? to = null;
            await foreach (var (root, parts, kind, link) in ports.Tools.TreeAsync(objectName, [kept.Child("from"), kept.Child("item")], deep: true, cancellation))
            {
                if (root == 0) to = ServerPath.Parse(link);
                else if (to is not { } place) throw new NotFoundException(KeptName);
                else Require(Below(place, parts), kind is FileKind.Folder);
            }
        }
        return await ports.Files.RestoreAsync(objectName, id, cancellation);
    }

    /// <summary>Removes things of the bin for good, where they may be.</summary>
    public Task PurgeAsync(IReadOnlyList<BinEntry> entries, CancellationToken cancellation)
    {
        foreach (var entry in entries) Require(ServerPath.Parse(entry.Path), entry.Kind is FileKind.Folder);
        return ports.Files.PurgeAsync(objectName, [.. entries.Select(entry => KeptId.Parse(entry.Id, entry.Path))], cancellation);
    }

    /// <summary>Whether a path, as it came from the volume, may be touched.</summary>
    public bool May(string path, bool folder) => denied.RuleFor(ServerPath.Parse(path), folder) is null;

    /// <summary>Looks for names, which a list tells too, or for text, in all files but those that are denied.</summary>
    public async IAsyncEnumerable<FileMatch> SearchAsync(ServerPath folder, FileSearchRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (request.Contents) Require(folder, folder: true);
        await foreach (var match in ports.Tools.SearchAsync(objectName, folder, request, cancellation))
        {
            if (!request.Contents || May(match.Path, folder: false)) yield return match;
        }
    }

    public Task BeginAsync(KeptId id, ServerPath file, bool isNew, byte[] about, CancellationToken cancellation)
    {
        Require(file);
        return ports.Uploads.BeginAsync(objectName, id, file, isNew, about, cancellation);
    }

    /// <summary>What has come of an upload: nothing of it is to be read.</summary>
    public Task<UploadPart> FindAsync(KeptId id, CancellationToken cancellation) => ports.Uploads.FindAsync(objectName, id, cancellation);

    /// <summary>All uploads that are not whole.</summary>
    public Task<IReadOnlyList<(KeptId Id, UploadPart Part)>> UploadsAsync(CancellationToken cancellation) => ports.Uploads.ListAsync(objectName, cancellation);

    public Task<AppendAnswer> AppendAsync(KeptId id, long offset, Stream content, long? bytes, ChunkHash? check, UploadEnd end, CancellationToken cancellation)
    {
        Require(end.File);
        return ports.Uploads.AppendAsync(objectName, id, offset, content, bytes, check, end, cancellation);
    }

    /// <summary>Removes what came of an upload.</summary>
    public Task CancelAsync(KeptId id, CancellationToken cancellation) => ports.Uploads.CancelAsync(objectName, id, cancellation);

    static (ServerPath, ServerPath, ServerPath) Same(ServerPath path) => (path, path, path);

    static ServerPath Below(ServerPath folder, IReadOnlyList<string> parts) => parts.Aggregate(folder, (place, part) => place.Child(part));

    /// <summary>Refuses what is denied of some things and of all that they hold: where they are, and where they are to be.</summary>
    async Task RequireAllAsync(IReadOnlyList<(ServerPath At, ServerPath From, ServerPath To)> all, bool deep, CancellationToken cancellation)
    {
        if (denied.IsEmpty) return;
        foreach (var (_, from, to) in all)
        {
            Require(from);
            Require(to);
        }
        await foreach (var (root, parts, kind, _) in ports.Tools.TreeAsync(objectName, [.. all.Select(one => one.At)], deep, cancellation))
        {
            Require(Below(all[root].From, parts), kind is FileKind.Folder);
            if (all[root].To != all[root].From) Require(Below(all[root].To, parts), kind is FileKind.Folder);
        }
    }
}
