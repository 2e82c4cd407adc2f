using Panel.Contracts.Files;
using Panel.Core.Errors;

namespace Panel.Web.Components.Files;

// Earlier versions of the file, and what is not saved yet: each is shown beside the text, which can still be edited there.
public sealed partial class FileEditor
{
    Comparing comparing;
    FileSave? earlier;

    enum Comparing
    {
        Nothing,
        Unsaved,
        Earlier,
        Theirs,
    }

    async Task CompareAsync()
    {
        if (comparing is Comparing.Unsaved)
        {
            await PartAsync();
            return;
        }
        asForm = false;
        if (await Feedback.TryAsync(() => editor!.CompareAsync(null, Closing))) comparing = Comparing.Unsaved;
    }

    async Task ShowHistoryAsync()
    {
        var chosen = await Dialogs.OpenAsync<HistoryDialog>(
            $"Earlier versions of {Name}",
            new() { [nameof(HistoryDialog.ServerId)] = ServerId, [nameof(HistoryDialog.Path)] = Path },
            new() { Width = "min(26rem, calc(100vw - 2rem))", CloseDialogOnEsc = true }) as FileSave;
        if (chosen is null) return;
        await Feedback.TryAsync(async () =>
        {
            var content = await History.ReadAsync(await Me.GetAsync(), ServerId, Path, chosen.Id, Closing);
            if (TextFile.Read(content.Content) is not { } before) throw new ConflictException("That version is no text that the editor can show.");
            asForm = false;
            await editor!.CompareAsync(before.Bytes, Closing);
            (comparing, earlier) = (Comparing.Earlier, chosen);
        });
    }

    async Task TakeEarlierAsync()
    {
        await Feedback.TryAsync(async () => await editor!.TakeAsync());
        comparing = Comparing.Nothing;
    }

    async Task PartAsync()
    {
        await Feedback.TryAsync(async () => await editor!.PartAsync());
        comparing = Comparing.Nothing;
    }
}
