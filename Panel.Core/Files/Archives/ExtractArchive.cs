using System.Globalization;
using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files.Jobs;
using Panel.Core.Files.Protection;

namespace Panel.Core.Files.Archives;

/// <summary>Unpacks an archive of the server into one of its folders.</summary>
public sealed class ExtractArchive(ServerVolumes volumes, FileJobs jobs, IOptionsMonitor<FileOptions> options)
{
    /// <summary>Begins to unpack: first where nobody sees it, and when all is there, by renaming. What exists already is asked about.</summary>
    /// <returns>The job that does it.</returns>
    /// <exception cref="InvalidFieldException">The panel unpacks no such archive.</exception>
    /// <exception cref="ConflictException">The disk is full, a hold forbids it, or too many jobs are there.</exception>
    public async Task<FileJob> RunAsync(Actor actor, ServerId id, ExtractRequest request, CancellationToken cancellation)
    {
        var server = await volumes.OpenForWritingAsync(actor, id, ServerPermissions.CreateFiles, cancellation);
        await volumes.OpenAsync(actor, id, ServerPermissions.ReadFiles, cancellation);
        if (request.Existing is WhenExists.Replace) await volumes.OpenAsync(actor, id, ServerPermissions.UpdateFiles, cancellation);
        var path = ServerPath.Parse(request.Path, nameof(request.Path)).RequireNamed(nameof(request.Path));
        var folder = ServerPath.Parse(request.Folder, nameof(request.Folder));
        if (!folder.IsRoot) folder.RequireNamed(nameof(request.Folder));
        var (format, stem) = ArchiveFormats.Require(path.Name, nameof(request.Path));
        var here = volumes.For(actor, server);
        here.Require(path);
        here.Require(folder, folder: true);
        volumes.RequireRoom(server, 0);
        return await jobs.StartAsync(actor, server, new(FileJobKind.Extract, path.Name, folder, [ServerPermissions.ReadFiles, ServerPermissions.CreateFiles], async (now, job, token) =>
        {
            var files = volumes.For(actor, now);
            await using var archive = await files.OpenAsync(path, token);
            job.Report(0, archive.Length);
            var packed = archive.Length;
            var allowance = new Allowance(volumes.Room(now), options.CurrentValue.ArchiveEntries, packed, options.CurrentValue.ArchiveRatio, _ => job.Report(Math.Min(archive.Position, packed), packed));
            var left = 0;
            if (format is ArchiveFormat.Gzip) await OneAsync(files, archive, folder.Child(stem, nameof(request.Path)), request.Existing is WhenExists.Replace, allowance, token);
            else left = await files.UnpackAsync(folder, into => new ArchiveReader(archive, into, allowance, folder.IsRoot).RunAsync(format, token), existing => ChooseAsync(request.Existing, job, existing, token), token);
            await volumes.RecordAsync(actor, now, "file.extract", $"{path} to {folder}, {allowance.Entries - left} entries, {allowance.Bytes} bytes{(left > 0 ? $", {left} left out as protected" : "")}", CancellationToken.None);
            return $"{Count(allowance.Entries - left)} in {folder}{(left > 0 ? $"; {Count(left)} left out, which the game's template protects" : "")}";
        }), cancellation);
    }

    static string Count(int entries) => $"{entries.ToString("N0", CultureInfo.InvariantCulture)} {(entries == 1 ? "entry" : "entries")}";

    static Task<WhenExists> ChooseAsync(WhenExists wanted, RunningJob job, IReadOnlyList<string> existing, CancellationToken cancellation) =>
        wanted is WhenExists.Ask ? job.AskAsync(existing, cancellation) : Task.FromResult(wanted);

    static async Task OneAsync(OpenVolume files, Stream archive, ServerPath file, bool replace, Allowance allowance, CancellationToken cancellation)
    {
        allowance.Enter(0);
        await files.StoreAsync(file, replace, async to =>
        {
            var buffer = new byte[128 << 10];
            await using var unpacked = Compression.Unpack(archive, ArchiveFormat.Gzip);
            try
            {
                while (await unpacked.ReadAsync(buffer, cancellation) is > 0 and var read)
                {
                    allowance.Take(read);
                    await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
                }
            }
            catch (Exception failure) when (ArchiveReader.IsDamage(failure))
            {
                throw new ConflictException("The archive is damaged.");
            }
        }, cancellation);
    }
}
