using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Files;

namespace Panel.Web.Components.Files;

/// <summary>What becomes of a file or folder whose name there is already.</summary>
/// <param name="Name">Its name.</param>
/// <param name="As">The name it gets; null when it is left away.</param>
/// <param name="Replace">Whether it may go over what is there.</param>
public sealed record UploadAnswer(string Name, string? As, bool Replace);

/// <summary>Takes dropped and chosen files and folders. How they go, the card of uploads shows: it belongs to the tab, and so do they.</summary>
public sealed partial class Uploads : IAsyncDisposable
{
    ElementReference zone;
    IJSObjectReference? module, sender;
    DotNetObjectReference<Uploads>? self;
    string? told;

    /// <summary>The server.</summary>
    [Parameter, EditorRequired] public ServerId ServerId { get; set; }

    /// <summary>The folder that files go to.</summary>
    [Parameter, EditorRequired] public ServerPath Folder { get; set; }

    /// <summary>Whether the folder has something of a name.</summary>
    [Parameter, EditorRequired] public Func<string, bool> Exists { get; set; } = default!;

    /// <summary>Whether what the folder has of a name is a folder.</summary>
    [Parameter, EditorRequired] public Func<string, bool> IsFolder { get; set; } = default!;

    /// <summary>Whether files may be dropped now.</summary>
    [Parameter] public bool Enabled { get; set; }

    /// <summary>Whether files that are there may be replaced.</summary>
    [Parameter] public bool MayReplace { get; set; }

    /// <summary>Files arrived; told at most every two seconds.</summary>
    [Parameter] public EventCallback OnArrived { get; set; }

    /// <summary>What files can be dropped on.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }

    string? Target => Enabled ? Folder.Value : null;

    /// <summary>Lets the person choose files, or a folder.</summary>
    public Task PickAsync(bool folder = false) => sender?.InvokeVoidAsync("pick", folder).AsTask() ?? Task.CompletedTask;

    /// <summary>Lets the person choose the file of an upload that broke off, and goes on with it.</summary>
    public Task ResumeAsync(UnfinishedUpload upload) => sender?.InvokeVoidAsync("resume", upload.Id, upload.Path, upload.Bytes, upload.Replace).AsTask() ?? Task.CompletedTask;

    /// <summary>Another file was chosen than the one that broke off.</summary>
    [JSInvokable]
    public void Other(string name, string wanted) => Feedback.Show(new ConflictException($"{name} has another size than what has come of {wanted}: choose the same file."));

    /// <summary>Lets the browser download some addresses, one after another.</summary>
    public Task DownloadAsync(IReadOnlyList<string> addresses) => sender?.InvokeVoidAsync("download", addresses).AsTask() ?? Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            self = DotNetObjectReference.Create(this);
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./Components/Files/Uploads.razor.js");
            sender = await module.InvokeAsync<IJSObjectReference>("attach", zone, self, $"/api/v1/servers/{ServerId}/files/uploads");
        }
        if (sender is null || (told == Target && !firstRender)) return;
        told = Target;
        await sender.InvokeVoidAsync("aim", Target);
    }

    /// <summary>Which of some names the folder has already.</summary>
    [JSInvokable]
    public string[] Existing(string[] names) => [.. names.Where(Exists)];

    /// <summary>Asks what becomes of what is there already, one by one or for all at once.</summary>
    [JSInvokable]
    public async Task<UploadAnswer[]> Ask(string[] names)
    {
        var answers = new List<UploadAnswer>();
        UploadChoice? forAll = null;
        foreach (var name in names)
        {
            var choice = forAll ?? await Dialogs.AskUploadAsync(name, IsFolder(name), names.Length - answers.Count - 1, MayReplace);
            if (choice.ForAll) forAll = choice;
            // a choice is kept for the next ones, and a name for the next copy
            var copy = choice.Kind is UploadKind.KeepBoth ? CopyName.Of(name, taken => Exists(taken) || answers.Exists(answer => answer.As == taken)) : null;
            answers.Add(new(name, choice.Kind is UploadKind.Skip ? null : copy ?? name, choice.Kind is UploadKind.Replace));
        }
        return [.. answers];
    }

    /// <summary>Makes folders in which there is nothing to upload.</summary>
    [JSInvokable]
    public async Task MakeFolders(string[] names)
    {
        var actor = await Me.GetAsync();
        foreach (var name in names)
        {
            try
            {
                await Making.RunAsync(actor, ServerId, $"{Folder.Value}/{name}", CancellationToken.None);
            }
            catch (ConflictException)
            {
                continue;   // it is there already, as it should be
            }
            catch (Exception failure)
            {
                Feedback.Show(failure);
                break;
            }
        }
        await OnArrived.InvokeAsync();
    }

    /// <summary>Is told that files arrived.</summary>
    [JSInvokable]
    public Task Arrived() => OnArrived.InvokeAsync();

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
