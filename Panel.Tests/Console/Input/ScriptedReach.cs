using Panel.Core.Console.Input;
using Panel.Core.Errors;

namespace Panel.Tests.Console.Input;

/// <summary>Ways to a game that lead where a test says.</summary>
public sealed class ScriptedReach : IServerReach
{
    /// <summary>Where connections lead; null for nowhere.</summary>
    public Func<int, CancellationToken, Task<Stream>>? Connect { get; set; }

    /// <summary>What programs do.</summary>
    public Func<IReadOnlyList<string>, ProgramOutput>? Run { get; set; }

    /// <summary>Ports that were asked for.</summary>
    public List<int> Ports { get; } = [];

    public Task<Stream> ConnectAsync(string objectName, int port, CancellationToken cancellation)
    {
        lock (Ports) Ports.Add(port);
        return Connect?.Invoke(port, cancellation) ?? throw new ConflictException("The server does not run.");
    }

    public Task<ProgramOutput> RunAsync(string objectName, IReadOnlyList<string> command, CancellationToken cancellation) =>
        Task.FromResult(Run?.Invoke(command) ?? throw new ConflictException("The server does not run."));
}
