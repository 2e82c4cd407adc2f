using System.Text.Json.Serialization;

namespace Panel.Contracts.Servers;

/// <summary>What a person is shown of a server: computed from what is wanted and what is seen, never stored.</summary>
[JsonConverter(typeof(WordConverter<ServerPhase>))]
public enum ServerPhase
{
    /// <summary>Not running, and nobody wants it to.</summary>
    Offline,
    /// <summary>Its files are being put in place by the template's install script.</summary>
    Installing,
    /// <summary>Wanted, and not yet ready for players.</summary>
    Starting,
    /// <summary>Ready for players.</summary>
    Running,
    /// <summary>Saving and ending.</summary>
    Stopping,
    /// <summary>It cannot do what is wanted of it; the reason stands beside it.</summary>
    Failing,
    /// <summary>A backup is being put back.</summary>
    Restoring,
    /// <summary>An operator has taken it out of use.</summary>
    Suspended,
    /// <summary>It and its files are being removed.</summary>
    Deleting,
}

/// <summary>What a person may ask of a server.</summary>
[JsonConverter(typeof(WordConverter<PowerAction>))]
public enum PowerAction
{
    /// <summary>Run it.</summary>
    Start,
    /// <summary>Let it save and end.</summary>
    Stop,
    /// <summary>Stop, then start with the settings of now.</summary>
    Restart,
    /// <summary>End it at once; what it has not saved is lost.</summary>
    Kill,
}
