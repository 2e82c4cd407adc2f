using Microsoft.AspNetCore.Components;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Core.Files;

namespace Panel.Web.Components.Files;

// What can be done, each thing described once: the bar, the bar of what is chosen, the menu and the keyboard all take it from here.
public sealed partial class FilesView
{
    const int MaxMeasured = 1000;

    FileMenu? menu;

    /// <summary>What can be done with the folder that is shown.</summary>
    IReadOnlyList<FileAction> FolderActions =>
    [
        new("panel-left", "Folder tree", () => LookAsync(looks with { Tree = !looks.Tree })) { Group = 2, On = looks.Tree, Hint = "The folders beside the list, where there is room" },
        new("eye", "Hidden files", () => LookAsync(looks with { Hidden = !looks.Hidden })) { Group = 2, On = looks.Hidden, Hint = "Names that begin with a dot" },
        new("search", "Search", SearchAsync) { Place = FilePlace.Icon, Group = 2, Hint = "Search names and contents below this folder", Refusal = NotYet },
        new("refresh-cw", "Reload", () => LoadAsync(keep: true)) { Place = FilePlace.Icon, Group = 2 },
        new("trash-2", "Bin", ShowBin) { Place = FilePlace.Icon, Group = 2, Hint = "Bin and unfinished uploads", Refusal = NotYet },
        new("link", "Connect by WebDAV", ShowConnect) { Group = 3, Hint = "For the file manager of your machine, rclone and WinSCP" },
        new("file-plus", "New file", NewFile) { Place = FilePlace.Button, Refusal = Adding },
        new("folder-plus", "New folder", NewFolder) { Place = FilePlace.Button, Refusal = Adding },
        new("clipboard-paste", "Paste", Paste) { Key = "Ctrl+V", Group = 1, Refusal = PasteRefusal },
        new("folder-up", "Upload a folder", () => uploads!.PickAsync(folder: true)) { Place = FilePlace.Icon, Group = 1, Refusal = Adding },
        new("link", "Fetch from address", PullAsync) { Hint = "Fetch a file from the web into this folder", Refusal = Adding },
        new("upload", "Upload", () => uploads!.PickAsync()) { Place = FilePlace.Primary, Refusal = Adding },
    ];

    /// <summary>What can be done with what is chosen.</summary>
    IReadOnlyList<FileAction> ChosenActions => Chosen(Kept);

    IReadOnlyList<FileAction> Chosen(string? kept) =>
    [
        new(Single is { Kind: FileKind.Folder } ? "folder" : "file-text", "Open", () => OpenEntry(Single!)) { Key = "Enter", Refusal = Single is { Kind: FileKind.Folder } ? null : kept ?? (Single is { Kind: FileKind.File } ? null : "") },
        new("download", "Download", Download) { Place = FilePlace.Button, Hint = "Download; folders and many files as an archive", Refusal = Refusal(ServerPermissions.ReadFiles) ?? kept ?? (CanDownload ? null : "") },
        new("pencil", "Rename", StartRenameAsync) { Place = FilePlace.Button, Key = "F2", Group = 1, Hint = Single is null ? "Rename many at once (F2)" : null, Refusal = Refusal(ServerPermissions.UpdateFiles) ?? kept },
        new("scissors", "Cut", () => TakeToClipboard(cut: true)) { Key = "Ctrl+X", Group = 2, Refusal = Refusal(ServerPermissions.UpdateFiles) ?? kept },
        new("copy", "Copy to clipboard", () => TakeToClipboard(cut: false)) { Key = "Ctrl+C", Group = 2, Refusal = CopyRefusal ?? kept },
        new("info", "Details", ShowDetails) { Group = 8, Refusal = Single is null ? "" : null },
        new("shield", "Permissions", ModeAsync) { Group = 8, Hint = "Who may read, write and run it", Refusal = Refusal(ServerPermissions.UpdateFiles) ?? kept ?? (CanChangeMode ? null : "") },
        new("hard-drive", "Measure", Measure) { Group = 8, Hint = "Add up what the folders hold", Refusal = Rows.SelectedCount is > 0 and <= MaxMeasured && Rows.Selected.Any(entry => entry.Kind is FileKind.Folder) ? null : "" },
        new("folder-input", "Move", () => PlaceAsync(copy: false)) { Place = FilePlace.Button, Group = 1, Refusal = Refusal(ServerPermissions.UpdateFiles) ?? kept },
        new("copy", "Copy", () => PlaceAsync(copy: true)) { Place = FilePlace.Button, Group = 1, Refusal = CopyRefusal ?? kept },
        new("box", "Archive", ArchiveAsync) { Place = FilePlace.Button, Wide = true, Group = 3, Hint = "Put into a zip or tar", Refusal = CopyRefusal ?? kept ?? (CanArchive ? null : "") },
        new("folder-up", "Extract", ExtractAsync) { Group = 3, Wide = true, Place = IsArchive ? FilePlace.Button : FilePlace.Menu, Refusal = CopyRefusal ?? kept ?? (IsArchive ? null : "") },
        new("trash-2", "Delete", Delete) { Place = FilePlace.Button, Key = "Delete", Danger = true, Group = 9, Hint = "Delete (Del); for good with Shift+Del", Refusal = Refusal(ServerPermissions.DeleteFiles) ?? kept },
        new("trash-2", "Delete for good", DeleteForGood) { Key = "Shift+Delete", Danger = true, Group = 9, Refusal = Refusal(ServerPermissions.DeleteFiles) ?? kept },
    ];

    /// <summary>The one entry that is chosen; null when it is none, or not one alone.</summary>
    FileEntry? Single => Rows.SelectedCount == 1 ? Rows.Selected[0] : null;

    string? NotYet => listing is null ? "" : null;

    string? Adding => Refusal(ServerPermissions.CreateFiles) ?? NotYet ?? (listing is { Binding: true, ProtectedBy: { } rule } ? Protection.Text("This folder", rule) : null);

    /// <summary>Why nothing is done with what is chosen, as something of it is protected; null where nothing is.</summary>
    string? Kept => listing is { Binding: true } && Rows.Selected.FirstOrDefault(entry => entry.ProtectedBy is not null) is { ProtectedBy: { } rule } entry ? Protection.Text(FileNames.Shown(entry.Name), rule) : null;

    string? CopyRefusal => Refusal(ServerPermissions.CreateFiles) ?? Refusal(ServerPermissions.ReadFiles);

    Task KeyAsync(string key)
    {
        if (key == "Backspace")
        {
            if (!Folder.IsRoot) Navigation.NavigateTo(Address(Folder.Parent, null));
            return Task.CompletedTask;
        }
        var actions = Rows.SelectedCount > 0 ? [.. ChosenActions, .. FolderActions] : FolderActions;
        return actions.FirstOrDefault(action => action.Key == key && action.Refusal is null)?.Run() ?? Task.CompletedTask;
    }

    void OpenMenu((bool Row, double X, double Y) place)
    {
        if (place.Row) menu!.Open(Sorted(ChosenActions), "What is chosen", place.X, place.Y);
        else menu!.Open(Sorted(FolderActions), "The folder", place.X, place.Y);
        menu.Show();
    }

    void OpenMore(IReadOnlyList<FileAction> actions, string name, ElementReference button)
    {
        menu!.Open(Sorted(actions), name, button);
        menu.Show();
    }

    // by way of this page, so that it is drawn anew when the action is done
    static Task RunAsync(FileAction action) => action.Run();

    static IReadOnlyList<FileAction> Sorted(IReadOnlyList<FileAction> actions) => [.. actions.OrderBy(action => action.Group)];
}
