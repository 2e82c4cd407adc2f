using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Panel.Contracts.Files;
using Panel.Core.Files;
using Panel.Web.Components.Live;
using Radzen;

namespace Panel.Web.Components.Files;

// How the folder is looked at: what this browser remembers of it, the tree, the sizes of folders, the details of an entry.
public sealed partial class FilesView
{
    readonly Dictionary<string, long> measured = new(StringComparer.Ordinal);
    IJSObjectReference? look;
    Looks looks = new(Hidden: true, Tree: true);

    [Inject] IJSRuntime Js { get; set; } = default!;

    [Inject] MeasureFile Measuring { get; set; } = default!;

    /// <summary>What a browser remembers.</summary>
    /// <param name="Hidden">Whether names that begin with a dot are shown.</param>
    /// <param name="Tree">Whether the tree is there, where there is room for it.</param>
    sealed record Looks(bool Hidden, bool Tree);

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        look = await Js.InvokeAsync<IJSObjectReference>("import", "./Components/Files/FilesView.razor.js");
        looks = await look.InvokeAsync<Looks?>("read") ?? looks;
        Rows.ShowHidden(looks.Hidden);
        StateHasChanged();
        if (table is not null) await table.RedrawAsync();
    }

    async Task LookAsync(Looks now)
    {
        looks = now;
        Rows.ShowHidden(now.Hidden);
        if (table is not null) await table.RedrawAsync();
        if (look is not null) await Feedback.TryAsync(async () => await look.InvokeVoidAsync("keep", Closing, now));
    }

    async Task Measure()
    {
        var folders = Rows.Selected.Where(entry => entry.Kind is FileKind.Folder).Select(entry => entry.Name).ToList();
        var place = Folder;
        await WorkAsync("Measuring", folders.Count, async (actor, now) =>
        {
            foreach (var name in folders)
            {
                var bytes = await Measuring.RunAsync(actor, ServerId, place.Child(name).Value, now.Token);
                if (place != Folder) return;
                measured[name] = bytes;
                now.Done++;
            }
        });
    }

    async Task ShowDetails()
    {
        if (Single is not { } entry) return;
        await Dialogs.OpenAsync<DetailsDialog>(
            FileNames.Shown(entry.Name),
            new()
            {
                [nameof(DetailsDialog.ServerId)] = ServerId,
                [nameof(DetailsDialog.Path)] = Folder.Child(entry.Name),
                [nameof(DetailsDialog.Entry)] = entry,
                [nameof(DetailsDialog.Closed)] = entry.ProtectedBy is not null && listing is { Binding: true },
            },
            new() { Width = "min(30rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });
    }

    async ValueTask ForgetLookAsync()
    {
        try
        {
            if (look is not null) await look.DisposeAsync();
        }
        catch (JSDisconnectedException) { look = null; }
    }
}
