namespace Panel.Contracts.Access;

/// <summary>What people are asked when they share a server: each group stands for the permissions in it.</summary>
public enum PermissionGroup
{
    /// <summary>To see the server, its settings and what happened to it.</summary>
    View,
    /// <summary>To read along and to type.</summary>
    Console,
    /// <summary>To read and change files.</summary>
    Files,
    /// <summary>To start and stop.</summary>
    Control,
    /// <summary>To change how it is set up, and who else is let in.</summary>
    Settings,
    /// <summary>To remove it for good.</summary>
    Delete,
}

/// <summary>One thing that somebody may be allowed to do to a server.</summary>
/// <param name="Key">Its name, as the API and other panels spell it.</param>
/// <param name="Group">Where people find it.</param>
/// <param name="Text">What it allows, in words that follow "may".</param>
public sealed record ServerPermission(string Key, PermissionGroup Group, string Text);

/// <summary>One thing that a role may allow in the whole panel.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Text">What it allows, in words that follow "may".</param>
public sealed record PanelPermission(string Key, string Text);
