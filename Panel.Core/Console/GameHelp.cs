using Microsoft.Extensions.Logging;
using Panel.Contracts.Servers;
using Panel.Core.Console.Input;
using Panel.Core.Errors;
using Panel.Core.Reconciling;
using Panel.Core.Servers;

namespace Panel.Core.Console;

/// <summary>
/// Asks games which commands they have, for the command line to complete: once after each start, by the replica that leads. Where the answer
/// comes in the log, each replica finds it there and keeps it from being shown.
/// </summary>
public sealed partial class GameHelp(ServerInput input, ObservedServers observed, LeaderGate gate, ILogger<GameHelp> log)
{
    /// <summary>So many commands are kept of a game, and none that is longer.</summary>
    internal const int MostNames = 500, LongestName = 64;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Sends the command that lists commands; it is no matter to anybody where the game does not answer.</summary>
    internal async Task AskAsync(ServerId id, HelpPattern help, CancellationToken cancellation)
    {
        if (!gate.Leads) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        try
        {
            var answer = await input.SendAsync(id, help.Command, limit.Token);
            if (answer.Count > 0) observed.SetCommands(id, [.. answer.SelectMany(help.Names).Distinct(StringComparer.Ordinal).Take(MostNames)]);
        }
        catch (Exception failure) when (failure is PanelException or OperationCanceledException)
        {
            LogUnanswered(failure, id);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The game of {Server} did not tell which commands it has")]
    partial void LogUnanswered(Exception failure, ServerId server);
}

/// <summary>How a game tells which commands it has, made ready for use once.</summary>
/// <param name="Command">The command that lists them.</param>
/// <param name="Line">A line of the list.</param>
internal sealed record HelpPattern(string Command, LinePattern Line)
{
    /// <summary>The commands that a line of the list names; none where it is no such line.</summary>
    public IEnumerable<string> Names(string line) => Line.NamesIn(AnsiText.Strip(line)) is { } names ? names.Where(name => name.Length <= GameHelp.LongestName) : [];
}
