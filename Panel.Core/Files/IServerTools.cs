using Panel.Contracts.Files;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>What else can be done with a server's files where they are. Paths and refusals are as in <see cref="IServerFiles"/>.</summary>
public interface IServerTools
{
    /// <summary>Gives files and folders other permission bits; links keep theirs.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="folder">The folder they are in.</param>
    /// <param name="names">Their names.</param>
    /// <param name="mode">The bits.</param>
    /// <param name="deep">The bits of folders, when all that they hold changes too; else null.</param>
    /// <param name="cancellation">Gives up between two of them.</param>
    Task ChangeModeAsync(string objectName, ServerPath folder, IReadOnlyList<string> names, UnixFileMode mode, UnixFileMode? deep, CancellationToken cancellation);

    /// <summary>Looks for names, or for text in files, below a folder, and tells what it finds as it finds it.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="request">What is looked for; a name is a glob.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidFieldException">It is no regular expression.</exception>
    /// <exception cref="ConflictException">It took too long; what was told is not all.</exception>
    IAsyncEnumerable<FileMatch> SearchAsync(string objectName, ServerPath folder, FileSearchRequest request, CancellationToken cancellation);

    /// <summary>Tells of some things, in their order, what they are and, on demand, of all that they hold. What is not there is passed over.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="roots">The things.</param>
    /// <param name="deep">Whether all that they hold is told too.</param>
    /// <param name="cancellation">Gives up.</param>
    IAsyncEnumerable<TreeEntry> TreeAsync(string objectName, IReadOnlyList<ServerPath> roots, bool deep, CancellationToken cancellation);
}

/// <summary>Something in a folder, or the folder itself.</summary>
/// <param name="Root">Which of the things that were asked for it is, or is in, from 0.</param>
/// <param name="Parts">The parts of its path from there; none for the thing itself.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Link">What it says, where it is a link; else empty.</param>
public readonly record struct TreeEntry(int Root, IReadOnlyList<string> Parts, FileKind Kind, string Link);
