using System.Text;
using Panel.Contracts.Files;
using Panel.Core.Files;

namespace Panel.Web.Components.Files;

/// <summary>What a list of files is sorted by.</summary>
public enum FileOrder
{
    /// <summary>By name.</summary>
    Name,
    /// <summary>By kind: what a name ends in.</summary>
    Kind,
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
/// order. Selection and cursor follow the names, so that a reload or another order loses neither. A row is a number until it is drawn:
/// a folder of a hundred thousand takes some five megabytes.
/// </summary>
public sealed class FileRows
{
    FolderEntries all = FolderEntries.None;
    int[] shown = [];
    bool[] selected = [];
    int cursor = -1, anchor = -1;   // places in the folder, not in the rows

    /// <summary>How many rows there are.</summary>
    public int Count => shown.Length;

    /// <summary>What they are sorted by.</summary>
    public FileOrder Order { get; private set; }

    /// <summary>Whether the largest comes first.</summary>
    public bool Descending { get; private set; }

    /// <summary>Only names that hold this are shown.</summary>
    public string Filter { get; private set; } = "";

    /// <summary>Whether names that begin with a dot are shown.</summary>
    public bool Hidden { get; private set; } = true;

    /// <summary>How many entries the folder has, shown or not.</summary>
    public int Total => all.Count;

    /// <summary>How much memory they take, in bytes.</summary>
    public long Weight => all.Weight + (sizeof(int) + sizeof(bool)) * (long)all.Count;

    /// <summary>The row under the cursor; -1 when there is none.</summary>
    public int Cursor => RowOf(cursor);

    /// <summary>How many rows are selected.</summary>
    public int SelectedCount { get; private set; }

    /// <summary>What is selected and shown, in the order of the rows.</summary>
    public IReadOnlyList<FileEntry> Selected => [.. shown.Where(place => selected[place]).Select(place => all[place])];

    /// <summary>A row.</summary>
    public FileRow this[int row] => new(row, all[shown[row]]);

    /// <summary>Some rows, from one on.</summary>
    public IReadOnlyList<FileRow> Range(int from, int count) => [.. Enumerable.Range(from, Math.Clamp(count, 0, Math.Max(0, Count - from))).Select(row => this[row])];

    /// <summary>Whether a row is selected.</summary>
    public bool IsSelected(int row) => row >= 0 && row < Count && selected[shown[row]];

    /// <summary>Whether the folder has an entry of this name.</summary>
    public bool Has(string name) => all.IndexOf(name) >= 0;

    /// <summary>Whether the folder has a folder of this name.</summary>
    public bool HasFolder(string name) => all.IndexOf(name) is >= 0 and var place && all.KindOf(place) is FileKind.Folder;

    /// <summary>Shows a folder's entries; what was selected and is still there stays so.</summary>
    public void Show(IReadOnlyList<FileEntry> entries)
    {
        var (before, chosen) = (all, selected);
        var (under, from) = (Name(cursor), Name(anchor));
        all = FolderEntries.Of(entries);
        selected = new bool[all.Count];
        if (SelectedCount > 0)
        {
            var names = Enumerable.Range(0, before.Count).Where(place => chosen[place]).Select(place => FileNames.Text(before.NameOf(place))).ToHashSet(StringComparer.Ordinal);
            for (var place = 0; place < all.Count; place++) selected[place] = names.Contains(FileNames.Text(all.NameOf(place)));
        }
        (cursor, anchor) = (under is null ? -1 : all.IndexOf(under), from is null ? -1 : all.IndexOf(from));
        Arrange();

        string? Name(int place) => place < 0 ? null : FileNames.Text(before.NameOf(place));
    }

    /// <summary>Shows nothing, with nothing selected and no filter.</summary>
    public void Reset()
    {
        (all, selected, cursor, anchor, Filter) = (FolderEntries.None, [], -1, -1, "");
        Arrange();
    }

    /// <summary>Sorts by a column; a second time, the other way round.</summary>
    public void Sort(FileOrder order)
    {
        Descending = order == Order ? !Descending : order is FileOrder.Size or FileOrder.Modified;
        Order = order;
        Arrange();
    }

    /// <summary>Shows only names that hold a text, in any case.</summary>
    public void Narrow(string? text)
    {
        Filter = text ?? "";
        Arrange();
    }

    /// <summary>Shows names that begin with a dot, or leaves them out.</summary>
    public void ShowHidden(bool on)
    {
        Hidden = on;
        Arrange();
    }

    /// <summary>A click on a row: it alone; with Ctrl it is added or taken away; with Shift all from the last one clicked.</summary>
    public void Click(int row, bool ctrl, bool shift)
    {
        if (row < 0 || row >= Count) return;
        cursor = shown[row];
        if (shift && RowOf(anchor) is >= 0 and var from)
        {
            if (!ctrl) Array.Clear(selected);
            for (var i = Math.Min(from, row); i <= Math.Max(from, row); i++) selected[shown[i]] = true;
        }
        else
        {
            anchor = cursor;
            if (!ctrl) Array.Clear(selected);
            selected[cursor] = !ctrl || !selected[cursor];
        }
        CountSelected();
    }

    /// <summary>Moves the cursor to a row and selects it; with Shift, all from where the movement began.</summary>
    public void MoveTo(int row, bool shift)
    {
        if (Count > 0) Click(Math.Clamp(row, 0, Count - 1), ctrl: false, shift);
    }

    /// <summary>Moves the cursor to the next row whose name begins with a text, in any case; from the cursor on, and again from the top.</summary>
    /// <param name="text">What was typed; of one letter the next row is meant, of more the one at the cursor may stay.</param>
    public void Find(string text)
    {
        var from = Math.Max(0, Cursor + (text.Length == 1 ? 1 : 0));
        for (var i = 0; i < Count; i++)
        {
            var row = (from + i) % Count;
            if (!FileNames.Text(all.NameOf(shown[row])).StartsWith(text, StringComparison.OrdinalIgnoreCase)) continue;
            MoveTo(row, shift: false);
            return;
        }
    }

    /// <summary>Selects every row that is shown.</summary>
    public void SelectAll()
    {
        foreach (var place in shown) selected[place] = true;
        CountSelected();
    }

    /// <summary>Selects the rows that are not selected, and no other.</summary>
    public void Invert()
    {
        foreach (var place in shown) selected[place] = !selected[place];
        CountSelected();
    }

    /// <summary>Selects nothing.</summary>
    public void SelectNone()
    {
        Array.Clear(selected);
        SelectedCount = 0;
    }

    /// <summary>Selects one entry by name, and puts the cursor on it.</summary>
    public void Select(string name)
    {
        SelectNone();
        cursor = anchor = all.IndexOf(name);
        if (cursor < 0) return;
        selected[cursor] = true;
        CountSelected();
    }

    /// <summary>Puts the cursor on an entry, and selects nothing.</summary>
    public void Point(string name)
    {
        SelectNone();
        cursor = anchor = all.IndexOf(name);
    }

    int RowOf(int place) => place < 0 ? -1 : Array.IndexOf(shown, place);

    void CountSelected() => SelectedCount = shown.Count(place => selected[place]);

    void Arrange()
    {
        var needle = Filter.Trim();
        var small = Encoding.UTF8.GetBytes(needle.ToLowerInvariant());
        shown = [.. Enumerable.Range(0, all.Count).Where(place => (Hidden || all.NameOf(place)[0] != '.') && (small.Length == 0 || Holds(place, needle, small)))];
        // the folder's own order is that of names, with folders first
        var sign = Descending ? -1 : 1;
        if (Order is not FileOrder.Name || Descending)
        {
            Array.Sort(shown, (one, other) =>
            {
                var folders = (all.KindOf(one) != FileKind.Folder).CompareTo(all.KindOf(other) != FileKind.Folder);
                var order = folders != 0 ? folders : sign * Order switch
                {
                    FileOrder.Size => all.BytesOf(one).CompareTo(all.BytesOf(other)),
                    FileOrder.Modified => all.ModifiedOf(one).CompareTo(all.ModifiedOf(other)),
                    FileOrder.Kind => NaturalOrder.Compare(EndOf(one), EndOf(other)),
                    _ => one.CompareTo(other),
                };
                return order != 0 ? order : one.CompareTo(other);
            });
        }
        CountSelected();
    }

    bool Holds(int place, string needle, ReadOnlySpan<byte> small)
    {
        var name = all.NameOf(place);
        if (!Ascii.IsValid(name)) return FileNames.Text(name).Contains(needle, StringComparison.OrdinalIgnoreCase);
        Span<byte> folded = stackalloc byte[name.Length];
        Ascii.ToLower(name, folded, out _);
        return folded.IndexOf(small) >= 0;
    }

    ReadOnlySpan<byte> EndOf(int place)
    {
        var name = all.NameOf(place);
        return name.LastIndexOf((byte)'.') is > 0 and var dot ? name[(dot + 1)..] : default;
    }
}
