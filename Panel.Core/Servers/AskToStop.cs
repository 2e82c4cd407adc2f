using System.Collections.Concurrent;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Console;
using Panel.Core.Console.Input;
using Panel.Core.Errors;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>What a pass does to a server's game itself.</summary>
public sealed record GameSteps(ConfigFiles Config, AskToStop Stopping, CrashGuard Crashes);

/// <summary>
/// Hands the stop command to a game that hears commands over the network alone: nothing in its container could. Its pod is ending already, so that the program is
/// not started again when it has ended, and the cluster gives it half of its time before SIGTERM.
/// </summary>
public sealed class AskToStop(ServerInput input, SaidLines said)
{
    /// <summary>A game that hangs must not keep the passes of others waiting.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The pods that were asked; after the panel's own start one may be asked again.</summary>
    readonly ConcurrentDictionary<ServerId, string> asked = new();

    /// <summary>Whether a game of this template is asked by the panel.</summary>
    internal static bool Concerns(Template template) => template is { Input.Kind: InputKind.Rcon or InputKind.Telnet, Stop: [not '^', ..] };

    /// <summary>Asks the program of a pod that is ending, once; one that cannot be asked is told on the console.</summary>
    internal async Task RunAsync(Server server, Template template, PodSeen? pod, CancellationToken cancellation)
    {
        if (!Concerns(template)) return;
        if (pod is not { Running: true, Deleting: true } || pod.Starts <= server.KilledThrough)
        {
            if (pod is not { Deleting: true }) asked.TryRemove(server.Id, out _);
            return;
        }
        if (asked.GetValueOrDefault(server.Id) == pod.Uid) return;
        asked[server.Id] = pod.Uid;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            foreach (var line in await input.SendAsync(server.Id, template.Stop, patience.Token)) said.Say(server.Id, line, ConsoleSource.Answer);
        }
        catch (ClusterUnavailableException)
        {
            asked.TryRemove(server.Id, out _);   // the next pass asks: the world is saved by this command alone
            throw;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            said.Say(server.Id, "The game was asked to stop and does not answer.");
        }
        catch (PanelException failure)
        {
            said.Say(server.Id, $"The game could not be asked to stop: {failure.Message}");
        }
    }
}
