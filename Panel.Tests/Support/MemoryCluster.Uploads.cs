using System.Security.Cryptography;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;

namespace Panel.Tests.Support;

/// <summary>Uploads of more than one request, and parts of files, as a cluster keeps them.</summary>
public sealed partial class MemoryCluster : IUploadParts
{
    readonly Dictionary<(string Server, KeptId Id), Part> uploads = [];

    public Task BeginAsync(string objectName, KeptId id, ServerPath file, bool isNew, byte[] about, CancellationToken cancellation) => Do(() =>
    {
        if (isNew && Existing(objectName).Files.ContainsKey(file.Value)) throw new ConflictException("The file exists already.");
        uploads[(objectName, id)] = new(about);
    });

    async Task<UploadPart> IUploadParts.FindAsync(string objectName, KeptId id, CancellationToken cancellation)
    {
        UploadPart? found = null;
        await Do(() => found = uploads.TryGetValue((objectName, id), out var part) ? new(part.Content?.Length, DateTimeOffset.UtcNow, part.About) : throw new NotFoundException("The upload"));
        return found!;
    }

    async Task<IReadOnlyList<(KeptId Id, UploadPart Part)>> IUploadParts.ListAsync(string objectName, CancellationToken cancellation)
    {
        IReadOnlyList<(KeptId, UploadPart)> found = [];
        await Do(() => found = [.. uploads.Where(upload => upload.Key.Server == objectName).Select(upload => (upload.Key.Id, new UploadPart(upload.Value.Content?.Length, DateTimeOffset.UtcNow, upload.Value.About)))]);
        return found;
    }

    async Task<AppendAnswer> IUploadParts.AppendAsync(string objectName, KeptId id, long offset, Stream content, long? bytes, ChunkHash? check, UploadEnd end, CancellationToken cancellation)
    {
        using var all = new MemoryStream();
        await content.CopyToAsync(all, cancellation);
        var answer = default(AppendAnswer);
        await Do(() =>
        {
            var part = uploads.GetValueOrDefault((objectName, id)) ?? throw new NotFoundException("The upload");
            if (part.Content is not { } came || came.Length != offset)
            {
                answer = new(part.Content?.Length, AppendOutcome.OtherOffset);
                return;
            }
            part.Content = [.. came, .. all.ToArray()];
            if (part.Content.Length == end.Bytes)
            {
                if (end.Expected == FileVersion.Absent && Existing(objectName).Files.ContainsKey(end.File.Value)) throw new ConflictException("The file exists already.");
                if (end.Sha256 is { } hash && hash != Convert.ToHexStringLower(SHA256.HashData(part.Content))) throw new ConflictException("The file has another hash.");
                Existing(objectName).Files[end.File.Value] = part.Content;
                part.Content = null;
            }
            answer = new(part.Content?.Length, AppendOutcome.Added);
        });
        return answer;
    }

    Task IUploadParts.CancelAsync(string objectName, KeptId id, CancellationToken cancellation) => Do(() => uploads.Remove((objectName, id)));

    public async Task<FileEntry> LookAsync(string objectName, ServerPath path, CancellationToken cancellation) =>
        path.IsRoot ? new("", FileKind.Folder, 0, DateTimeOffset.UnixEpoch, 0b111_101_101) : new(path.Name, FileKind.File, (await ReadAsync(objectName, path, long.MaxValue, cancellation)).Content.Length, DateTimeOffset.UnixEpoch, 0b110_100_100);

    public async Task FetchAsync(string objectName, ServerPath file, Func<FileFacts, ByteRange?> choose, Stream destination, CancellationToken cancellation)
    {
        var content = (await ReadAsync(objectName, file, long.MaxValue, cancellation)).Content;
        if (choose(new(content.Length, DateTimeOffset.UnixEpoch, Version(content).Value)) is { } part) await destination.WriteAsync(content.AsMemory((int)part.Offset, (int)part.Bytes), cancellation);
    }

    sealed class Part(byte[] about)
    {
        public byte[] About { get; } = about;

        public byte[]? Content { get; set; } = [];
    }
}
