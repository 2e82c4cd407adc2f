using Microsoft.AspNetCore.Components;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Core.Files;
using Panel.Core.Files.Archives;
using Panel.Web.Components.Live;
using Radzen;

namespace Panel.Web.Components.Files;

// What begins a job, or looks into files: each opens a dialog of its own.
public sealed partial class FilesView
{
    const int MaxArchived = 1000;

    bool CanArchive => CopyRefusal is null && Rows.SelectedCount is > 0 and <= MaxArchived;

    bool IsArchive => Rows.SelectedCount == 1 && Rows.Selected[0] is { Kind: FileKind.File } file && ArchiveFormats.Find(file.Name) is not null;

    async Task ArchiveAsync() => await Dialogs.OpenAsync<ArchiveDialog>(
        Rows.SelectedCount == 1 ? $"Archive {FileNames.Shown(Rows.Selected[0].Name)}" : $"Archive {Count(Rows.SelectedCount)} entries",
        new() { [nameof(ArchiveDialog.ServerId)] = ServerId, [nameof(ArchiveDialog.Folder)] = Folder, [nameof(ArchiveDialog.Names)] = Rows.Selected.Select(entry => entry.Name).ToList() },
        new() { Width = "min(28rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });

    async Task PullAsync() => await Dialogs.OpenAsync<PullDialog>(
        "Fetch from address",
        new() { [nameof(PullDialog.ServerId)] = ServerId, [nameof(PullDialog.Folder)] = Folder, [nameof(PullDialog.MayReplace)] = May(ServerPermissions.UpdateFiles) },
        new() { Width = "min(32rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });

    bool CanChangeMode => Rows.SelectedCount is > 0 and <= MaxArchived && Rows.Selected.All(entry => entry.Kind is FileKind.File or FileKind.Folder);

    async Task ModeAsync()
    {
        var chosen = Rows.Selected;
        var changed = await Dialogs.OpenAsync<ModeDialog>(
            $"Permissions of {(chosen.Count == 1 ? FileNames.Shown(chosen[0].Name) : $"{Count(chosen.Count)} entries")}",
            new() { [nameof(ModeDialog.ServerId)] = ServerId, [nameof(ModeDialog.Folder)] = Folder, [nameof(ModeDialog.Entries)] = chosen },
            new() { Width = "min(26rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });
        if (changed is true) await LoadAsync(keep: true);
    }

    async Task SearchAsync() => await Dialogs.OpenAsync<SearchDialog>(
        Folder.IsRoot ? "Search all files" : $"Search in {Folder}",
        new()
        {
            [nameof(SearchDialog.ServerId)] = ServerId,
            [nameof(SearchDialog.Folder)] = Folder,
            [nameof(SearchDialog.MayRead)] = May(ServerPermissions.ReadFiles),
            [nameof(SearchDialog.Link)] = (Func<string, FileKind, int?, string>)FoundAddress,
        },
        new() { Width = "min(44rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });

    string FoundAddress(string path, FileKind kind, int? line)
    {
        var cut = path.LastIndexOf('/');
        var folder = kind is FileKind.Folder ? path : path[..cut];
        return Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["path"] = folder.Length > 0 ? folder : null,
            ["edit"] = kind is FileKind.File ? path[(cut + 1)..] : null,
            ["line"] = line,
        });
    }

    async Task ExtractAsync() => await Dialogs.OpenAsync<ExtractDialog>(
        $"Extract {FileNames.Shown(Rows.Selected[0].Name)}",
        new() { [nameof(ExtractDialog.ServerId)] = ServerId, [nameof(ExtractDialog.Archive)] = Folder.Child(Rows.Selected[0].Name), [nameof(ExtractDialog.Exists)] = (Func<string, bool>)Rows.Has },
        new() { Width = "min(28rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });
}
