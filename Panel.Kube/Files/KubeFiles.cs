using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;

namespace Panel.Kube.Files;

/// <summary>The files of servers, through a pod of tools that has the volume (see <see cref="FilesPod"/> and <c>files.sh</c>).</summary>
sealed class KubeFiles(FilesRunner runner) : IServerFiles
{
    const int DeletesAtOnce = 16, BinEntries = 40_000;

    public async Task<FileListing> ListAsync(string objectName, ServerPath folder, CancellationToken cancellation)
    {
        var (entries, more) = await RunAsync(objectName, Subject(folder), ["list", FilesPod.Root, Inside(folder), Text(FileListing.MaxEntries + 2)], program =>
            FolderListing.ReadAsync(program.Output, FileListing.MaxEntries, folder.IsRoot ? ServerPath.Own : "", cancellation), cancellation);
        return new(folder.Value, entries, more);
    }

    public async Task<FileContent> ReadAsync(string objectName, ServerPath file, long maxBytes, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        await TakeAsync(objectName, file, maxBytes, _ => { }, content, cancellation);
        var bytes = content.ToArray();
        return new(file.Value, bytes, new(Convert.ToHexStringLower(SHA256.HashData(bytes))));
    }

    public Task DownloadAsync(string objectName, ServerPath file, Action<long> begin, Stream destination, CancellationToken cancellation) =>
        TakeAsync(objectName, file, long.MaxValue, begin, destination, cancellation);

    Task<bool> TakeAsync(string objectName, ServerPath file, long maxBytes, Action<long> begin, Stream destination, CancellationToken cancellation) =>
        RunAsync(objectName, Subject(file), ["read", FilesPod.Root, Inside(file.Parent), file.Name, Text(maxBytes)], async program =>
        {
            if (!long.TryParse(await program.LineAsync(cancellation), NumberStyles.None, CultureInfo.InvariantCulture, out var size)) return true;     // refused: the exit code says why
            begin(size);
            await CopyAsync(program.Output, size, file, destination, cancellation);
            return true;
        }, cancellation);

    public async Task<FileEntry> LookAsync(string objectName, ServerPath path, CancellationToken cancellation)
    {
        var found = await RunAsync(objectName, Subject(path), ["look", FilesPod.Root, Inside(path.Parent), path.IsRoot ? "." : path.Name], program => FolderListing.ReadAsync(program.Output, 1, "", cancellation), cancellation);
        return found.Entries is [var entry] ? path.IsRoot ? entry with { Name = "" } : entry : throw new NotFoundException(Subject(path));
    }

    public Task FetchAsync(string objectName, ServerPath file, Func<FileFacts, ByteRange?> choose, Stream destination, CancellationToken cancellation) =>
        RunAsync(objectName, Subject(file), ["fetch", FilesPod.Root, Inside(file.Parent), file.Name], async program =>
        {
            if (FolderListing.Facts(await program.LineAsync(cancellation)) is not { } facts) return true;     // refused: the exit code says why
            var part = choose(facts) ?? default;
            await program.TellAsync($"{Text(part.Offset)} {Text(part.Bytes)}", cancellation);
            await CopyAsync(program.Output, part.Bytes, file, destination, cancellation);
            return true;
        }, cancellation);

    static async Task CopyAsync(Stream output, long bytes, ServerPath file, Stream destination, CancellationToken cancellation)
    {
        var buffer = new byte[256 << 10];
        while (bytes > 0 && await output.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            await destination.WriteAsync(buffer.AsMemory(0, read), cancellation);
            bytes -= read;
        }
        if (bytes > 0) throw new IOException($"{file} became shorter while it was read.");
    }

    public Task PackAsync(string objectName, ServerPath folder, IReadOnlyList<string> names, Action begin, Stream destination, CancellationToken cancellation)
    {
        // names go the way of contents: they are too many for arguments
        var list = FilesRunner.Names([.. names.DefaultIfEmpty(".")]);
        return RunAsync(objectName, Subject(folder), ["pack", FilesPod.Root, Inside(folder), Text(list.Length)], async program =>
        {
            await program.FeedAsync(new MemoryStream(list, writable: false), list.Length, _ => { }, cancellation);
            var buffer = new byte[64 << 10];
            for (var first = true; await program.Output.ReadAsync(buffer, cancellation) is > 0 and var read; first = false)
            {
                if (first) begin();
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }
            return true;
        }, cancellation);
    }

    public async Task<FileVersion> WriteAsync(string objectName, ServerPath file, Stream content, long bytes, FileVersion? expected, KeptId? keep, CancellationToken cancellation)
    {
        string[] arguments = ["write", FilesPod.Root, Inside(file.Parent), file.Name, Text(bytes), expected?.Value ?? "-", Temporary(), .. keep is { } id ? [History(file), id.Value] : Array.Empty<string>()];
        return await RunAsync(objectName, Subject(file), arguments, async program =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            try
            {
                await program.FeedAsync(content, bytes, hash.AppendData, cancellation);
            }
            catch (IOException)
            {
                // the program ended before it had all: its exit code says why
                await program.EndAsync(Subject(file), cancellation);
                throw;
            }
            return new FileVersion(Convert.ToHexStringLower(hash.GetHashAndReset()));
        }, cancellation);
    }

    public Task CreateFolderAsync(string objectName, ServerPath folder, CancellationToken cancellation) =>
        RunAsync(objectName, Subject(folder), ["folder", FilesPod.Root, Inside(folder.Parent), folder.Name], Nothing, cancellation);

    public Task MoveAsync(string objectName, ServerPath from, ServerPath to, CancellationToken cancellation) =>
        RunAsync(objectName, $"{Subject(from)} or {Subject(to)}", ["move", FilesPod.Root, Inside(from.Parent), from.Name, Inside(to.Parent), to.Name], Nothing, cancellation);

    public Task CopyAsync(string objectName, ServerPath from, ServerPath to, CancellationToken cancellation) =>
        RunAsync(objectName, $"{Subject(from)} or {Subject(to)}", ["copy", FilesPod.Root, Inside(from.Parent), from.Name, Inside(to.Parent), to.Name, Temporary()], Nothing, cancellation);

    public Task<long> MeasureAsync(string objectName, ServerPath path, CancellationToken cancellation) =>
        RunAsync(objectName, Subject(path), ["measure", FilesPod.Root, Inside(path.Parent), path.Name], async program =>
            long.TryParse(await program.TextAsync(cancellation), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0, cancellation);

    public async Task<IReadOnlyList<FileSave>> SavesAsync(string objectName, ServerPath file, CancellationToken cancellation) =>
        KeptFiles.Saves(await RunAsync(objectName, Subject(file), ["saves", FilesPod.Root, History(file)], program => program.TextAsync(cancellation), cancellation));

    public async Task<FileContent> ReadSaveAsync(string objectName, ServerPath file, KeptId save, long maxBytes, CancellationToken cancellation) =>
        await ReadAsync(objectName, ServerPath.Parse($"{ServerPath.Own}/history/{History(file)}/{save}"), maxBytes, cancellation) with { Path = file.Value };

    public async Task DiscardAsync(string objectName, IReadOnlyList<(KeptId Id, ServerPath Path)> items, CancellationToken cancellation)
    {
        foreach (var some in items.Where(item => !item.Path.IsRoot).Chunk(DeletesAtOnce))
        {
            await RunAsync(objectName, Subject(some[0].Path), ["discard", FilesPod.Root, .. some.SelectMany(item => new[] { item.Id.Value, Inside(item.Path.Parent), item.Path.Name })], Nothing, cancellation);
        }
    }

    public async Task<IReadOnlyList<BinEntry>> BinAsync(string objectName, CancellationToken cancellation) =>
        KeptFiles.Bin(await RunAsync(objectName, "The bin", ["bin", FilesPod.Root, Text(BinEntries)], program => program.TextAsync(cancellation), cancellation));

    public async Task<ServerPath> RestoreAsync(string objectName, KeptId id, CancellationToken cancellation) =>
        ServerPath.Parse(await RunAsync(objectName, "What was deleted, or something of its name,", ["restore", FilesPod.Root, id.Value], program => program.TextAsync(cancellation), cancellation));

    public Task PurgeAsync(string objectName, IReadOnlyList<KeptId> ids, CancellationToken cancellation) =>
        DeleteAsync(objectName, [.. ids.Select(id => ServerPath.Parse($"{ServerPath.Own}/bin/{id}"))], cancellation);

    public async Task DeleteAsync(string objectName, IReadOnlyList<ServerPath> paths, CancellationToken cancellation)
    {
        // arguments travel in a URL, whose length has a limit
        foreach (var some in paths.Where(path => !path.IsRoot).Chunk(DeletesAtOnce))
        {
            await RunAsync(objectName, Subject(some[0]), ["delete", FilesPod.Root, .. some.SelectMany(path => new[] { Inside(path.Parent), path.Name })], Nothing, cancellation);
        }
    }

    Task<T> RunAsync<T>(string objectName, string subject, string[] arguments, Func<FilesProgram, Task<T>> use, CancellationToken cancellation) =>
        runner.RunAsync(objectName, subject, arguments, use, cancellation);

    static Task<bool> Nothing(FilesProgram program) => Task.FromResult(true);

    static string Inside(ServerPath path) => FilesRunner.Inside(path);

    static string Subject(ServerPath path) => path.IsRoot ? "The server's folder" : path.ToString();

    static string Temporary() => $".panel-{Guid.NewGuid():N}";

    // a path may be longer than a name, and hold what no name may
    static string History(ServerPath file) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file.Value)));

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
