using Panel.Contracts.Files;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>
/// The files of servers, whether they run or not. A path is inside the volume by its type, and no link in it is followed:
/// one in the middle is refused. Throws <see cref="NotFoundException"/>, <see cref="ConflictException"/> (something is in the way)
/// and <see cref="ClusterUnavailableException"/>.
/// </summary>
public interface IServerFiles
{
    /// <summary>Lists a directory.</summary>
    Task<FileListing> ListAsync(string objectName, ServerPath folder, CancellationToken cancellation);

    /// <summary>Reads a whole file that is no larger than <paramref name="maxBytes"/>; a larger one is refused by its size.</summary>
    Task<FileContent> ReadAsync(string objectName, ServerPath file, long maxBytes, CancellationToken cancellation);

    /// <summary>Copies a file of any size to a stream.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="file">The file.</param>
    /// <param name="begin">Is told the size in bytes before the first byte is written.</param>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="cancellation">Ends the copy.</param>
    Task DownloadAsync(string objectName, ServerPath file, Action<long> begin, Stream destination, CancellationToken cancellation);

    /// <summary>One entry; of the volume's root the name is empty.</summary>
    Task<FileEntry> LookAsync(string objectName, ServerPath path, CancellationToken cancellation);

    /// <summary>Copies a part of a file to a stream.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="file">The file.</param>
    /// <param name="choose">Is told what the file is, and says which part of it is wanted; null for none.</param>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="cancellation">Ends the copy.</param>
    Task FetchAsync(string objectName, ServerPath file, Func<FileFacts, ByteRange?> choose, Stream destination, CancellationToken cancellation);

    /// <summary>Copies files and whole folders to a stream, as a tar archive packed by gzip. Links are in it as links.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="folder">The folder they are in.</param>
    /// <param name="names">Their names; all that the folder holds when there are none.</param>
    /// <param name="begin">Is called before the first byte is written.</param>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="cancellation">Ends the copy.</param>
    Task PackAsync(string objectName, ServerPath folder, IReadOnlyList<string> names, Action begin, Stream destination, CancellationToken cancellation);

    /// <summary>
    /// Writes a file whole: readers see the old content or the new, never a part. Folders on the way are made.
    /// </summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="file">The file.</param>
    /// <param name="content">Gives exactly <paramref name="bytes"/> bytes.</param>
    /// <param name="bytes">How many bytes follow.</param>
    /// <param name="expected">The version to replace, <see cref="FileVersion.Absent"/> for a file that is to be new, or null for whatever is there.</param>
    /// <param name="keep">Under which id the content that goes is kept in the file's history (see <see cref="SavesAsync"/>); null when it is not.</param>
    /// <param name="cancellation">Ends the copy; the file stays as it was.</param>
    /// <returns>The version now.</returns>
    /// <exception cref="ConflictException">The file is no longer the one expected, or is there though it should be new.</exception>
    Task<FileVersion> WriteAsync(string objectName, ServerPath file, Stream content, long bytes, FileVersion? expected, KeptId? keep, CancellationToken cancellation);

    /// <summary>What is kept of a file from before it was written, in no order.</summary>
    Task<IReadOnlyList<FileSave>> SavesAsync(string objectName, ServerPath file, CancellationToken cancellation);

    /// <summary>Reads what is kept of a file; more than <paramref name="maxBytes"/> is refused.</summary>
    Task<FileContent> ReadSaveAsync(string objectName, ServerPath file, KeptId save, long maxBytes, CancellationToken cancellation);

    /// <summary>Makes a folder, and those on the way.</summary>
    Task CreateFolderAsync(string objectName, ServerPath folder, CancellationToken cancellation);

    /// <summary>Gives a file or folder another name or place; nothing that exists is overwritten.</summary>
    Task MoveAsync(string objectName, ServerPath from, ServerPath to, CancellationToken cancellation);

    /// <summary>Copies a file or a whole folder; nothing that exists is overwritten, and nothing stays of a copy that broke.</summary>
    Task CopyAsync(string objectName, ServerPath from, ServerPath to, CancellationToken cancellation);

    /// <summary>How many bytes a file or a whole folder has.</summary>
    Task<long> MeasureAsync(string objectName, ServerPath path, CancellationToken cancellation);

    /// <summary>Puts files and whole folders into the bin, each under an id of its own. What is gone already is no error.</summary>
    Task DiscardAsync(string objectName, IReadOnlyList<(KeptId Id, ServerPath Path)> items, CancellationToken cancellation);

    /// <summary>What is in the bin, in no order.</summary>
    Task<IReadOnlyList<BinEntry>> BinAsync(string objectName, CancellationToken cancellation);

    /// <summary>Puts something of the bin back where it was; nothing that exists is overwritten. Folders on the way are made.</summary>
    /// <returns>Where it is.</returns>
    Task<ServerPath> RestoreAsync(string objectName, KeptId id, CancellationToken cancellation);

    /// <summary>Removes things of the bin for good. What is gone already is no error.</summary>
    Task PurgeAsync(string objectName, IReadOnlyList<KeptId> ids, CancellationToken cancellation);

    /// <summary>Removes files and whole folders for good. What is gone already is no error.</summary>
    Task DeleteAsync(string objectName, IReadOnlyList<ServerPath> paths, CancellationToken cancellation);
}
