using System.Formats.Tar;
using System.Runtime.CompilerServices;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;

namespace Panel.Tests.Support;

public sealed partial class MemoryCluster : IServerArchives, IServerTools
{
    /// <summary>Permission bits that were given, by path.</summary>
    public Dictionary<string, (UnixFileMode Mode, UnixFileMode? Deep)> Modes { get; } = [];

    public Task ChangeModeAsync(string objectName, ServerPath folder, IReadOnlyList<string> names, UnixFileMode mode, UnixFileMode? deep, CancellationToken cancellation) => Do(() =>
    {
        foreach (var name in names) Modes[folder.Child(name).Value] = (mode, deep);
    });

    public async IAsyncEnumerable<FileMatch> SearchAsync(string objectName, ServerPath folder, FileSearchRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        foreach (var path in Existing(objectName).Files.Keys.Where(path => path.Contains(request.Text.Trim('*'), StringComparison.Ordinal))) yield return new(path, FileKind.File, null, null);
    }

    public async Task BundleAsync(string objectName, ServerPath folder, IReadOnlyList<string> names, Func<Stream, Task> use, CancellationToken cancellation)
    {
        using var whole = new MemoryStream();
        await using (var tar = new TarWriter(whole, leaveOpen: true))
        {
            foreach (var (path, content) in Existing(objectName).Files.Where(file => names.Any(name => file.Key.StartsWith(Place(folder, name), StringComparison.Ordinal))))
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, $".{path[folder.Value.TrimEnd('/').Length..]}") { DataStream = new MemoryStream(content) }, cancellation);
            }
        }
        whole.Position = 0;
        await use(whole);
    }

    static string Place(ServerPath folder, string name) => name == "." ? folder.Value : folder.Child(name).Value;

    /// <summary>How often somebody asked what folders hold.</summary>
    public int Trees { get; private set; }

    public async IAsyncEnumerable<TreeEntry> TreeAsync(string objectName, IReadOnlyList<ServerPath> roots, bool deep, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        Trees++;
        foreach (var (root, path) in roots.Index())
        {
            if (path.Value.StartsWith("/.panel/bin/", StringComparison.Ordinal) && KeptId.Find(path.Parts[2]) is { } id && Existing(objectName).Bin.TryGetValue(id, out var kept))
            {
                yield return path.Name == "from" ? new(root, [], FileKind.Link, kept.Path.Value[1..]) : new(root, [], FileKind.File, "");
                continue;
            }
            var below = Existing(objectName).Files.Keys.Where(file => file.StartsWith(path.Value + "/", StringComparison.Ordinal)).ToList();
            if (Existing(objectName).Files.ContainsKey(path.Value)) yield return new(root, [], FileKind.File, "");
            else if (below.Count > 0) yield return new(root, [], FileKind.Folder, "");
            foreach (var file in below.Where(_ => deep)) yield return new(root, file[(path.Value.Length + 1)..].Split('/'), FileKind.File, "");
        }
    }

    public async Task<Stream> OpenAsync(string objectName, ServerPath file, CancellationToken cancellation) =>
        new MemoryStream((await ReadAsync(objectName, file, long.MaxValue, cancellation)).Content, writable: false);

    public async Task StoreAsync(string objectName, ServerPath file, bool replace, Func<Stream, Task> fill, CancellationToken cancellation)
    {
        if (!replace && Existing(objectName).Files.ContainsKey(file.Value)) throw new ConflictException($"{file} exists already.");
        using var content = new MemoryStream();
        await fill(content);
        await Do(() => Existing(objectName).Files[file.Value] = content.ToArray());
    }

    public async Task UnpackAsync(string objectName, ServerPath folder, Func<IUnpacking, Task> fill, Func<IReadOnlyList<string>, Task<WhenExists>> choose, CancellationToken cancellation)
    {
        var parts = new Parts();
        await fill(parts);
        var files = Existing(objectName).Files;
        var existing = parts.Files.Keys.Where(path => files.ContainsKey(Place(path))).ToList();
        var replace = existing.Count > 0 && await choose(existing) is WhenExists.Replace;
        await Do(() =>
        {
            foreach (var (path, content) in parts.Files.Where(part => replace || !existing.Contains(part.Key))) files[Place(path)] = content;
        });

        string Place(string path) => $"{folder.Value.TrimEnd('/')}/{path}";
    }

    sealed class Parts : IUnpacking
    {
        public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

        public Task FolderAsync(EntryPath path, CancellationToken cancellation) => Task.CompletedTask;

        public async Task FileAsync(EntryPath path, Stream content, long bytes, UnixFileMode mode, DateTimeOffset modified, CancellationToken cancellation)
        {
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy, cancellation);
            Files[path.Value] = copy.ToArray();
        }

        public Task LinkAsync(EntryPath path, string target, CancellationToken cancellation) => Task.CompletedTask;
    }
}
