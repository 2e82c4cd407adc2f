using Panel.Contracts.Files;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>
/// What has come of uploads that take more than one request. It lies on the server's own volume, where every replica of the panel finds it, and one
/// that was started again. Throws as <see cref="IServerFiles"/> does.
/// </summary>
public interface IUploadParts
{
    /// <summary>Makes room for an upload of which nothing has come yet, and sweeps those that nobody went on with.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="id">What it is called.</param>
    /// <param name="file">Where it is to go.</param>
    /// <param name="isNew">Whether nothing may be there.</param>
    /// <param name="about">What <see cref="FindAsync"/> gives back, at most 64 KiB.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ConflictException">Something is in the way of the file.</exception>
    Task BeginAsync(string objectName, KeptId id, ServerPath file, bool isNew, byte[] about, CancellationToken cancellation);

    /// <summary>What has come so far.</summary>
    /// <exception cref="NotFoundException">There is no such upload, or no more.</exception>
    Task<UploadPart> FindAsync(string objectName, KeptId id, CancellationToken cancellation);

    /// <summary>All that is there, in no order; of very many some.</summary>
    Task<IReadOnlyList<(KeptId Id, UploadPart Part)>> ListAsync(string objectName, CancellationToken cancellation);

    /// <summary>Adds bytes behind those that have come; a connection that breaks leaves those that arrived. With the last byte the file goes to its place, whole.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="id">The upload.</param>
    /// <param name="offset">How many bytes have come, as the sender thinks; nothing is added where that is not so.</param>
    /// <param name="content">Gives the bytes.</param>
    /// <param name="bytes">How many follow; null for all that the stream has.</param>
    /// <param name="check">What they must be, or else none of them is kept; null for no check.</param>
    /// <param name="end">Where the file goes.</param>
    /// <param name="cancellation">Ends the adding; what arrived stays.</param>
    /// <exception cref="NotFoundException">There is no such upload, or no more.</exception>
    /// <exception cref="ConflictException">Something is in the way of the file, its hash is another, or the disk is full.</exception>
    Task<AppendAnswer> AppendAsync(string objectName, KeptId id, long offset, Stream content, long? bytes, ChunkHash? check, UploadEnd end, CancellationToken cancellation);

    /// <summary>Removes an upload with all that came. What is gone already is no error.</summary>
    Task CancelAsync(string objectName, KeptId id, CancellationToken cancellation);
}

/// <summary>What has come of an upload.</summary>
/// <param name="Bytes">How much; null when the file is in its place.</param>
/// <param name="At">When something last came, in UTC.</param>
/// <param name="About">What was said of it when it began.</param>
public sealed record UploadPart(long? Bytes, DateTimeOffset At, byte[] About);

/// <summary>What became of bytes that were to be added.</summary>
/// <param name="Bytes">How many have come now; null when the file is in its place.</param>
/// <param name="Outcome">Whether they were added.</param>
public readonly record struct AppendAnswer(long? Bytes, AppendOutcome Outcome);

/// <summary>Whether bytes were added to an upload.</summary>
public enum AppendOutcome
{
    /// <summary>They were.</summary>
    Added,
    /// <summary>Another number of bytes has come than the sender thought.</summary>
    OtherOffset,
    /// <summary>They are not what they should be.</summary>
    OtherHash,
}

/// <summary>Where an upload goes when it is whole.</summary>
/// <param name="File">The file.</param>
/// <param name="Bytes">How many bytes it has.</param>
/// <param name="Expected"><see cref="FileVersion.Absent"/> for a file that is to be new, or null for whatever is there.</param>
/// <param name="Sha256">The hash that the whole must have, 64 digits in lower case; null for no check.</param>
public sealed record UploadEnd(ServerPath File, long Bytes, FileVersion? Expected, string? Sha256);

/// <summary>The hash of some bytes of an upload.</summary>
/// <param name="Algorithm">One of <see cref="Algorithms"/>.</param>
/// <param name="Hash">The hash, in lower-case hexadecimal digits.</param>
public sealed record ChunkHash(string Algorithm, string Hash)
{
    /// <summary>The algorithms there are.</summary>
    public static IReadOnlyList<string> Algorithms { get; } = ["sha1", "sha256", "sha512", "md5"];
}
