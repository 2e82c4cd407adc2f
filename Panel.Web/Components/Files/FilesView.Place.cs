using Microsoft.AspNetCore.Components;
using Panel.Contracts.Access;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Web.Components.Live;

namespace Panel.Web.Components.Files;

// Moving and copying without a dialog: by dragging, and by the clipboard of files. What moved can be taken back.
public sealed partial class FilesView
{
    FileWork? work;

    [Inject] FileClipboard Clipboard { get; set; } = default!;

    [Inject] TimeProvider Time { get; set; } = default!;

    [Inject] CopyFile Copying { get; set; } = default!;

    FileClipboard.Clip? Clip => Clipboard.Held is { } held && held.Server == ServerId ? held : null;

    string? PasteRefusal => NotYet ?? (Clip is not { } clip ? "Copy or cut files first" : clip.Cut ? Refusal(ServerPermissions.UpdateFiles) : CopyRefusal);

    void TakeToClipboard(bool cut)
    {
        var names = Rows.Selected.Select(entry => entry.Name).ToList();
        if (names.Count == 0) return;
        Clipboard.Take(new(ServerId, Folder, names, cut));
        Feedback.Done($"{(names.Count == 1 ? FileNames.Shown(names[0]) : $"{Count(names.Count)} entries")} {(cut ? "cut" : "copied")}. Paste with Ctrl+V where it should be.");
    }

    async Task Paste()
    {
        if (Clip is not { } clip) return;
        if (clip.Cut) Clipboard.Clear();
        await PlaceAsync(clip.Folder, clip.Names, Folder, copy: !clip.Cut);
    }

    Task DropAsync((string Folder, bool Copy) onto)
    {
        var refusal = onto.Copy ? CopyRefusal : Refusal(ServerPermissions.UpdateFiles);
        if (refusal is null) return PlaceAsync(Folder, [.. Rows.Selected.Select(entry => entry.Name)], ServerPath.Parse(onto.Folder), onto.Copy);
        Feedback.Show(new ForbiddenException(refusal));
        return Task.CompletedTask;
    }

    async Task PlaceAsync(ServerPath from, IReadOnlyList<string> names, ServerPath to, bool copy)
    {
        if (work is not null || names.Count == 0 || (from == to && !copy)) return;
        var placed = new List<(string From, string To)>();
        await WorkAsync(copy ? "Copying" : "Moving", names.Count, async (actor, now) =>
        {
            foreach (var name in names)
            {
                now.Token.ThrowIfCancellationRequested();
                var target = to.Child(copy && from == to && to == Folder ? CopyName.Of(name, Rows.Has) : name);
                if (copy) await Copying.RunAsync(actor, ServerId, from.Child(name).Value, target.Value, Closing);
                else await Moving.RunAsync(actor, ServerId, from.Child(name).Value, target.Value, Closing);
                placed.Add((from.Child(name).Value, target.Value));
                now.Done++;
            }
        });
        if (placed.Count > 0)
        {
            var what = placed.Count == 1 ? FileNames.Shown(placed[0].From[(placed[0].From.LastIndexOf('/') + 1)..]) : $"{Count(placed.Count)} entries";
            if (copy) Feedback.Done($"Copied {what}.");
            else Feedback.Done($"Moved {what} to {to}.", "Undo", () => InvokeAsync(() => BackAsync(placed)));
        }
        if (!copy) Rows.SelectNone();
        await LoadAsync(keep: true);
    }

    async Task RenameManyAsync()
    {
        var names = Rows.Selected.Select(entry => entry.Name).ToList();
        if (work is not null || names.Count == 0) return;
        var agreed = await Dialogs.OpenAsync<RenameDialog>(
            $"Rename {Count(names.Count)} entries",
            new() { [nameof(RenameDialog.Names)] = names, [nameof(RenameDialog.Exists)] = (Func<string, bool>)Rows.Has },
            new() { Width = "min(34rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });
        if (agreed is not IReadOnlyList<NewName> plan) return;
        var steps = NewNames.Steps(plan).ToList();
        var placed = new List<(string From, string To)>();
        await WorkAsync("Renaming", steps.Count, async (actor, now) =>
        {
            foreach (var (from, to) in steps)
            {
                now.Token.ThrowIfCancellationRequested();
                await Moving.RunAsync(actor, ServerId, Folder.Child(from).Value, Folder.Child(to).Value, Closing);
                placed.Add((Folder.Child(from).Value, Folder.Child(to).Value));
                now.Done++;
            }
        });
        if (placed.Count > 0) Feedback.Done($"Renamed {Count(plan.Count(name => name.Changes))} entries.", "Undo", () => InvokeAsync(() => BackAsync(placed)));
        Rows.SelectNone();
        await LoadAsync(keep: true);
    }

    async Task BackAsync(List<(string From, string To)> placed)
    {
        await WorkAsync("Moving back", placed.Count, async (actor, now) =>
        {
            foreach (var (from, to) in placed.AsEnumerable().Reverse())
            {
                now.Token.ThrowIfCancellationRequested();
                await Moving.RunAsync(actor, ServerId, to, from, Closing);
                now.Done++;
            }
        });
        await ArrivedAsync();
        StateHasChanged();
    }

    /// <summary>Does something that takes a while: how far it is stands below the list, where it can be ended.</summary>
    /// <returns>Whether it went well to its end.</returns>
    async Task<bool> WorkAsync(string label, int total, Func<Core.Access.Actor, FileWork, Task> act)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Closing);
        var mine = new FileWork(label, total, end);
        work = mine;
        StateHasChanged();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(250), Time);
        var running = Feedback.TryAsync(async () => await act(await Me.GetAsync(), mine));
        while (!running.IsCompleted)
        {
            await Task.WhenAny(running, pace.WaitForNextTickAsync(end.Token).AsTask());
            if (end.IsCancellationRequested) await running;
            StateHasChanged();
        }
        work = null;
        return await running;
    }
}
