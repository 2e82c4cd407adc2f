using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Console.Input;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Templates;

namespace Panel.Core.Console;

/// <summary>What goes along with a command: who may send how fast, what each sent before, and the way to the game.</summary>
public sealed record CommandParts(CommandPace Pace, CommandHistory History, ServerInput Input);

/// <summary>Sends a command to a server's game.</summary>
public sealed class SendCommand(ServerOperations servers, ObservedServers observed, SaidLines said, TemplateCatalogue templates, ChangePower power, CommandParts parts)
{
    /// <summary>Sends the line, and shows it to everyone who reads along. The command that stops the game is taken as a stop, so that it is not started again.</summary>
    /// <exception cref="InvalidFieldException">It is empty, too long, or more than one line.</exception>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ConflictException">No program runs or it does not take commands, the server is suspended, or commands come too fast.</exception>
    public async Task RunAsync(Actor actor, ServerId id, SendCommandRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        var server = await servers.ReadAsync(actor, id, ServerPermissions.SendCommands, cancellation);
        server.RequireInUse();
        if (observed.Find(id)?.Pod is not { Running: true }) throw new ConflictException("The server is not running; start it first.");
        parts.Pace.Take(actor, id);
        await parts.History.AddAsync(actor, id, request.Command, cancellation);
        await servers.RecordAsync(actor, server, "server.command", request.Command, cancellation);
        var stops = request.Command.Trim() == templates.Find(server.Template)?.Stop && server is { Hold: Hold.None, Intent: RunIntent.Running };
        said.Say(id, $"{actor.Name} > {request.Command}", ConsoleSource.Command); // before it is sent: the answer comes after it
        try
        {
            if (stops) await power.RunAsync(actor, id, PowerAction.Stop, cancellation);
            else foreach (var line in await parts.Input.SendAsync(id, request.Command, cancellation)) said.Say(id, line, ConsoleSource.Answer);
        }
        catch (PanelException refusal)
        {
            said.Say(id, $"The command was not answered. {refusal.Message}");
            throw;
        }
    }
}
