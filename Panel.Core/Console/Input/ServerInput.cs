using System.Collections.Concurrent;
using System.Text;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Templates;

namespace Panel.Core.Console.Input;

/// <summary>Hands commands to a server's program on the way that its template names.</summary>
public sealed class ServerInput(IConsoleSource source, IServerReach reach, ServerRows rows, ObservedServers observed, TemplateCatalogue templates, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Lines of an answer that are shown, at most.</summary>
    const int MostLines = 200;

    static readonly TimeSpan ProgramWithin = TimeSpan.FromSeconds(15), ConnectWithin = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<ServerId, RconLink> links = new();

    /// <summary>Sends a command.</summary>
    /// <returns>The lines of its answer, oldest first; empty where answers come in the log.</returns>
    /// <exception cref="NotFoundException">The server is gone.</exception>
    /// <exception cref="InvalidFieldException">The way that the game has for commands cannot take this one.</exception>
    /// <exception cref="ConflictException">No program runs, or it does not take the command.</exception>
    /// <exception cref="ClusterUnavailableException">The cluster cannot be reached or refuses.</exception>
    internal async Task<IReadOnlyList<string>> SendAsync(ServerId id, string command, CancellationToken cancellation)
    {
        if (await rows.FindAsync(id, cancellation) is not var (server, _)) throw new NotFoundException("Server");
        var input = templates.Find(server.Template)?.Input;
        switch (input?.Kind ?? InputKind.Stdin)
        {
            case InputKind.Rcon:
                return Lines(await AskRconAsync(server, input!, command, cancellation));
            case InputKind.Telnet:
                await using (var stream = await ConnectAsync(server, input!, cancellation)) return Lines(await GuardAsync(() => TelnetConsole.AskAsync(stream, input!, Password(server, input!), command, clock, cancellation)));
            case InputKind.Exec:
                return await RunAsync(server, input!, command, cancellation);
            default:
                await source.WriteLineAsync(server.ObjectName, command, cancellation);
                return [];
        }
    }

    async Task<string> AskRconAsync(Server server, TemplateInput input, string command, CancellationToken cancellation)
    {
        if (Encoding.UTF8.GetByteCount(command) > RconConnection.MaxCommand) throw new InvalidFieldException(nameof(SendCommandRequest.Command), $"This game takes commands of at most {RconConnection.MaxCommand} bytes.");
        var run = observed.Find(server.Id)?.Pod;
        var password = Password(server, input) ?? throw new ConflictException("The server has no password for its remote console: choose one in its settings and restart it.");
        var link = links.GetOrAdd(server.Id, _ => new(clock));
        return await GuardAsync(() => link.AskAsync((run?.Uid, run?.Restarts, password), () => ConnectAsync(server, input, cancellation), command, cancellation))
            ?? throw new ConflictException("The command was sent, and the game did not answer within 10 seconds.");
    }

    async Task<IReadOnlyList<string>> RunAsync(Server server, TemplateInput input, string command, CancellationToken cancellation)
    {
        // a program would take it for an option of its own
        if (command.StartsWith('-') && input.Command.TakeWhile(argument => argument != TemplateInput.Placeholder).LastOrDefault() != "--") throw new InvalidFieldException(nameof(SendCommandRequest.Command), "A command for this game cannot begin with a dash.");
        using var limit = new CancellationTokenSource(ProgramWithin, clock);
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            var output = await reach.RunAsync(server.ObjectName, [.. input.Command.Select(argument => argument == TemplateInput.Placeholder ? command : argument)], running.Token);
            var lines = input.Answers || output.ExitCode != 0 ? Lines(output.Text) : [];
            return output.ExitCode == 0 ? lines : throw new ConflictException(string.Join(' ', [$"The program that hands commands to the game ended with code {output.ExitCode}.", .. lines.Take(3)]));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ConflictException($"The program that hands commands to the game did not end within {ProgramWithin.TotalSeconds:0} seconds.");
        }
    }

    async Task<Stream> ConnectAsync(Server server, TemplateInput input, CancellationToken cancellation)
    {
        var port = server.Allocations.FirstOrDefault(allocation => allocation.Name == input.Port)?.Port ?? throw new ConflictException("The server has no port for its remote console.");
        using var limit = new CancellationTokenSource(ConnectWithin, clock);
        using var connecting = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return await reach.ConnectAsync(server.ObjectName, port, connecting.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ClusterUnavailableException("The game's remote console cannot be reached in time.");
        }
    }

    string? Password(Server server, TemplateInput input) => input.Password is not { } name ? null
        : server.Variables.GetValueOrDefault(name) is { Length: > 0 } own ? own
        : templates.Find(server.Template)?.Variables.FirstOrDefault(variable => variable.Env == name)?.Default is { Length: > 0 } usual ? usual : null;

    static async Task<T> GuardAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (IOException lost)
        {
            throw new ConflictException($"{lost.Message.TrimEnd('.')}: it listens once the game has started. Whether the command was carried out is not known.");
        }
    }

    static string[] Lines(string answer)
    {
        var lines = answer.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        if (lines is [""]) return [];
        return lines.Length <= MostLines ? lines : [.. lines.Take(MostLines), $"({lines.Length - MostLines} more lines of the answer are not shown)"];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var link in links.Values) await link.DisposeAsync();
    }
}
