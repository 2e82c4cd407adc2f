using System.Collections.Frozen;

namespace Panel.Contracts.Access;

/// <summary>A set of permissions that people often want together.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Text">What it is for.</param>
/// <param name="Permissions">Keys of <see cref="ServerPermissions"/>.</param>
public sealed record PermissionPreset(string Name, string Text, FrozenSet<string> Permissions);

/// <summary>The presets that are offered where somebody is let into a server, each wider than the one before.</summary>
public static class PermissionPresets
{
    /// <summary>Reads along.</summary>
    public static PermissionPreset Viewer { get; } = new("Viewer", "reads along", Set([], ServerPermissions.ReadActivity, ServerPermissions.ReadConsole));

    /// <summary>Looks after the players.</summary>
    public static PermissionPreset Moderator { get; } = new("Moderator", "types commands, starts and stops it",
        Set(Viewer.Permissions, ServerPermissions.SendCommands, ServerPermissions.Start, ServerPermissions.Stop, ServerPermissions.Restart));

    /// <summary>Looks after the files and the settings of the game.</summary>
    public static PermissionPreset Builder { get; } = new("Builder", "changes files and start values too",
        Set(Moderator.Permissions, ServerPermissions.ListFiles, ServerPermissions.ReadFiles, ServerPermissions.CreateFiles, ServerPermissions.UpdateFiles, ServerPermissions.DeleteFiles,
            ServerPermissions.ReadPorts, ServerPermissions.ReadStartup, ServerPermissions.ChangeStartup, ServerPermissions.ChangeImage));

    /// <summary>Does what the owner may, but for deleting the server and handing it on.</summary>
    public static PermissionPreset CoOwner { get; } = new("Co-owner", "all but deleting it", ServerPermissions.All.Where(key => key != ServerPermissions.Delete).ToFrozenSet());

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PermissionPreset> All { get; } = [Viewer, Moderator, Builder, CoOwner];

    /// <summary>The preset that is just these permissions, or null.</summary>
    public static PermissionPreset? Of(IReadOnlySet<string> permissions) => All.FirstOrDefault(preset => preset.Permissions.SetEquals(permissions));

    static FrozenSet<string> Set(IEnumerable<string> narrower, params IEnumerable<string> more) => narrower.Concat(more).ToFrozenSet();
}
