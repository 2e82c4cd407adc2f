using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files.Jobs;

namespace Panel.Core.Files.Archives;

/// <summary>Packs files and folders into an archive beside them.</summary>
public sealed class MakeArchive(ServerVolumes volumes, FileJobs jobs)
{
    const int MaxNames = 1000;

    /// <summary>Begins to pack. The archive is there once it is whole; nothing that exists is overwritten.</summary>
    /// <returns>The job that does it.</returns>
    /// <exception cref="InvalidFieldException">Nothing or too much is named, or the panel makes no such archive.</exception>
    /// <exception cref="ConflictException">The disk is full, a hold forbids it, or too many jobs are there.</exception>
    public async Task<FileJob> RunAsync(Actor actor, ServerId id, ArchiveRequest request, CancellationToken cancellation)
    {
        var server = await volumes.OpenForWritingAsync(actor, id, ServerPermissions.CreateFiles, cancellation);
        await volumes.OpenAsync(actor, id, ServerPermissions.ReadFiles, cancellation);
        if (request.Names.Count is 0 or > MaxNames) throw new InvalidFieldException(nameof(request.Names), "Name 1 to 1,000 files.");
        var folder = ServerPath.Parse(request.Folder, nameof(request.Folder));
        IReadOnlyList<ServerPath> paths = [.. request.Names.Select(name => folder.Child(name, nameof(request.Names)).RequireNamed(nameof(request.Names)))];
        var target = ServerPath.Parse(request.Target, nameof(request.Target)).RequireNamed(nameof(request.Target));
        var format = ArchiveFormats.RequireMade(target.Name, nameof(request.Target));
        var here = volumes.For(actor, server);
        foreach (var path in paths.Append(target)) here.Require(path);
        volumes.RequireRoom(server, 0);
        return await jobs.StartAsync(actor, server, new(FileJobKind.Archive, target.Name, target, [ServerPermissions.ReadFiles, ServerPermissions.CreateFiles], async (now, job, token) =>
        {
            var files = volumes.For(actor, now);
            var total = 0L;
            foreach (var path in paths) total += await files.MeasureAsync(path, token);
            job.Report(0, total);
            var room = volumes.Room(now);
            var bytes = 0L;
            await files.StoreAsync(target, replace: false, async to =>
            {
                await files.BundleAsync(folder, request.Names, tar => ArchiveWriter.RunAsync(tar, to, format, Progress(to), token), token);
                bytes = to.Position;
            }, token);
            job.Made(target, bytes);
            await volumes.RecordAsync(actor, now, "file.archive", $"{target}, {request.Names.Count} entries of {folder}, {bytes} bytes", token);
            return "";

            Action<long> Progress(Stream to) => done =>
            {
                bytes = to.Position;
                if (bytes > room) throw new ConflictException("The disk is full. Delete something, or choose a larger plan.");
                job.Report(Math.Min(done, total), total);
            };
        }), cancellation);
    }
}
