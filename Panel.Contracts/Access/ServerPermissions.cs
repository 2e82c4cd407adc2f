using System.Collections.Frozen;

namespace Panel.Contracts.Access;

/// <summary>
/// What a person may be allowed to do to one server. Where Pterodactyl has a key for it, it is spelled as there, so that what was written for
/// it is understood: https://github.com/pterodactyl/panel/blob/develop/app/Models/Permission.php
/// </summary>
public static class ServerPermissions
{
    /// <summary>To read what happened to the server.</summary>
    public const string ReadActivity = "activity.read";
    /// <summary>To see its start values.</summary>
    public const string ReadStartup = "startup.read";
    /// <summary>To see its ports.</summary>
    public const string ReadPorts = "allocation.read";
    /// <summary>To see who else is let in.</summary>
    public const string ReadMembers = "user.read";

    /// <summary>To read the console.</summary>
    public const string ReadConsole = "websocket.connect";
    /// <summary>To type into the console.</summary>
    public const string SendCommands = "control.console";

    /// <summary>To list folders.</summary>
    public const string ListFiles = "file.read";
    /// <summary>To read and download files.</summary>
    public const string ReadFiles = "file.read-content";
    /// <summary>To make and upload files and folders.</summary>
    public const string CreateFiles = "file.create";
    /// <summary>To change, rename and move files.</summary>
    public const string UpdateFiles = "file.update";
    /// <summary>To delete files.</summary>
    public const string DeleteFiles = "file.delete";

    /// <summary>To start the server.</summary>
    public const string Start = "control.start";
    /// <summary>To stop the server.</summary>
    public const string Stop = "control.stop";
    /// <summary>To restart the server.</summary>
    public const string Restart = "control.restart";
    /// <summary>To end the server without time to save.</summary>
    public const string Kill = "control.kill";

    /// <summary>To change the name and the description.</summary>
    public const string Rename = "settings.rename";
    /// <summary>To install it anew.</summary>
    public const string Reinstall = "settings.reinstall";
    /// <summary>To move it to another plan.</summary>
    public const string ChangePlan = "settings.plan";
    /// <summary>To change its start values.</summary>
    public const string ChangeStartup = "startup.update";
    /// <summary>To change its image.</summary>
    public const string ChangeImage = "startup.docker-image";
    /// <summary>To take more ports.</summary>
    public const string AddPorts = "allocation.create";
    /// <summary>To note what ports are for, and to say which one players are told.</summary>
    public const string ChangePorts = "allocation.update";
    /// <summary>To give ports back.</summary>
    public const string RemovePorts = "allocation.delete";
    /// <summary>To invite people.</summary>
    public const string InviteMembers = "user.create";
    /// <summary>To change what others may do.</summary>
    public const string ChangeMembers = "user.update";
    /// <summary>To take others out.</summary>
    public const string RemoveMembers = "user.delete";

    /// <summary>To delete the server with its files.</summary>
    public const string Delete = "settings.delete";

    /// <summary>All of them, in the order that people are shown.</summary>
    public static IReadOnlyList<ServerPermission> Catalogue { get; } =
    [
        new(ReadActivity, PermissionGroup.View, "see what happened"),
        new(ReadStartup, PermissionGroup.View, "see the start values"),
        new(ReadPorts, PermissionGroup.View, "see its ports"),
        new(ReadMembers, PermissionGroup.View, "see who is let in"),
        new(ReadConsole, PermissionGroup.Console, "read the console"),
        new(SendCommands, PermissionGroup.Console, "type into the console"),
        new(ListFiles, PermissionGroup.Files, "see which files there are"),
        new(ReadFiles, PermissionGroup.Files, "read and download files"),
        new(CreateFiles, PermissionGroup.Files, "make and upload files"),
        new(UpdateFiles, PermissionGroup.Files, "change, rename and move files"),
        new(DeleteFiles, PermissionGroup.Files, "delete files"),
        new(Start, PermissionGroup.Control, "start it"),
        new(Stop, PermissionGroup.Control, "stop it"),
        new(Restart, PermissionGroup.Control, "restart it"),
        new(Kill, PermissionGroup.Control, "kill it"),
        new(Rename, PermissionGroup.Settings, "rename it"),
        new(Reinstall, PermissionGroup.Settings, "reinstall it"),
        new(ChangePlan, PermissionGroup.Settings, "change its plan"),
        new(ChangeStartup, PermissionGroup.Settings, "change the start values"),
        new(ChangeImage, PermissionGroup.Settings, "change the image"),
        new(AddPorts, PermissionGroup.Settings, "take more ports"),
        new(ChangePorts, PermissionGroup.Settings, "change what ports are for"),
        new(RemovePorts, PermissionGroup.Settings, "give ports back"),
        new(InviteMembers, PermissionGroup.Settings, "invite people"),
        new(ChangeMembers, PermissionGroup.Settings, "change what others may do"),
        new(RemoveMembers, PermissionGroup.Settings, "take people out"),
        new(Delete, PermissionGroup.Delete, "delete it"),
    ];

    /// <summary>The keys of all.</summary>
    public static FrozenSet<string> All { get; } = Catalogue.Select(permission => permission.Key).ToFrozenSet();

    /// <summary>The permission of a key, or null.</summary>
    public static ServerPermission? Find(string key) => Catalogue.FirstOrDefault(permission => permission.Key == key);
}
