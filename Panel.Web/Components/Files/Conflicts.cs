using Radzen;

namespace Panel.Web.Components.Files;

/// <summary>Which content stays.</summary>
public enum ConflictAnswer
{
    /// <summary>What the editor holds.</summary>
    Mine,
    /// <summary>What is there now.</summary>
    Theirs,
    /// <summary>Both, side by side: the person puts them together.</summary>
    Both,
}

/// <summary>Asks what is to be done about a file that changed underneath.</summary>
public static class Conflicts
{
    /// <summary>Asks; null when nothing is to be done yet.</summary>
    /// <param name="dialogs">Shows the question.</param>
    /// <param name="name">The file.</param>
    /// <param name="gone">Whether it is no longer there.</param>
    public static async Task<ConflictAnswer?> AskConflictAsync(this DialogService dialogs, string name, bool gone) => await dialogs.OpenAsync<ConflictDialog>(
        gone ? "The file is gone" : "The file changed",
        new() { [nameof(ConflictDialog.Name)] = name, [nameof(ConflictDialog.Gone)] = gone },
        new() { Width = "min(26rem, calc(100vw - 2rem))", CloseDialogOnEsc = true }) as ConflictAnswer?;
}
