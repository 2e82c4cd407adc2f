using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files.Jobs;

namespace Panel.Core.Files.Pulls;

/// <summary>Fetches a file from an address of the open network into a server.</summary>
public sealed class PullFile(ServerVolumes volumes, FileJobs jobs, OutgoingClient client, IOptionsMonitor<PullOptions> options, TimeProvider clock)
{
    const int Chunk = 128 << 10, Remembered = 1000;
    static readonly TimeSpan window = TimeSpan.FromMinutes(10), silence = TimeSpan.FromSeconds(60);

    readonly ConcurrentDictionary<string, Queue<DateTimeOffset>> begun = new(StringComparer.Ordinal);

    /// <summary>Begins to fetch. The file is there once it is whole.</summary>
    /// <returns>The job that does it.</returns>
    /// <exception cref="InvalidFieldException">The address is none that files are fetched from, or the name none that a file may have.</exception>
    /// <exception cref="ConflictException">The disk is full, a hold forbids it, too much was fetched already, or nothing may be fetched at all.</exception>
    public async Task<FileJob> RunAsync(Actor actor, ServerId id, PullRequest request, CancellationToken cancellation)
    {
        var server = await volumes.OpenForWritingAsync(actor, id, ServerPermissions.CreateFiles, cancellation);
        if (request.Replace) await volumes.OpenAsync(actor, id, ServerPermissions.UpdateFiles, cancellation);
        var limits = options.CurrentValue;
        if (!limits.Enabled) throw new ConflictException("Whoever runs this panel has turned fetching off.");
        var address = OutgoingClient.Parse(request.Address, nameof(request.Address));
        var folder = ServerPath.Parse(request.Folder, nameof(request.Folder));
        if (!folder.IsRoot) folder.RequireNamed(nameof(request.Folder));
        var here = volumes.For(actor, server);
        here.Require(folder, folder: true);
        if (!string.IsNullOrEmpty(request.Name)) here.Require(folder.Child(request.Name, nameof(request.Name)).RequireNamed(nameof(request.Name)));
        volumes.RequireRoom(server, 0);
        RequirePace(actor.UserId, limits.InTenMinutes);
        // what follows the path may hold a secret
        var shown = address.GetLeftPart(UriPartial.Path);
        return await jobs.StartAsync(actor, server, new(FileJobKind.Pull, shown, folder, [ServerPermissions.CreateFiles], async (now, job, token) =>
        {
            using var answer = await client.GetAsync(address, token);
            var room = Math.Min(volumes.Room(now), limits.Bytes);
            var total = answer.Content.Headers.ContentLength;
            if (total > room) throw TooLarge(room);
            var name = string.IsNullOrEmpty(request.Name) ? PullName.Of(answer.Content.Headers.ContentDisposition, answer.RequestMessage!.RequestUri!) : request.Name;
            var file = folder.Child(name, nameof(request.Name)).RequireNamed(nameof(request.Name));
            var done = 0L;
            await volumes.For(actor, now).StoreAsync(file, request.Replace, async to => done = await CopyAsync(answer, to, room, bytes => job.Report(bytes, total), token), token);
            job.Made(file, done);
            await volumes.RecordAsync(actor, now, "file.pull", $"{file} from {shown}, {done} bytes", CancellationToken.None);
            return $"{file}";
        }), cancellation);
    }

    async Task<long> CopyAsync(HttpResponseMessage answer, Stream to, long room, Action<long> progress, CancellationToken cancellation)
    {
        await using var from = await answer.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[Chunk];
        var done = 0L;
        while (true)
        {
            var read = await ReadAsync(from, buffer, cancellation);
            if (read == 0) break;
            done += read;
            if (done > room) throw TooLarge(room);
            await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
            progress(done);
        }
        if (answer.Content.Headers.ContentLength is { } total && done != total) throw Broken();
        return done;
    }

    async Task<int> ReadAsync(Stream from, byte[] buffer, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(silence, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return await from.ReadAsync(buffer, either.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw Broken();
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ConflictException($"Nothing came for {silence.TotalSeconds:0} seconds.");
        }
    }

    void RequirePace(string account, int most)
    {
        var now = clock.GetUtcNow();
        if (begun.Count > Remembered)
        {
            foreach (var (key, times) in begun)
            {
                lock (times)
                {
                    if (times.Count == 0 || now - times.Last() > window) begun.TryRemove(key, out _);
                }
            }
        }
        var mine = begun.GetOrAdd(account, _ => new());
        lock (mine)
        {
            while (mine.TryPeek(out var first) && now - first > window) mine.Dequeue();
            if (mine.Count >= most) throw new ConflictException($"At most {most} files are fetched in ten minutes. Wait a while.");
            mine.Enqueue(now);
        }
    }

    static ConflictException TooLarge(long room) => new($"The file is larger than the {room / (1024 * 1024)} MiB that there is room for.");

    static ConflictException Broken() => new("The connection broke before all of the file was there.");
}
