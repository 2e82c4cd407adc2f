namespace Panel.Web.Components.Files;

// What was typed before and never saved: the browser kept it, and it is offered back. Nothing of it is written without a save.
public sealed partial class FileEditor
{
    string account = "";
    (DateTimeOffset At, bool Same)? draft;

    void Found((DateTimeOffset At, bool Same) kept) => draft = kept;

    async Task RestoreDraftAsync()
    {
        draft = null;
        await Feedback.TryAsync(async () =>
        {
            asForm = false;
            await editor!.RestoreAsync();
            await editor.CompareAsync(null, Closing);
            comparing = Comparing.Unsaved;
        });
    }

    async Task DropDraftAsync()
    {
        draft = null;
        await Feedback.TryAsync(async () => await editor!.ForgetAsync());
    }
}
