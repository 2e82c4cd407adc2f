using System.Globalization;
using Microsoft.AspNetCore.Components;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Web.Components.Access;
using Panel.Web.Components.Live;

namespace Panel.Web.Components.Files;

/// <summary>The files of a server: a folder, or the editor of one file in it. Which, stands in the address.</summary>
public sealed partial class FilesView
{
    // names stand in the address of an archive, which has a length that servers and proxies take
    const int MaxSingle = 5, MaxPacked = 100;

    FileListing? listing;
    FileTable? table;
    Uploads? uploads;
    CancellationTokenSource? loading;
    ServerPath? shown;
    string? problem, renaming, wanted;

    /// <summary>The server.</summary>
    [Parameter, EditorRequired] public ServerId ServerId { get; set; }

    /// <summary>What the person may do to the server.</summary>
    [Parameter, EditorRequired] public ISet<string> Allowed { get; set; } = new HashSet<string>();

    /// <summary>The folder; the volume's root when empty.</summary>
    [Parameter] public string? Path { get; set; }

    /// <summary>The name of the file in it that the editor has open.</summary>
    [SupplyParameterFromQuery(Name = "edit")] public string? Edit { get; set; }

    /// <summary>The line of that file which the editor shows first.</summary>
    [SupplyParameterFromQuery(Name = "line")] public int? Line { get; set; }

    [Inject] OpenFolders Open { get; set; } = default!;

    FileRows Rows { get; } = new();

    ServerPath Folder { get; set; }

    string? Refusal(string permission) => Permits.Refusal(Allowed, permission);

    bool May(string permission) => Allowed.Contains(permission);

    bool CanDownload => May(ServerPermissions.ReadFiles) && Rows.SelectedCount is > 0 and <= MaxPacked && Rows.Selected.All(entry => entry.Kind is FileKind.File or FileKind.Folder);

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        try
        {
            Folder = ServerPath.Parse(Path);
            if (Edit is not null) Folder.Child(Edit);
        }
        catch (InvalidFieldException refusal)
        {
            (problem, Edit) = (refusal.Message, null);
            return;
        }
        if (!RendererInfo.IsInteractive || Folder == shown || Edit is not null) return;   // a folder under an open file is listed once the file is closed
        await LoadAsync();
    }

    /// <summary>Lists the folder.</summary>
    /// <param name="keep">Whether what is shown stays until the answer is there.</param>
    async Task LoadAsync(bool keep = false)
    {
        if (loading is not null) await loading.CancelAsync();
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(Closing);
        loading = mine;
        problem = null;
        if (Folder != shown || !keep)
        {
            (listing, renaming) = (null, null);
            if (Folder != shown)
            {
                Rows.Reset();
                measured.Clear();
            }
        }
        var left = shown;
        shown = Folder;
        try
        {
            listing = await Listing.RunAsync(await Me.GetAsync(), ServerId, Folder.Value, mine.Token);
            Rows.Show(listing.Entries);
            // who goes up stands where they came from
            if (left is { IsRoot: false } below && below.Parent == Folder) Rows.Point(below.Name);
            if (wanted is not null) Rows.Select(wanted);
            wanted = null;
            Open.Hold(this, Rows.Weight, LetGo);
            if (table is not null) await table.RedrawAsync();
        }
        catch (OperationCanceledException) when (mine.IsCancellationRequested) { return; }
        catch (PanelException refusal) { problem = refusal.Message; }
        catch (Exception failure) { problem = Feedback.Report(Log, failure); }
        finally
        {
            if (loading == mine) loading = null;
        }
    }

    /// <summary>Others need the memory: the list goes, and is read again when the person wants it.</summary>
    void LetGo() => _ = InvokeAsync(() =>
    {
        if (Closing.IsCancellationRequested) return;
        (listing, problem) = (null, "This list was put aside, as many large folders are open at once.");
        Rows.Reset();
        StateHasChanged();
    });

    /// <summary>Goes to what a job made: the file in its folder, or the folder that was filled.</summary>
    async Task ShowMadeAsync(FileJob job)
    {
        var place = ServerPath.Parse(job.Place);
        var folder = job.Kind is FileJobKind.Extract ? place : place.Parent;
        wanted = job.Kind is FileJobKind.Extract ? null : place.Name;
        if (folder != Folder || Edit is not null) Navigation.NavigateTo(Address(folder, null));
        if (folder != Folder) return;
        await LoadAsync(keep: true);
        if (table is not null && Rows.Cursor >= 0) await table.ShowAsync(Rows.Cursor);
    }

    Task ArrivedAsync() => Edit is null && problem is null ? LoadAsync(keep: true) : Task.CompletedTask;

    string Address(ServerPath folder, string? file) => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["path"] = folder.IsRoot ? null : folder.Value,
        ["edit"] = file,
        ["line"] = null,
    });

    string AddressOf(FileEntry entry) => entry.Kind is FileKind.Folder
        ? Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["path"] = PathOf(entry.Name), ["edit"] = null })
        : Address(Folder, entry.Name);

    // each file by itself, as long as they are few; folders and many as an archive
    IReadOnlyList<string> DownloadAddresses(IReadOnlyList<FileEntry> chosen) => chosen.Count <= MaxSingle && chosen.All(entry => entry.Kind is FileKind.File)
        ? [.. chosen.Select(entry => DownloadAddress(entry.Name))]
        : [$"api/v1/servers/{ServerId}/files/archive?path={Uri.EscapeDataString(Folder.Value)}{(chosen.Count == Rows.Total ? "" : string.Concat(chosen.Select(entry => $"&name={Uri.EscapeDataString(entry.Name)}")))}"];

    string DownloadAddress(string name) => $"api/v1/servers/{ServerId}/files/content?path={Uri.EscapeDataString(PathOf(name))}";

    string PathOf(string name) => Folder.IsRoot ? $"/{name}" : $"{Folder.Value}/{name}";

    async Task NarrowAsync(string? text)
    {
        Rows.Narrow(text);
        if (table is not null) await table.RedrawAsync(fromTop: true);
    }

    string Nothing => Rows.Filter.Length > 0 ? $"No name in this folder holds “{Rows.Filter}”." : "All that is here is hidden: its names begin with a dot.";

    string Summary => $"{Count(Rows.Total)} {(Rows.Total == 1 ? "entry" : "entries")}{(Rows.Count < Rows.Total ? $", {Count(Rows.Count)} shown" : "")}";

    static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    void OpenEntry(FileEntry entry)
    {
        if (entry.Kind is FileKind.Folder || (entry.Kind is FileKind.File && !(entry.ProtectedBy is not null && listing is { Binding: true }))) Navigation.NavigateTo(AddressOf(entry));
    }

    /// <inheritdoc/>
    protected override async ValueTask CloseAsync()
    {
        Open.Hold(this, 0, LetGo);
        if (loading is not null) await loading.CancelAsync();
        await ForgetLookAsync();
    }
}
