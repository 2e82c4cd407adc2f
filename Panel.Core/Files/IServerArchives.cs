using Panel.Contracts.Files;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>
/// What archives and other long transfers need of a server's files: streams of many files at once, and content whose length is not known
/// before. Paths and refusals are as in <see cref="IServerFiles"/>.
/// </summary>
public interface IServerArchives
{
    /// <summary>Gives files and whole folders as one tar archive. Hard links are in it as files of their own, symbolic links as links.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="folder">The folder they are in.</param>
    /// <param name="names">Their names.</param>
    /// <param name="use">Reads the archive to its end.</param>
    /// <param name="cancellation">Ends the copy.</param>
    Task BundleAsync(string objectName, ServerPath folder, IReadOnlyList<string> names, Func<Stream, Task> use, CancellationToken cancellation);

    /// <summary>Opens a file for reading from any place; each jump far away costs a new way to it.</summary>
    Task<Stream> OpenAsync(string objectName, ServerPath file, CancellationToken cancellation);

    /// <summary>Writes a file whose length is not known before. It is there, whole, when this returns, and else nothing is.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="file">The file. Folders on the way are made.</param>
    /// <param name="replace">Whether a file that is there already may be replaced.</param>
    /// <param name="fill">Writes the content; when it throws, nothing changes.</param>
    /// <param name="cancellation">Ends the copy; the file stays as it was.</param>
    Task StoreAsync(string objectName, ServerPath file, bool replace, Func<Stream, Task> fill, CancellationToken cancellation);

    /// <summary>Puts many files and folders into a folder: first where nobody sees them, and when all are there, by renaming.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="folder">The folder. It and those on the way are made.</param>
    /// <param name="fill">Gives them, one after another; when it throws, nothing changes.</param>
    /// <param name="choose">Is told what exists already, from the folder, and says what becomes of it; when it throws, nothing changes.</param>
    /// <param name="cancellation">Gives up; nothing changes, unless it is being renamed already.</param>
    Task UnpackAsync(string objectName, ServerPath folder, Func<IUnpacking, Task> fill, Func<IReadOnlyList<string>, Task<WhenExists>> choose, CancellationToken cancellation);
}

/// <summary>Takes the files and folders of an archive. Those on the way are made; a later file of the same name wins.</summary>
public interface IUnpacking
{
    /// <summary>Makes a folder.</summary>
    /// <param name="path">The folder, from the one that is filled.</param>
    /// <param name="cancellation">Gives up.</param>
    Task FolderAsync(EntryPath path, CancellationToken cancellation);

    /// <summary>Makes a file.</summary>
    /// <param name="path">The file, from the folder that is filled.</param>
    /// <param name="content">Gives exactly <paramref name="bytes"/> bytes.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="mode">Its permission bits.</param>
    /// <param name="modified">When it last changed.</param>
    /// <param name="cancellation">Gives up.</param>
    Task FileAsync(EntryPath path, Stream content, long bytes, UnixFileMode mode, DateTimeOffset modified, CancellationToken cancellation);

    /// <summary>Makes a symbolic link. No later entry may lie behind it.</summary>
    /// <param name="path">The link, from the folder that is filled.</param>
    /// <param name="target">What it says.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ConflictException">Something else is in the way.</exception>
    Task LinkAsync(EntryPath path, string target, CancellationToken cancellation);
}
