using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;
using Panel.Contracts.Files;
using Panel.Core.Files;
using Panel.Web.Components.Live;

namespace Panel.Web.Components.Files;

/// <summary>The list of a folder: only the rows in view exist in the page. The keys are caught in FileTable.razor.js, which knows what to keep from the browser.</summary>
public sealed partial class FileTable : IAsyncDisposable
{
    const int RowHeight = 36;
    static readonly (FileOrder Order, string Label, string Style)[] columns = [(FileOrder.Name, "Name", "name"), (FileOrder.Kind, "Kind", "kind"), (FileOrder.Size, "Size", "size"), (FileOrder.Modified, "Modified", "time")];

    readonly string id = $"f{Guid.NewGuid():n}";
    ElementReference grid;
    Virtualize<FileRow>? list;
    BrowserKeys? keys;

    /// <summary>The rows.</summary>
    [Parameter, EditorRequired] public FileRows Rows { get; set; } = default!;

    /// <summary>Whether what is protected is closed to who looks.</summary>
    [Parameter] public bool Binding { get; set; }

    /// <summary>The address that opens an entry.</summary>
    [Parameter, EditorRequired] public Func<FileEntry, string> Link { get; set; } = default!;

    /// <summary>The address of a file's bytes.</summary>
    [Parameter, EditorRequired] public Func<FileEntry, string> DownloadLink { get; set; } = default!;

    /// <summary>The path of an entry, as a folder that something can be dragged onto.</summary>
    [Parameter, EditorRequired] public Func<FileEntry, string> PathOf { get; set; } = default!;

    /// <summary>The sizes of folders that were measured, by name.</summary>
    [Parameter] public IReadOnlyDictionary<string, long> Measured { get; set; } = new Dictionary<string, long>();

    /// <summary>The name that is being changed, or null.</summary>
    [Parameter] public string? Renaming { get; set; }

    /// <summary>Gives the entry its new name, null when it was given up; answers with what is wrong with it.</summary>
    [Parameter, EditorRequired] public Func<string?, Task<string?>> Rename { get; set; } = default!;

    /// <summary>The selection changed.</summary>
    [Parameter] public EventCallback OnSelect { get; set; }

    /// <summary>An entry is to be opened.</summary>
    [Parameter] public EventCallback<FileEntry> OnOpen { get; set; }

    /// <summary>A key asks for something: "Delete", "Shift+Delete", "F2", "Ctrl+C", "Backspace".</summary>
    [Parameter] public EventCallback<string> OnKey { get; set; }

    /// <summary>A menu is asked for, of what is chosen or of the folder, at a place of the window.</summary>
    [Parameter] public EventCallback<(bool Row, double X, double Y)> OnMenu { get; set; }

    /// <summary>What is chosen was dragged onto a folder.</summary>
    [Parameter] public EventCallback<(string Folder, bool Copy)> OnDrop { get; set; }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        keys = await BrowserKeys.AttachAsync(Js, "./Components/Files/FileTable.razor.js", this, grid, RowHeight);
        if (Rows.Cursor >= 0) await keys.ShowAsync(Rows.Cursor);
    }

    bool Closed(FileEntry entry) => Binding && entry.ProtectedBy is not null;

    /// <summary>Puts the keyboard on the list.</summary>
    public ValueTask FocusAsync() => grid.FocusAsync(preventScroll: true);

    /// <summary>A key of the list's own.</summary>
    [JSInvokable]
    public async Task Key(string key, bool shift, bool ctrl, int page)
    {
        var cursor = Rows.Cursor;
        switch (key)
        {
            case "ArrowDown": Rows.MoveTo(cursor + 1, shift); break;
            case "ArrowUp": Rows.MoveTo(cursor < 0 ? 0 : cursor - 1, shift); break;
            case "PageDown": Rows.MoveTo(cursor + page, shift); break;
            case "PageUp": Rows.MoveTo(cursor - page, shift); break;
            case "Home": Rows.MoveTo(0, shift); break;
            case "End": Rows.MoveTo(Rows.Count - 1, shift); break;
            case " ": Rows.Click(cursor, ctrl: true, shift: false); break;
            case "a" when ctrl: Rows.SelectAll(); break;
            case "i" when ctrl: Rows.Invert(); break;
            case "Escape": Rows.SelectNone(); break;
            case "Enter" when cursor >= 0: await OnOpen.InvokeAsync(Rows[cursor].Entry); break;
            default: await OnKey.InvokeAsync($"{(ctrl ? "Ctrl+" : "")}{(shift ? "Shift+" : "")}{(ctrl ? key.ToUpperInvariant() : key)}"); break;
        }
        await ShowCursorAsync(cursor);
    }

    /// <summary>Somebody types a name.</summary>
    [JSInvokable]
    public async Task Find(string text)
    {
        var cursor = Rows.Cursor;
        Rows.Find(text);
        await ShowCursorAsync(cursor);
    }

    /// <summary>A menu is asked for at a row (-1: beside the rows, -2: at the cursor), which is chosen by that unless it is already.</summary>
    [JSInvokable]
    public async Task Menu(int row, double x, double y)
    {
        if (row == -2) row = Rows.Cursor;
        if (row >= 0 && !Rows.IsSelected(row)) Rows.Click(row, ctrl: false, shift: false);
        await OnSelect.InvokeAsync();
        await OnMenu.InvokeAsync((row >= 0, x, y));
        StateHasChanged();
    }

    /// <summary>Rows were dragged onto a folder: what is chosen, or the one row that is not.</summary>
    [JSInvokable]
    public async Task Drop(int row, string folder, bool copy)
    {
        if (row < 0 || row >= Rows.Count) return;
        if (!Rows.IsSelected(row)) Rows.Click(row, ctrl: false, shift: false);
        await OnDrop.InvokeAsync((folder, copy));
        StateHasChanged();
    }

    /// <summary>Brings a row into view.</summary>
    public ValueTask ShowAsync(int row) => keys?.ShowAsync(row) ?? ValueTask.CompletedTask;

    /// <summary>Draws the rows anew: they are others, or in another order.</summary>
    /// <param name="fromTop">Whether the first rows come into view.</param>
    public async Task RedrawAsync(bool fromTop = false)
    {
        if (fromTop && keys is not null) await keys.ShowAsync(0);
        if (list is not null) await list.RefreshDataAsync();
        StateHasChanged();
    }

    async Task ShowCursorAsync(int before)
    {
        await OnSelect.InvokeAsync();
        StateHasChanged();
        if (keys is not null && Rows.Cursor >= 0 && Rows.Cursor != before) await keys.ShowAsync(Rows.Cursor);
    }

    ValueTask<ItemsProviderResult<FileRow>> RowsAsync(ItemsProviderRequest request) => new(new ItemsProviderResult<FileRow>(Rows.Range(request.StartIndex, request.Count), Rows.Count));

    string RowId(int index) => $"{id}-{index}";

    Task Click(int index, MouseEventArgs e)
    {
        Rows.Click(index, e.CtrlKey || e.MetaKey, e.ShiftKey);
        return OnSelect.InvokeAsync();
    }

    Task Pick(int index)
    {
        Rows.Click(index, ctrl: true, shift: false);
        return OnSelect.InvokeAsync();
    }

    Task SelectAll(ChangeEventArgs e)
    {
        if (e.Value is true) Rows.SelectAll();
        else Rows.SelectNone();
        return OnSelect.InvokeAsync();
    }

    async Task Sort(FileOrder order)
    {
        Rows.Sort(order);
        await RedrawAsync(fromTop: true);
    }

    string SizeOf(FileEntry entry) => entry.Kind is FileKind.File ? ByteSize.Text(entry.Bytes) : Measured.TryGetValue(entry.Name, out var bytes) ? ByteSize.Text(bytes) : "";

    static string KindOf(FileEntry entry) => entry.Kind switch
    {
        FileKind.Folder => "Folder",
        FileKind.Link => "Link",
        FileKind.Other => "Special",
        _ => Path.GetExtension(entry.Name) is { Length: > 1 and <= 8 } end && entry.Name.Length > end.Length ? FileNames.Shown(end[1..].ToUpperInvariant()) : "File",
    };

    static string IconOf(FileEntry entry) => entry.Kind switch
    {
        FileKind.Folder => "folder",
        FileKind.Link => "link",
        FileKind.Other => "box",
        _ when FileLanguage.Of(entry.Name) != "plaintext" || entry.Name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) => "file-text",
        _ => "file",
    };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => keys?.DisposeAsync() ?? ValueTask.CompletedTask;
}
