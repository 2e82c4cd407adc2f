using Panel.Core.Errors;

namespace Panel.Core.Console.Input;

/// <summary>Ways to a running server's program besides its log and its standard input.</summary>
public interface IServerReach
{
    /// <summary>Connects to a TCP port of the server's pod, wherever the panel runs. Disposing of the stream ends the connection.</summary>
    /// <param name="objectName">The name of the server's objects.</param>
    /// <param name="port">A port that the server declares.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ConflictException">No program runs.</exception>
    /// <exception cref="ClusterUnavailableException">The cluster cannot be reached or refuses.</exception>
    Task<Stream> ConnectAsync(string objectName, int port, CancellationToken cancellation);

    /// <summary>Runs a program in the server's container, and waits for its end. The command is an argument list; no shell reads it.</summary>
    /// <exception cref="ConflictException">No program of the server runs, or its container has no such program.</exception>
    /// <exception cref="ClusterUnavailableException">The cluster cannot be reached or refuses.</exception>
    Task<ProgramOutput> RunAsync(string objectName, IReadOnlyList<string> command, CancellationToken cancellation);
}

/// <summary>What a program left behind.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Text">What it wrote, its errors last, up to a bound.</param>
public sealed record ProgramOutput(int ExitCode, string Text);
