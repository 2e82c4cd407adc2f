using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Console;
using Panel.Core.Console.Input;
using Panel.Core.Errors;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>Stops or restarts a server after its players were told, where its game can tell them.</summary>
public sealed class AnnounceStop(ServerOperations servers, ObservedServers observed, TemplateCatalogue templates, ServerInput input, SaidLines said, ChangePower power, StopCountdownParts countdowns)
{
    /// <summary>How long a countdown may be, in seconds.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [30, 60];

    /// <summary>Begins the countdown; at its end the actor's stop or restart is done, if it still may be.</summary>
    /// <exception cref="InvalidFieldException">The length or the action is none of those there are.</exception>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not stop or restart it.</exception>
    /// <exception cref="ConflictException">It does not run, its game cannot tell anybody, or a countdown runs already.</exception>
    public async Task RunAsync(Actor actor, ServerId id, PowerAction action, int seconds, CancellationToken cancellation)
    {
        if (action is not (PowerAction.Stop or PowerAction.Restart)) throw new InvalidFieldException(nameof(action), "A stop or a restart can be announced.");
        if (!Lengths.Contains(seconds)) throw new InvalidFieldException(nameof(seconds), "A countdown is 30 or 60 seconds long.");
        var server = await servers.ReadAsync(actor, id, ChangePower.Permission(action), cancellation);
        server.RequireInUse();
        if (templates.Find(server.Template)?.Say is not { } say) throw new ConflictException("This game has no command that tells its players anything.");
        RequireRunning(id);
        var (clock, word) = (countdowns.Clock, action is PowerAction.Stop ? "stops" : "restarts");
        countdowns.All.Begin(id, new(action, clock.GetUtcNow().AddSeconds(seconds), actor.Name), seconds, AnnounceAsync, stop => power.RunAsync(actor, id, action, stop));
        said.Say(id, $"{actor.Name}: the server {word} in {seconds} seconds.");
        await servers.RecordAsync(actor, server, $"server.power.announce-{action.ToString().ToLowerInvariant()}", $"in {seconds} seconds", cancellation);

        Task AnnounceAsync(int left, CancellationToken stop)
        {
            RequireRunning(id);
            var text = $"The server {word} in {left} {(left == 1 ? "second" : "seconds")}.";
            return input.SendAsync(id, say.Replace("{{TEXT}}", text, StringComparison.Ordinal), stop);
        }
    }

    /// <summary>Calls the countdown off, and tells the players.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not stop or restart it.</exception>
    /// <exception cref="ConflictException">No countdown runs here.</exception>
    public async Task CancelAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        var action = countdowns.All.Find(id)?.Action ?? PowerAction.Stop;
        var server = await servers.ReadAsync(actor, id, ChangePower.Permission(action), cancellation);
        if (countdowns.All.Cancel(id) is null) throw new ConflictException("No countdown runs any more.");
        said.Say(id, $"{actor.Name} called the {action.ToString().ToLowerInvariant()} off.");
        await servers.RecordAsync(actor, server, "server.power.call-off", "", cancellation);
        if (templates.Find(server.Template)?.Say is { } say && observed.Find(id)?.Pod is { Running: true })
        {
            await input.SendAsync(id, say.Replace("{{TEXT}}", $"The {action.ToString().ToLowerInvariant()} was called off.", StringComparison.Ordinal), cancellation);
        }
    }

    void RequireRunning(ServerId id)
    {
        if (observed.Find(id)?.Pod is not { Running: true, Deleting: false }) throw new ConflictException("The server does not run.");
    }
}

/// <summary>Where countdowns run, and the time they go by.</summary>
public sealed record StopCountdownParts(StopCountdowns All, TimeProvider Clock);
