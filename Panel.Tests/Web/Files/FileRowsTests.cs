using Panel.Contracts.Files;
using Panel.Web.Components.Files;
using Xunit;

namespace Panel.Tests.Web.Files;

public sealed class FileRowsTests
{
    static readonly DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly FileRows rows = new();

    public FileRowsTests() => rows.Show([File("b.txt", 30, 1), Folder("zoo"), File("A.txt", 10, 3), File("c.log", 20, 2), Folder("any")]);

    [Fact]
    public void Folders_come_first_in_every_order()
    {
        Assert.Equal(["any", "zoo", "A.txt", "b.txt", "c.log"], Names());
        rows.Sort(FileOrder.Name);
        Assert.Equal(["zoo", "any", "c.log", "b.txt", "A.txt"], Names());
        rows.Sort(FileOrder.Size);
        Assert.Equal(["b.txt", "c.log", "A.txt"], Names().Skip(2));
        rows.Sort(FileOrder.Modified);
        Assert.Equal(["A.txt", "c.log", "b.txt"], Names().Skip(2));
        rows.Sort(FileOrder.Modified);
        Assert.Equal(["b.txt", "c.log", "A.txt"], Names().Skip(2));
    }

    [Fact]
    public void Clicks_select_as_in_every_list()
    {
        rows.Click(1, ctrl: false, shift: false);
        Assert.Equal(["zoo"], Selected());
        rows.Click(3, ctrl: false, shift: true);
        Assert.Equal(["zoo", "A.txt", "b.txt"], Selected());
        rows.Click(2, ctrl: true, shift: false);
        Assert.Equal(["zoo", "b.txt"], Selected());
        rows.Click(4, ctrl: false, shift: false);
        Assert.Equal(["c.log"], Selected());
        rows.Click(99, ctrl: false, shift: false);
        Assert.Equal(["c.log"], Selected());
    }

    [Fact]
    public void Keys_move_within_the_rows()
    {
        rows.MoveTo(-5, shift: false);
        Assert.Equal(0, rows.Cursor);
        rows.MoveTo(1, shift: true);
        Assert.Equal(["any", "zoo"], Selected());
        rows.MoveTo(500, shift: false);
        Assert.Equal(4, rows.Cursor);
    }

    [Fact]
    public void Selection_and_cursor_follow_the_names()
    {
        rows.Click(3, ctrl: false, shift: false);
        rows.Sort(FileOrder.Size);
        Assert.Equal(2, rows.Cursor);
        Assert.Equal(["b.txt"], Selected());
        rows.Show([File("new", 1, 1), File("b.txt", 31, 5)]);
        Assert.Equal(["b.txt"], Selected());
        rows.Show([File("new", 1, 1)]);
        Assert.Equal(-1, rows.Cursor);
        Assert.Equal(0, rows.SelectedCount);
    }

    [Fact]
    public void What_the_filter_hides_is_not_selected()
    {
        rows.SelectAll();
        rows.Narrow(" TXT ");
        Assert.Equal(["A.txt", "b.txt"], Names());
        Assert.Equal(["A.txt", "b.txt"], Selected());
        Assert.Equal(5, rows.Total);
        rows.Reset();
        Assert.Equal(0, rows.Count);
        Assert.Equal("", rows.Filter);
    }

    IEnumerable<string> Names() => rows.Range(0, rows.Count).Select(row => row.Entry.Name);

    IEnumerable<string> Selected() => rows.Selected.Select(entry => entry.Name);

    static FileEntry File(string name, long bytes, int day) => new(name, FileKind.File, bytes, start.AddDays(day), 0x1A4);

    static FileEntry Folder(string name) => new(name, FileKind.Folder, 0, start, 0x1ED);
}
