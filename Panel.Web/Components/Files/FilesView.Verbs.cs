using Panel.Contracts.Access;
using Panel.Contracts.Files;
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
        Rows.SelectedCount == 1 ? $"Archive {Rows.Selected[0].Name}" : $"Archive {Count(Rows.SelectedCount)} entries",
        new() { [nameof(ArchiveDialog.ServerId)] = ServerId, [nameof(ArchiveDialog.Folder)] = Folder, [nameof(ArchiveDialog.Names)] = Rows.Selected.Select(entry => entry.Name).ToList() },
        new() { Width = "min(28rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });

    async Task ExtractAsync() => await Dialogs.OpenAsync<ExtractDialog>(
        $"Extract {Rows.Selected[0].Name}",
        new() { [nameof(ExtractDialog.ServerId)] = ServerId, [nameof(ExtractDialog.Archive)] = Folder.Child(Rows.Selected[0].Name) },
        new() { Width = "min(28rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });
}
