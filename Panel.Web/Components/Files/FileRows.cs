using Panel.Contracts.Files;

namespace Panel.Web.Components.Files;

/// <summary>What a list of files is sorted by.</summary>
public enum FileOrder
{
    /// <summary>By name.</summary>
    Name,
    /// <summary>By size.</summary>
    Size,
    /// <summary>By the time of the last change.</summary>
    Modified,
}

/// <summary>One row of the list.</summary>
/// <param name="Index">Its place, from 0.</param>
/// <param name="Entry">What it shows.</param>
public readonly record struct FileRow(int Index, FileEntry Entry);

/// <summary>
/// The rows of a folder as a person sees them: sorted, filtered, some selected, one under the cursor. Folders come first in every
/// order. Selection and cursor follow the names, so that a reload or another order loses neither.
/// </summary>
public sealed class FileRows
{
    readonly HashSet<string> selected = new(StringComparer.Ordinal);
    IReadOnlyList<FileEntry> all = [];
    string? cursor, anchor;

    /// <summary>The rows, in order.</summary>
    public List<FileRow> Shown { get; private set; } = [];

    /// <summary>What they are sorted by.</summary>
    public FileOrder Order { get; private set; }

    /// <summary>Whether the largest comes first.</summary>
    public bool Descending { get; private set; }

    /// <summary>Only names that hold this are shown.</summary>
    public string Filter { get; private set; } = "";

    /// <summary>How many entries the folder has, shown or not.</summary>
    public int Total => all.Count;

    /// <summary>The row under the cursor; -1 when there is none.</summary>
    public int Cursor => cursor is null ? -1 : IndexOf(cursor);

    /// <summary>What is selected and shown, in the order of the rows.</summary>
    public IReadOnlyList<FileEntry> Selected => [.. Shown.Where(row => selected.Contains(row.Entry.Name)).Select(row => row.Entry)];

    /// <summary>How many rows are selected.</summary>
    public int SelectedCount => selected.Count == 0 ? 0 : Shown.Count(row => selected.Contains(row.Entry.Name));

    /// <summary>Whether the row is selected.</summary>
    public bool IsSelected(FileEntry entry) => selected.Contains(entry.Name);

    /// <summary>Whether the folder has an entry of this name.</summary>
    public bool Has(string name) => all.Any(entry => entry.Name == name);

    /// <summary>Shows a folder's entries; what was selected and is still there stays so.</summary>
    public void Show(IReadOnlyList<FileEntry> entries)
    {
        all = entries;
        if (selected.Count > 0) selected.IntersectWith(entries.Select(entry => entry.Name));
        Arrange();
    }

    /// <summary>Shows nothing, with nothing selected and no filter.</summary>
    public void Reset()
    {
        (all, cursor, anchor, Filter) = ([], null, null, "");
        selected.Clear();
        Arrange();
    }

    /// <summary>Sorts by a column; a second time, the other way round.</summary>
    public void Sort(FileOrder order)
    {
        Descending = order == Order ? !Descending : order != FileOrder.Name;
        Order = order;
        Arrange();
    }

    /// <summary>Shows only names that hold a text, in any case.</summary>
    public void Narrow(string? text)
    {
        Filter = text ?? "";
        Arrange();
    }

    /// <summary>A click on a row: it alone; with Ctrl it is added or taken away; with Shift all from the last one clicked.</summary>
    public void Click(int index, bool ctrl, bool shift)
    {
        if (index < 0 || index >= Shown.Count) return;
        var name = Shown[index].Entry.Name;
        cursor = name;
        if (shift && anchor is not null && IndexOf(anchor) is >= 0 and var from)
        {
            if (!ctrl) selected.Clear();
            for (var i = Math.Min(from, index); i <= Math.Max(from, index); i++) selected.Add(Shown[i].Entry.Name);
            return;
        }
        anchor = name;
        if (ctrl)
        {
            if (!selected.Remove(name)) selected.Add(name);
            return;
        }
        selected.Clear();
        selected.Add(name);
    }

    /// <summary>Moves the cursor to a row and selects it; with Shift, all from where the movement began.</summary>
    public void MoveTo(int index, bool shift)
    {
        if (Shown.Count == 0) return;
        Click(Math.Clamp(index, 0, Shown.Count - 1), ctrl: false, shift);
    }

    /// <summary>Selects every row that is shown.</summary>
    public void SelectAll() => selected.UnionWith(Shown.Select(row => row.Entry.Name));

    /// <summary>Selects nothing.</summary>
    public void SelectNone() => selected.Clear();

    /// <summary>Selects one entry by name, and puts the cursor on it.</summary>
    public void Select(string name)
    {
        selected.Clear();
        selected.Add(name);
        cursor = anchor = name;
    }

    int IndexOf(string name) => Shown.FindIndex(row => row.Entry.Name == name);

    void Arrange()
    {
        var rows = string.IsNullOrWhiteSpace(Filter) ? all : all.Where(entry => entry.Name.Contains(Filter.Trim(), StringComparison.OrdinalIgnoreCase));
        var folders = rows.OrderBy(entry => entry.Kind != FileKind.Folder);
        var sorted = (Order, Descending) switch
        {
            (FileOrder.Size, false) => folders.ThenBy(entry => entry.Bytes),
            (FileOrder.Size, true) => folders.ThenByDescending(entry => entry.Bytes),
            (FileOrder.Modified, false) => folders.ThenBy(entry => entry.ModifiedAt),
            (FileOrder.Modified, true) => folders.ThenByDescending(entry => entry.ModifiedAt),
            (_, true) => folders.ThenByDescending(entry => entry.Name, StringComparer.OrdinalIgnoreCase),
            _ => folders.ThenBy(entry => entry.Name, StringComparer.OrdinalIgnoreCase),
        };
        Shown = [.. sorted.ThenBy(entry => entry.Name, StringComparer.Ordinal).Select((entry, index) => new FileRow(index, entry))];
    }
}
