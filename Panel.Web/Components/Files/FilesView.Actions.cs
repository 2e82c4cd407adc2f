using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Web.Components.Live;
using Radzen;

namespace Panel.Web.Components.Files;

// What can be done with the files: each action asks what it has to ask, runs one operation, and lists the folder again.
public sealed partial class FilesView
{
    Task KeyAsync(string key)
    {
        switch (key)
        {
            case "Delete" when May(ServerPermissions.DeleteFiles): return Delete();
            case "F2": StartRename(); break;
            case "Backspace" when !Folder.IsRoot: Navigation.NavigateTo(Address(Folder.Parent, null)); break;
        }
        return Task.CompletedTask;
    }

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

    void StartRename()
    {
        if (Rows.SelectedCount == 1 && May(ServerPermissions.UpdateFiles)) renaming = Rows.Selected[0].Name;
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

    async Task Move()
    {
        var names = Rows.Selected.Select(entry => entry.Name).ToList();
        if (names.Count == 0) return;
        var moved = await Dialogs.OpenAsync<MoveDialog>(
            names.Count == 1 ? $"Move {names[0]}" : $"Move {Count(names.Count)} entries",
            new() { [nameof(MoveDialog.ServerId)] = ServerId, [nameof(MoveDialog.From)] = Folder, [nameof(MoveDialog.Names)] = names },
            new() { Width = "min(30rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });
        if (moved is not int count) return;
        if (count > 0) Feedback.Done(count == 1 ? "Moved." : $"Moved {Count(count)} entries.");
        Rows.SelectNone();
        await LoadAsync(keep: true);
    }

    async Task Delete()
    {
        var chosen = Rows.Selected;
        if (chosen.Count == 0) return;
        var folders = chosen.Count(entry => entry.Kind is FileKind.Folder);
        var agreed = await Dialogs.AskAsync(new(
            chosen.Count == 1 ? $"Delete {chosen[0].Name}?" : $"Delete {Count(chosen.Count)} entries?",
            folders > 0 ? "Folders go with everything in them. This cannot be taken back." : "This cannot be taken back.",
            chosen.Count == 1 ? "Delete" : $"Delete {Count(chosen.Count)}")
        {
            Items = chosen.Count == 1 ? [] : [.. chosen.Select(entry => entry.Kind is FileKind.Folder ? entry.Name + "/" : entry.Name)],
        });
        if (!agreed) return;
        var done = await Feedback.TryAsync(async () =>
        {
            var actor = await Me.GetAsync();
            foreach (var part in chosen.Chunk(500))
            {
                await Deleting.RunAsync(actor, ServerId, [.. part.Select(entry => Folder.Child(entry.Name).Value)], Closing);
            }
        });
        if (done)
        {
            Feedback.Done(chosen.Count == 1 ? $"Deleted {chosen[0].Name}." : $"Deleted {Count(chosen.Count)} entries.");
            Rows.SelectNone();
        }
        await LoadAsync(keep: true);
    }

    Task Download() => uploads!.DownloadAsync([.. Rows.Selected.Select(entry => DownloadAddress(entry.Name))]);
}
