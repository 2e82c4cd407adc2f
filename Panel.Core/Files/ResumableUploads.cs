using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Files;

/// <summary>
/// Takes files of any size into a server, in as many requests as the line needs. An upload is of the account that began it: for anybody else it is
/// not there.
/// </summary>
public sealed partial class ResumableUploads(AccessGuard guard, ServerVolumes volumes, IDbContextFactory<PanelDb> contexts, IOptionsMonitor<FileOptions> options, TimeProvider clock)
{
    const string Subject = "The upload";
    const int MaxMetadata = 16 * 1024;

    // files.sh sweeps after as long
    static readonly TimeSpan kept = TimeSpan.FromDays(1);

    /// <summary>What one upload may bring, in bytes.</summary>
    public long MaxBytes => options.CurrentValue.UploadBytes;

    /// <summary>Begins one.</summary>
    /// <exception cref="InvalidFieldException">It is no place for a file, too large, or larger than the server's volume.</exception>
    /// <exception cref="ConflictException">Something is in the way, the disk has no room for it, or a hold forbids it.</exception>
    public async Task<UploadView> BeginAsync(Actor actor, ServerId id, UploadRequest request, CancellationToken cancellation)
    {
        var server = await volumes.OpenForWritingAsync(actor, id, ServerPermissions.CreateFiles, cancellation);
        var file = ServerPath.Parse(request.Path).RequireNamed("path");
        if (request.Bytes < 0 || request.Bytes > MaxBytes) throw new InvalidFieldException("content", $"An upload has at most {MaxBytes / (1024 * 1024)} MiB.");
        if (request.Bytes > server.DiskMiB * 1024L * 1024L) throw new InvalidFieldException("content", $"It is larger than the server's volume of {server.DiskMiB} MiB.");
        if (request.Sha256 is { } hash && !Hash().IsMatch(hash)) throw new InvalidFieldException("sha256", "It has 64 hexadecimal digits.");
        if (request.Metadata?.Length > MaxMetadata) throw new InvalidFieldException("metadata", "It is too long.");
        volumes.RequireRoom(server, request.Bytes);
        var replace = request.Replace && await volumes.MayAsync(actor, id, ServerPermissions.UpdateFiles, cancellation);
        var now = clock.GetUtcNow();
        var upload = KeptId.New(now);
        var about = new About(actor.UserId, request with { Path = file.Value });
        await volumes.For(actor, server).BeginAsync(upload, file, !replace, JsonSerializer.SerializeToUtf8Bytes(about, AboutJson.Default.About), cancellation);
        await volumes.RecordAsync(actor, server, "file.upload-begin", $"{file}, {request.Bytes} bytes", cancellation);
        var begun = new UploadView(upload.Value, about.Request, 0, Done: false, now + kept);
        return request.Bytes > 0 ? begun : (await AppendAsync(actor, id, upload.Value, 0, Stream.Null, 0, null, cancellation)).Upload;
    }

    /// <summary>How one stands. When all of it had come and the file was not put in its place, that is done now.</summary>
    /// <exception cref="NotFoundException">There is no such upload of this account, or no more.</exception>
    public async Task<UploadView> FindAsync(Actor actor, ServerId id, string upload, CancellationToken cancellation)
    {
        var (_, view) = await OpenAsync(actor, id, upload, cancellation);
        return view.Done || view.Offset < view.Request.Bytes ? view : (await AppendAsync(actor, id, upload, view.Offset, Stream.Null, 0, null, cancellation)).Upload;
    }

    /// <summary>Adds bytes; with the last one the file goes to its place.</summary>
    /// <param name="actor">Who sends.</param>
    /// <param name="id">The server.</param>
    /// <param name="upload">The upload.</param>
    /// <param name="offset">How many bytes have come, as the sender thinks.</param>
    /// <param name="content">Gives the bytes.</param>
    /// <param name="bytes">How many follow; null for all that the stream has.</param>
    /// <param name="check">What they must be, or else none of them is kept; null for no check.</param>
    /// <param name="cancellation">Ends the adding; what arrived stays.</param>
    /// <returns>How it stands now, and whether the bytes were added.</returns>
    /// <exception cref="NotFoundException">There is no such upload of this account, or no more.</exception>
    /// <exception cref="InvalidFieldException">It would be more than was announced.</exception>
    /// <exception cref="ConflictException">Something is in the way of the file, the disk is full, or a hold forbids it.</exception>
    public async Task<(UploadView Upload, AppendOutcome Outcome)> AppendAsync(Actor actor, ServerId id, string upload, long offset, Stream content, long? bytes, ChunkHash? check, CancellationToken cancellation)
    {
        var (server, view) = await OpenAsync(actor, id, upload, cancellation);
        server.RequireInUse();
        if (view.Offset != offset) return (view, AppendOutcome.OtherOffset);
        var request = view.Request;
        if (bytes > request.Bytes - offset) throw new InvalidFieldException("content", "That is more than the length that was announced.");
        volumes.RequireRoom(server, bytes ?? 0);
        var replace = request.Replace && await volumes.MayAsync(actor, id, ServerPermissions.UpdateFiles, cancellation);
        var end = new UploadEnd(ServerPath.Parse(request.Path), request.Bytes, replace ? null : FileVersion.Absent, request.Sha256);
        var answer = default(AppendAnswer);
        await guard.RunAsync(actor, id, ServerPermissions.CreateFiles, async (_, token) =>
            answer = await volumes.For(actor, server).AppendAsync(KeptId.Parse(upload, Subject), offset, content, bytes, check, end, token), cancellation, state: row => row.RequireInUse());
        if (answer.Bytes is null && !view.Done) await volumes.RecordAsync(actor, server, "file.upload", $"{request.Path}, {request.Bytes} bytes", CancellationToken.None);
        return (view with { Offset = answer.Bytes ?? request.Bytes, Done = answer.Bytes is null, ExpiresAt = clock.GetUtcNow() + kept }, answer.Outcome);
    }

    /// <summary>Gives one up, and removes what came of it. A file that is in its place stays.</summary>
    /// <exception cref="NotFoundException">There is no such upload of this account, or no more.</exception>
    public async Task CancelAsync(Actor actor, ServerId id, string upload, CancellationToken cancellation)
    {
        var (server, view) = await OpenAsync(actor, id, upload, cancellation);
        await volumes.For(actor, server).CancelAsync(KeptId.Parse(upload, Subject), cancellation);
        if (!view.Done) await volumes.RecordAsync(actor, server, "file.upload-cancel", view.Request.Path, cancellation);
    }

    /// <summary>Those of which not all has come, of everybody, the newest first.</summary>
    /// <inheritdoc cref="ServerVolumes.OpenAsync"/>
    public async Task<IReadOnlyList<UnfinishedUpload>> ListAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        var server = await volumes.OpenAsync(actor, id, ServerPermissions.ListFiles, cancellation);
        var now = clock.GetUtcNow();
        var open = (await volumes.For(actor, server).UploadsAsync(cancellation)).Select(one => (one.Id, one.Part, About: Read(one.Part.About)))
            .Where(one => one is { Part.Bytes: not null, About: not null } && one.Part.At + kept >= now).OrderByDescending(one => one.Part.At).ToList();
        var people = open.Select(one => one.About!.By).Distinct().ToList();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var names = await db.Users.Where(account => people.Contains(account.Id)).ToDictionaryAsync(account => account.Id, account => account.Email, cancellation);
        return [.. open.Select(one => new UnfinishedUpload(
            one.Id.Value, one.About!.Request.Path, one.About.Request.Bytes, one.Part.Bytes!.Value, one.Part.At, one.Part.At + kept, names.GetValueOrDefault(one.About.By), one.About.By == actor.UserId, one.About.Request.Replace))];
    }

    /// <summary>Removes what came of one: of one's own, or, by whoever may delete files, of anybody's.</summary>
    /// <exception cref="NotFoundException">There is no such upload, or no more.</exception>
    public async Task RemoveAsync(Actor actor, ServerId id, string upload, CancellationToken cancellation)
    {
        var server = await volumes.OpenAsync(actor, id, ServerPermissions.ListFiles, cancellation);
        var part = await volumes.For(actor, server).FindAsync(KeptId.Parse(upload, Subject), cancellation);
        var about = Read(part.About);
        if (part.Bytes is null) throw new NotFoundException(Subject);
        await volumes.OpenForWritingAsync(actor, id, about?.By == actor.UserId ? ServerPermissions.CreateFiles : ServerPermissions.DeleteFiles, cancellation);
        await volumes.For(actor, server).CancelAsync(KeptId.Parse(upload, Subject), cancellation);
        await volumes.RecordAsync(actor, server, "file.upload-cancel", about?.Request.Path ?? upload, cancellation);
    }

    async Task<(Server Server, UploadView Upload)> OpenAsync(Actor actor, ServerId id, string upload, CancellationToken cancellation)
    {
        var server = await volumes.OpenForWritingAsync(actor, id, ServerPermissions.CreateFiles, cancellation);
        var part = await volumes.For(actor, server).FindAsync(KeptId.Parse(upload, Subject), cancellation);
        var expires = part.At + kept;
        if (Read(part.About) is not { } about || about.By != actor.UserId || expires < clock.GetUtcNow()) throw new NotFoundException(Subject);
        return (server, new(upload, about.Request, part.Bytes ?? about.Request.Bytes, part.Bytes is null, expires));
    }

    // it lies on a volume that the game can write to
    static About? Read(byte[] text)
    {
        try
        {
            var about = JsonSerializer.Deserialize(text, AboutJson.Default.About);
            if (about is not { By: not null, Request: { Path: not null, Bytes: >= 0 } request } || (request.Sha256 is { } hash && !Hash().IsMatch(hash))) return null;
            ServerPath.Parse(request.Path).RequireNamed("path");
            return about;
        }
        catch (Exception fault) when (fault is JsonException or InvalidFieldException)
        {
            return null;
        }
    }

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Hash();

    internal sealed record About(string By, UploadRequest Request);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(ResumableUploads.About))]
sealed partial class AboutJson : System.Text.Json.Serialization.JsonSerializerContext;
