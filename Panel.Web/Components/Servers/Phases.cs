using Panel.Contracts.Servers;

namespace Panel.Web.Components.Servers;

/// <summary>How phases look, and what a person may ask of a server in each.</summary>
public static class Phases
{
    /// <summary>In words.</summary>
    public static string Name(ServerPhase phase) => phase switch
    {
        ServerPhase.Offline => "Offline",
        ServerPhase.Installing => "Installing",
        ServerPhase.Starting => "Starting",
        ServerPhase.Running => "Running",
        ServerPhase.Stopping => "Stopping",
        ServerPhase.Failing => "Failing",
        ServerPhase.Restoring => "Restoring",
        ServerPhase.Suspended => "Suspended",
        ServerPhase.Deleting => "Deleting",
        _ => phase.ToString(),
    };

    /// <summary>Its colour, as a class of <c>.badge</c>.</summary>
    public static string Tone(ServerPhase phase) => phase switch
    {
        ServerPhase.Running => "green",
        ServerPhase.Starting or ServerPhase.Stopping => "amber",
        ServerPhase.Failing => "red",
        ServerPhase.Installing or ServerPhase.Restoring => "blue",
        _ => "",
    };

    /// <summary>Whether it leads to another phase by itself.</summary>
    public static bool Passing(ServerPhase phase) =>
        phase is ServerPhase.Starting or ServerPhase.Stopping or ServerPhase.Installing or ServerPhase.Restoring or ServerPhase.Deleting;

    /// <summary>Whether a button for the action makes sense; the operation itself has the last word.</summary>
    public static bool Offers(ServerPhase phase, PowerAction action) => action switch
    {
        PowerAction.Start => phase is ServerPhase.Offline or ServerPhase.Failing,
        PowerAction.Stop or PowerAction.Restart => phase is ServerPhase.Starting or ServerPhase.Running or ServerPhase.Failing,
        PowerAction.Kill => phase is ServerPhase.Starting or ServerPhase.Running or ServerPhase.Failing or ServerPhase.Stopping,
        _ => false,
    };

    /// <summary>The phases, in the order a filter shows them.</summary>
    public static IReadOnlyList<ServerPhase> All { get; } =
    [
        ServerPhase.Running, ServerPhase.Starting, ServerPhase.Stopping, ServerPhase.Offline, ServerPhase.Failing,
        ServerPhase.Installing, ServerPhase.Restoring, ServerPhase.Suspended, ServerPhase.Deleting,
    ];
}
