using Radzen;

namespace Panel.Web.Components.Live;

/// <summary>A question before something that cannot be taken back.</summary>
/// <param name="Title">The question in a few words.</param>
/// <param name="Text">What will happen.</param>
/// <param name="Action">The word on the button, such as "Delete".</param>
public sealed record Question(string Title, string Text, string Action)
{
    /// <summary>What it happens to; the first few are named.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>What has to be typed first, or null.</summary>
    public string? Word { get; init; }

    /// <summary>Whether something is lost by it.</summary>
    public bool Danger { get; init; } = true;
}

/// <summary>Asks a <see cref="Question"/> in a dialog.</summary>
public static class Confirmations
{
    /// <summary>Asks, and waits for the answer.</summary>
    /// <returns>Whether the person agreed; false when the dialog was closed.</returns>
    public static async Task<bool> AskAsync(this DialogService dialogs, Question question) => await dialogs.OpenAsync<ConfirmDialog>(
        question.Title,
        new()
        {
            [nameof(ConfirmDialog.Text)] = question.Text,
            [nameof(ConfirmDialog.Items)] = question.Items,
            [nameof(ConfirmDialog.Action)] = question.Action,
            [nameof(ConfirmDialog.Word)] = question.Word,
            [nameof(ConfirmDialog.Danger)] = question.Danger,
        },
        new() { Width = "min(30rem, calc(100vw - 2rem))", CloseDialogOnEsc = true, AutoFocusFirstElement = question.Word is not null }) is true;
}
