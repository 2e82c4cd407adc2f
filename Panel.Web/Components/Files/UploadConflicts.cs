using Radzen;

namespace Panel.Web.Components.Files;

/// <summary>What becomes of an upload whose name there is already.</summary>
public enum UploadKind
{
    /// <summary>It is left away.</summary>
    Skip,
    /// <summary>It goes over what is there; in a folder, over the files of the same names.</summary>
    Replace,
    /// <summary>It gets another name.</summary>
    KeepBoth,
}

/// <summary>What a person chose.</summary>
/// <param name="Kind">What becomes of it.</param>
/// <param name="ForAll">Whether the same becomes of all that follow.</param>
public sealed record UploadChoice(UploadKind Kind, bool ForAll);

/// <summary>Asks about names that there are already.</summary>
public static class UploadConflicts
{
    /// <summary>Asks about one; closing the question leaves it and all that follow away.</summary>
    /// <param name="dialogs">Shows the question.</param>
    /// <param name="name">The name.</param>
    /// <param name="isFolder">Whether a folder of that name is there.</param>
    /// <param name="more">How many follow.</param>
    /// <param name="mayReplace">Whether replacing is allowed.</param>
    public static async Task<UploadChoice> AskUploadAsync(this DialogService dialogs, string name, bool isFolder, int more, bool mayReplace) => await dialogs.OpenAsync<UploadConflictDialog>(
        "Already there",
        new() { [nameof(UploadConflictDialog.Name)] = name, [nameof(UploadConflictDialog.IsFolder)] = isFolder, [nameof(UploadConflictDialog.More)] = more, [nameof(UploadConflictDialog.MayReplace)] = mayReplace },
        new() { Width = "min(28rem, calc(100vw - 2rem))", CloseDialogOnEsc = true }) as UploadChoice ?? new(UploadKind.Skip, ForAll: true);
}
