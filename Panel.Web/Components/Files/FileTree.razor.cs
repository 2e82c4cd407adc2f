using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Files;

namespace Panel.Web.Components.Files;

/// <summary>The tree of folders beside the list. It opens by itself down to the folder that is shown.</summary>
public sealed partial class FileTree
{
    const int MaxFolders = 500;

    readonly Branch root = new(ServerPath.Root);
    readonly string id = $"t{Guid.NewGuid():n}";
    ElementReference box;
    BrowserKeys? keys;
    ServerPath cursor, led;
    IReadOnlyList<FileEntry>? taken;
    bool begun;

    /// <summary>The server.</summary>
    [Parameter, EditorRequired] public ServerId ServerId { get; set; }

    /// <summary>The folder that is shown.</summary>
    [Parameter, EditorRequired] public ServerPath Folder { get; set; }

    /// <summary>What the folder holds; null until that is known.</summary>
    [Parameter] public IReadOnlyList<FileEntry>? Entries { get; set; }

    /// <summary>Whether names that begin with a dot are shown.</summary>
    [Parameter] public bool Hidden { get; set; }

    /// <summary>The address of a folder.</summary>
    [Parameter, EditorRequired] public Func<ServerPath, string?, string> Link { get; set; } = default!;

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (!begun || led != Folder)
        {
            (begun, led, cursor) = (true, Folder, Folder);
            await LeadAsync(Folder);
        }
        if (Entries is null) taken = null;    // nothing of it is held on to
        if (Entries is null || ReferenceEquals(taken, Entries) || Find(Folder) is not { } here) return;
        taken = Entries;
        here.Take(Entries);
        here.Open = true;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        keys = await BrowserKeys.AttachAsync(Js, "./Components/Files/FileTree.razor.js", this, box);
    }

    /// <summary>A key of the tree's own.</summary>
    [JSInvokable]
    public async Task Key(string key)
    {
        var all = Branches().ToList();
        var at = Math.Max(0, all.FindIndex(branch => branch.Path == cursor));
        var branch = all[at];
        switch (key)
        {
            case "ArrowDown": at++; break;
            case "ArrowUp": at--; break;
            case "Home": at = 0; break;
            case "End": at = all.Count - 1; break;
            case "ArrowRight" when !branch.Open: await FoldAsync(branch); break;
            case "ArrowRight" when branch.Folders is { Count: > 0 }: at++; break;
            case "ArrowLeft" when branch is { Open: true, Path.IsRoot: false, Folders.Count: > 0 }: await FoldAsync(branch); break;
            case "ArrowLeft": at = all.FindIndex(other => other.Path == branch.Path.Parent); break;
            case "Enter" or " ": Navigation.NavigateTo(Link(branch.Path, null)); break;
        }
        cursor = all[Math.Clamp(at, 0, all.Count - 1)].Path;
        StateHasChanged();
        if (keys is not null) await keys.ShowAsync(Id(cursor));
    }

    IEnumerable<Branch> Branches()
    {
        var open = new Stack<Branch>([root]);
        while (open.TryPop(out var branch))
        {
            yield return branch;
            if (!branch.Open || branch.Folders is null) continue;
            foreach (var child in Enumerable.Reverse(branch.Folders).Where(child => Hidden || child.Path.Name[0] != '.')) open.Push(child);
        }
    }

    Branch? Find(ServerPath path) => path.IsRoot ? root : Find(path.Parent)?.Folders?.FirstOrDefault(branch => branch.Path == path);

    async Task FoldAsync(Branch branch)
    {
        branch.Open = !branch.Open;
        if (branch.Open) await ReadAsync(branch);
    }

    /// <summary>Opens every folder on the way to one.</summary>
    async Task LeadAsync(ServerPath folder)
    {
        var place = ServerPath.Root;
        foreach (var part in folder.Parts)
        {
            if (Find(place) is not { } branch || folder != Folder) return;
            branch.Open = true;
            await ReadAsync(branch);
            place = place.Child(part);
        }
    }

    async Task ReadAsync(Branch branch)
    {
        if (branch.Folders is not null || branch.Reading) return;
        branch.Reading = true;
        StateHasChanged();
        await Feedback.TryAsync(async () => branch.Take((await Listing.RunAsync(await Me.GetAsync(), ServerId, branch.Path.Value, CancellationToken.None)).Entries));
        branch.Reading = false;
    }

    string Id(ServerPath path) => $"{id}-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(FileNames.Bytes(path.Value)))[..16]}";

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => keys?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>A folder of the tree.</summary>
    sealed class Branch(ServerPath path)
    {
        public ServerPath Path => path;
        public bool Open { get; set; }
        public bool Reading { get; set; }
        public IReadOnlyList<Branch>? Folders { get; private set; }
        public int More { get; private set; }

        /// <summary>Takes the folders of what was listed, which come first; those that were open stay so.</summary>
        public void Take(IEnumerable<FileEntry> entries)
        {
            var names = entries.TakeWhile(entry => entry.Kind is FileKind.Folder).Select(entry => entry.Name).ToList();
            var before = (Folders ?? []).ToDictionary(branch => branch.Path);
            Folders = [.. names.Take(MaxFolders).Select(name => path.Child(name)).Select(place => before.GetValueOrDefault(place) ?? new(place))];
            More = names.Count - Folders.Count;
        }
    }
}
