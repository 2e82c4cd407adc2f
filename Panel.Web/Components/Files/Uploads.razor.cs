using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using Panel.Contracts.Servers;
using Panel.Core.Files;
using Panel.Web.Components.Live;

namespace Panel.Web.Components.Files;

/// <summary>A file on its way.</summary>
/// <param name="Id">Names it in this page.</param>
/// <param name="Name">Its name, with the folders it was dropped in.</param>
/// <param name="Sent">Bytes gone.</param>
/// <param name="Size">Bytes in all.</param>
public sealed record UploadProgress(int Id, string Name, long Sent, long Size);

/// <summary>A file that did not arrive.</summary>
/// <param name="Id">Names it in this page.</param>
/// <param name="Name">Its name.</param>
/// <param name="Why">What was wrong, in words.</param>
public sealed record UploadFailure(int Id, string Name, string Why);

/// <summary>How the uploads of this page stand.</summary>
/// <param name="Done">Files that arrived.</param>
/// <param name="Failed">Files that did not.</param>
/// <param name="Total">Files in all.</param>
/// <param name="Sent">Bytes gone.</param>
/// <param name="Size">Bytes in all.</param>
/// <param name="Busy">Whether any is still on its way.</param>
/// <param name="Active">Those on their way now.</param>
/// <param name="Failures">The first that did not arrive.</param>
public sealed record UploadReport(int Done, int Failed, int Total, long Sent, long Size, bool Busy, IReadOnlyList<UploadProgress> Active, IReadOnlyList<UploadFailure> Failures);

/// <summary>Takes dropped and chosen files and shows how they go.</summary>
public sealed partial class Uploads : IAsyncDisposable
{
    ElementReference zone;
    IJSObjectReference? module, sender;
    DotNetObjectReference<Uploads>? self;
    UploadReport? report;
    string? told;

    /// <summary>The server.</summary>
    [Parameter, EditorRequired] public ServerId ServerId { get; set; }

    /// <summary>The folder that files go to.</summary>
    [Parameter, EditorRequired] public ServerPath Folder { get; set; }

    /// <summary>Whether the folder has something of a name.</summary>
    [Parameter, EditorRequired] public Func<string, bool> Exists { get; set; } = default!;

    /// <summary>Whether files may be dropped now.</summary>
    [Parameter] public bool Enabled { get; set; }

    /// <summary>Files arrived; told at most every two seconds.</summary>
    [Parameter] public EventCallback OnArrived { get; set; }

    /// <summary>What files can be dropped on.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }

    string? Target => Enabled ? Folder.Value : null;

    /// <summary>Lets the person choose files.</summary>
    public Task PickAsync() => sender?.InvokeVoidAsync("pick").AsTask() ?? Task.CompletedTask;

    /// <summary>Lets the browser download some addresses, one after another.</summary>
    public Task DownloadAsync(IReadOnlyList<string> addresses) => sender?.InvokeVoidAsync("download", addresses).AsTask() ?? Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            self = DotNetObjectReference.Create(this);
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./Components/Files/Uploads.razor.js");
            sender = await module.InvokeAsync<IJSObjectReference>("attach", zone, self, $"api/v1/servers/{ServerId}/files/content");
        }
        if (sender is null || (told == Target && !firstRender)) return;
        told = Target;
        await sender.InvokeVoidAsync("aim", Target);
    }

    /// <summary>Which of some names the folder has already.</summary>
    [JSInvokable]
    public string[] Existing(string[] names) => [.. names.Where(Exists)];

    /// <summary>Asks whether files may be written over.</summary>
    [JSInvokable]
    public Task<bool> Overwrite(string[] names, int count) => Dialogs.AskAsync(new(
        count == 1 ? $"Replace {names[0]}?" : $"Replace {count.ToString("N0", CultureInfo.InvariantCulture)} files?",
        count == 1 ? "The folder has something of this name already." : "The folder has these already. What is in a folder of the same name stays, unless it has the same name too.",
        "Replace")
    { Items = count == 1 ? [] : names });

    /// <summary>Takes how it goes.</summary>
    [JSInvokable]
    public void Report(UploadReport now)
    {
        report = now;
        StateHasChanged();
    }

    /// <summary>Is told that files arrived.</summary>
    [JSInvokable]
    public Task Arrived() => OnArrived.InvokeAsync();

    async Task CancelAsync(int id) => await sender!.InvokeVoidAsync("cancel", id);

    async Task RetryAsync(int id) => await sender!.InvokeVoidAsync("retry", id);

    async Task CancelAllAsync() => await sender!.InvokeVoidAsync("cancelAll");

    static string Headline(UploadReport now)
    {
        var done = now.Done.ToString("N0", CultureInfo.InvariantCulture);
        var total = now.Total.ToString("N0", CultureInfo.InvariantCulture);
        if (now.Busy) return now.Total == 1 ? "Uploading" : $"Uploading {done} of {total} files";
        return now.Failed == 0 ? now.Total == 1 ? "Uploaded" : $"Uploaded {total} files" : $"Uploaded {done} of {total} files";
    }

    async Task LeaveAsync(LocationChangingContext context)
    {
        if (report is not { Busy: true } || SamePage(context.TargetLocation)) return;
        var leave = await Dialogs.AskAsync(new("Leave and cancel the uploads?", "Files are still on their way. What has not arrived is not kept.", "Leave"));
        if (!leave) context.PreventNavigation();
    }

    /// <summary>Whether only the folder changes: the uploads go on then.</summary>
    bool SamePage(string target) => Navigation.ToAbsoluteUri(target).GetLeftPart(UriPartial.Path) == new Uri(Navigation.Uri).GetLeftPart(UriPartial.Path);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (sender is not null)
            {
                await sender.InvokeVoidAsync("dispose", TimeSpan.FromSeconds(2));
                await sender.DisposeAsync();
            }
            if (module is not null) await module.DisposeAsync();
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException) { sender = null; }
        self?.Dispose();
    }
}
