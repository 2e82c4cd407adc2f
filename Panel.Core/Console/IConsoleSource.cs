using Panel.Contracts.Console;
using Panel.Core.Errors;

namespace Panel.Core.Console;

/// <summary>A line as the cluster gives it: not yet numbered.</summary>
/// <param name="At">When it was written, in UTC, to the tick.</param>
/// <param name="Text">Its text, without the line break, cut at <see cref="ConsoleLine.MaxLength"/>.</param>
public readonly record struct SourceLine(DateTimeOffset At, string Text);

/// <summary>The consoles of servers.</summary>
public interface IConsoleSource
{
    /// <summary>
    /// Follows the output of the program that runs in the server's pod, until that program ends or the stream breaks; the
    /// caller opens it again. Batches are what one read brought.
    /// </summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="after">Only lines later than this; null for all that is kept.</param>
    /// <param name="cancellation">Ends the stream.</param>
    /// <exception cref="ClusterUnavailableException">The cluster cannot be reached or refuses.</exception>
    IAsyncEnumerable<IReadOnlyList<SourceLine>> FollowAsync(string objectName, DateTimeOffset? after, CancellationToken cancellation);

    /// <summary>Follows the output of an install.</summary>
    /// <inheritdoc cref="FollowAsync"/>
    IAsyncEnumerable<IReadOnlyList<SourceLine>> FollowInstallAsync(string objectName, int attempt, CancellationToken cancellation);

    /// <summary>Reads what the program wrote in its run before this one in the same pod; nothing where the cluster keeps none.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="cancellation">Ends the stream.</param>
    /// <exception cref="ClusterUnavailableException">The cluster cannot be reached or refuses.</exception>
    IAsyncEnumerable<IReadOnlyList<SourceLine>> ReadPreviousAsync(string objectName, CancellationToken cancellation);

    /// <summary>Writes one line to the program's standard input.</summary>
    /// <exception cref="ConflictException">No program runs.</exception>
    /// <exception cref="ClusterUnavailableException">The cluster cannot be reached or refuses.</exception>
    Task WriteLineAsync(string objectName, string line, CancellationToken cancellation);
}
