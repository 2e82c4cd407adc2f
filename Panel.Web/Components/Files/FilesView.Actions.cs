using Microsoft.AspNetCore.Components;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Web.Components.Live;
using Radzen;

namespace Panel.Web.Components.Files;

// What can be done with the files: each action asks what it has to ask, runs one operation, and lists the folder again.
public sealed partial class FilesView
{
    const int DeletesAtOnce = 100;

    async Task NewFile()
    {
        var name = await AskNameAsync("New file", "server.properties", async name =>
            await Writing.RunAsync(await Me.GetAsync(), ServerId, Folder.Child(name).Value, [], FileVersion.Absent, Closing));
        if (name is not null) Navigation.NavigateTo(Address(Folder, name));
        shown = null;    // listed anew when the editor closes
    }

    async Task NewFolder()
    {
        var name = await AskNameAsync("New folder", "plugins", async name =>
            await Making.RunAsync(await Me.GetAsync(), ServerId, Folder.Child(name).Value, Closing));
        if (name is null) return;
        await LoadAsync(keep: true);
        Rows.Select(name);
    }

    async Task<string?> AskNameAsync(string title, string example, Func<string, Task> make) => await Dialogs.OpenAsync<NameDialog>(
        title,
        new()
        {
            [nameof(NameDialog.Example)] = example,
            [nameof(NameDialog.Make)] = (Func<string, Task>)(async name =>
            {
                Folder.Child(name);
                if (Rows.Has(name)) throw new InvalidFieldException("name", "There is something of this name already.");
                await make(name);
            }),
        },
        new() { Width = "min(26rem, calc(100vw - 2rem))", CloseDialogOnEsc = true }) as string;

    Task StartRenameAsync()
    {
        if (Single is null) return RenameManyAsync();
        renaming = Single.Name;
        return Task.CompletedTask;
    }

    async Task<string?> RenameAsync(string? name)
    {
        string? fault = null;
        var old = renaming;
        if (old is not null && !string.IsNullOrEmpty(name))
        {
            try
            {
                if (Rows.Has(name)) throw new InvalidFieldException("name", "There is something of this name already.");
                await Moving.RunAsync(await Me.GetAsync(), ServerId, Folder.Child(old).Value, Folder.Child(name).Value, Closing);
            }
            catch (OperationCanceledException) when (Closing.IsCancellationRequested) { return null; }
            catch (PanelException refusal) { fault = refusal.Message; }
            catch (Exception failure)
            {
                Feedback.Show(failure);
                name = null;
            }
        }
        if (fault is not null) return fault;
        renaming = null;
        if (!string.IsNullOrEmpty(name))
        {
            await LoadAsync(keep: true);
            Rows.Select(name);
        }
        StateHasChanged();
        if (table is not null) await table.FocusAsync();
        return null;
    }

    async Task PlaceAsync(bool copy)
    {
        var names = Rows.Selected.Select(entry => entry.Name).ToList();
        if (names.Count == 0) return;
        var placed = await Dialogs.OpenAsync<PlaceDialog>(
            $"{(copy ? "Copy" : "Move")} {(names.Count == 1 ? FileNames.Shown(names[0]) : $"{Count(names.Count)} entries")}",
            new() { [nameof(PlaceDialog.ServerId)] = ServerId, [nameof(PlaceDialog.From)] = Folder, [nameof(PlaceDialog.Names)] = names, [nameof(PlaceDialog.Copy)] = copy },
            new() { Width = "min(30rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });
        if (placed is not int count) return;
        if (count > 0) Feedback.Done($"{(copy ? "Copied" : "Moved")}{(count == 1 ? "" : $" {Count(count)} entries")}.");
        Rows.SelectNone();
        await LoadAsync(keep: true);
    }

    // what goes into the bin can be had back: nobody is asked first
    async Task Delete()
    {
        var chosen = Rows.Selected;
        if (chosen.Count == 0) return;
        var kept = new List<string>();
        if (await DeleteAsync(chosen, forGood: false, kept)) Feedback.Done(Deleted(chosen), "Undo", () => UndoAsync(kept));
        await LoadAsync(keep: true);
    }

    async Task DeleteForGood()
    {
        var chosen = Rows.Selected;
        if (chosen.Count == 0) return;
        var folders = chosen.Count(entry => entry.Kind is FileKind.Folder);
        var agreed = await Dialogs.AskAsync(new(
            chosen.Count == 1 ? $"Delete {FileNames.Shown(chosen[0].Name)} for good?" : $"Delete {Count(chosen.Count)} entries for good?",
            folders > 0 ? "Folders go with everything in them. This cannot be taken back." : "This cannot be taken back.",
            chosen.Count == 1 ? "Delete" : $"Delete {Count(chosen.Count)}")
        {
            Items = chosen.Count == 1 ? [] : [.. chosen.Select(entry => FileNames.Shown(entry.Name) + (entry.Kind is FileKind.Folder ? "/" : ""))],
        });
        if (!agreed) return;
        if (await DeleteAsync(chosen, forGood: true, [])) Feedback.Done(Deleted(chosen));
        await LoadAsync(keep: true);
    }

    async Task<bool> DeleteAsync(IReadOnlyList<FileEntry> chosen, bool forGood, List<string> kept)
    {
        if (work is not null) return false;
        var done = await WorkAsync("Deleting", chosen.Count, async (actor, now) =>
        {
            foreach (var part in chosen.Chunk(DeletesAtOnce))
            {
                now.Token.ThrowIfCancellationRequested();
                kept.AddRange(await Deleting.RunAsync(actor, ServerId, [.. part.Select(entry => Folder.Child(entry.Name).Value)], forGood, Closing));
                now.Done += part.Length;
            }
        });
        if (done) Rows.SelectNone();
        return done;
    }

    static string Deleted(IReadOnlyList<FileEntry> chosen) => chosen.Count == 1 ? $"Deleted {FileNames.Shown(chosen[0].Name)}." : $"Deleted {Count(chosen.Count)} entries.";

    // the click is the toast's, and only that one draws itself again
    Task UndoAsync(List<string> kept) => InvokeAsync(async () =>
    {
        await WorkAsync("Restoring", kept.Count, async (actor, now) =>
        {
            foreach (var id in kept)
            {
                now.Token.ThrowIfCancellationRequested();
                await Bin.RestoreAsync(actor, ServerId, id, Closing);
                now.Done++;
            }
        });
        await ArrivedAsync();
        StateHasChanged();
    });

    async Task ShowBin()
    {
        await Dialogs.OpenAsync<BinDialog>(
            "Bin",
            new()
            {
                [nameof(BinDialog.ServerId)] = ServerId,
                [nameof(BinDialog.MayRestore)] = May(ServerPermissions.CreateFiles),
                [nameof(BinDialog.MayDelete)] = May(ServerPermissions.DeleteFiles),
                [nameof(BinDialog.OnResume)] = EventCallback.Factory.Create<UnfinishedUpload>(this, upload => uploads!.ResumeAsync(upload)),
                [nameof(BinDialog.OnRestored)] = EventCallback.Factory.Create(this, ArrivedAsync),
            },
            new() { Width = "min(36rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });
    }

    async Task ShowConnect() => await Dialogs.OpenAsync<ConnectDialog>(
        "Connect a program",
        new() { [nameof(ConnectDialog.ServerId)] = ServerId, [nameof(ConnectDialog.UserName)] = (await Me.GetAsync()).Name },
        new() { Width = "min(34rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });

    Task Download() => uploads!.DownloadAsync(DownloadAddresses(Rows.Selected));
}
