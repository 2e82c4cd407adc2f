using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web.Files;

/// <summary>A folder as people walk through it in the browser, on the cluster of this machine: many entries, odd names, the menu, the keyboard, dragging.</summary>
[Trait("Lane", "browser")]
public sealed class FolderInBrowserTests(Browser browser) : IAsyncLifetime
{
    static readonly LocatorAssertionsToContainTextOptions soon = new() { Timeout = 30_000 };

    PanelWithServer panel = default!;

    public async ValueTask InitializeAsync() => panel = await PanelWithServer.StartAsync();

    public ValueTask DisposeAsync() => panel.DisposeAsync();

    [Fact]
    public async Task A_hundred_thousand_entries_are_walked_through_by_keyboard()
    {
        var folder = Directory.CreateDirectory(Path.Combine(panel.Volume, "many")).FullName;
        for (var i = 1; i <= 100_000; i++) await File.WriteAllBytesAsync(Path.Combine(folder, $"r.{i}.mca"), []);
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync("many", soon);
        var begin = Stopwatch.GetTimestamp();
        await Row(page, "many").GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(Grid(page)).ToContainTextAsync("r.3.mca", soon);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first rows of 100,000 entries after {Stopwatch.GetElapsedTime(begin).TotalMilliseconds:0} ms"));
        await Expect(page.GetByText("100,000 entries", new() { Exact = true })).ToBeVisibleAsync();
        Assert.InRange(await page.Locator("[data-row]").CountAsync(), 5, 80);

        await FocusAsync(page);
        await page.Keyboard.PressAsync("End");
        await Expect(Grid(page)).ToContainTextAsync("r.100000.mca");
        await page.Keyboard.PressAsync("PageUp");
        await page.Keyboard.PressAsync("Home");
        await Expect(Grid(page)).ToContainTextAsync("r.1.mca");
        await page.Keyboard.TypeAsync("r.54321.");
        await Expect(Row(page, "r.54321.mca")).ToHaveAttributeAsync("aria-selected", "true");
        await page.Keyboard.PressAsync("Shift+ArrowDown");
        await Expect(page.GetByText("2 selected", new() { Exact = true })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Control+a");
        await Expect(page.GetByText("100,000 selected", new() { Exact = true })).ToBeVisibleAsync();
        await page.GetByLabel("Filter by name").FillAsync("R.777");
        await Expect(Row(page, "r.777.mca")).ToBeVisibleAsync();
        await Expect(page.GetByText("111 selected", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Keyboard_stays_with_the_list_from_folder_to_folder_and_after_a_box_was_ticked()
    {
        await panel.WriteAsync("/world/deep/r.mca", [1]);
        await panel.WriteAsync("/a.txt", [1]);
        Directory.CreateDirectory(Path.Combine(panel.Volume, "empty"));
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync("a.txt", soon);
        await Expect(Grid(page)).ToBeFocusedAsync();
        // down and up again by keys alone
        await page.Keyboard.TypeAsync("world");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Row(page, "deep")).ToBeVisibleAsync();
        await Expect(Grid(page)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(Row(page, "deep")).ToHaveAttributeAsync("aria-selected", "true");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Row(page, "r.mca")).ToBeVisibleAsync();
        await Expect(Grid(page)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Backspace");
        await Expect(Row(page, "deep")).ToBeVisibleAsync();
        await Expect(Grid(page)).ToBeFocusedAsync();
        // by mouse, by Back, and out of a folder that is empty
        await page.GoBackAsync();
        await Expect(Row(page, "r.mca")).ToBeVisibleAsync();
        await Expect(Grid(page)).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Folder" }).GetByRole(AriaRole.Link, new() { Name = "Files", Exact = true }).ClickAsync();
        await Row(page, "empty").GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(page.GetByText("This folder is empty")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Files", Exact = true })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Backspace");
        await Expect(Row(page, "a.txt")).ToBeVisibleAsync();
        await Expect(Grid(page)).ToBeFocusedAsync();
        await Expect(Grid(page).Locator(".cursor")).ToContainTextAsync("empty");
        // a box that was ticked keeps no keys from the list
        await Row(page, "a.txt").HoverAsync();
        await Row(page, "a.txt").GetByRole(AriaRole.Checkbox).ClickAsync();
        await Expect(page.GetByText("1 selected", new() { Exact = true })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("F2");
        await page.GetByLabel("New name").FillAsync("b.txt");
        await page.Keyboard.PressAsync("Enter");
        await Row(page, "b.txt").GetByRole(AriaRole.Checkbox).ClickAsync();
        await Row(page, "b.txt").GetByRole(AriaRole.Checkbox).ClickAsync();
        await Expect(page.GetByText("1 selected", new() { Exact = true })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Delete");
        await Expect(Grid(page)).Not.ToContainTextAsync("b.txt");
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Names_of_every_kind_are_shown_renamed_and_deleted()
    {
        await File.WriteAllTextAsync(Path.Combine(panel.Volume, "two\nlines.txt"), "x");
        await File.WriteAllTextAsync(Path.Combine(panel.Volume, "-rf"), "x");
        await File.WriteAllTextAsync(Path.Combine(panel.Volume, new string('n', 255)), "x");
        // a name that is no UTF-8 can be made by a program only
        await MakeAsync("caf\\351.txt");
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync("caf\\xE9.txt", soon);
        foreach (var (name, to) in (IEnumerable<(string, string)>)[("caf\\xE9.txt", "café.txt"), ("two\\nlines.txt", "one line.txt"), ("-rf", "rf"), (new string('n', 255), "short")])
        {
            await Row(page, name).ClickAsync(new() { Position = new() { X = 480, Y = 10 } });
            await page.Keyboard.PressAsync("F2");
            await page.GetByLabel("New name").FillAsync(to);
            await page.Keyboard.PressAsync("Enter");
            await Expect(Row(page, to)).ToBeVisibleAsync();
            Assert.True(File.Exists(Path.Combine(panel.Volume, to)));
        }
        await MakeAsync("odd\\377");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reload", Exact = true }).ClickAsync();
        await Row(page, "odd\\xFF").ClickAsync(new() { Position = new() { X = 480, Y = 10 } });
        await page.Keyboard.PressAsync("Delete");
        await Expect(Grid(page)).Not.ToContainTextAsync("odd");
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Menu_opens_by_right_click_and_by_keyboard_and_goes_away_by_Escape()
    {
        await panel.WriteAsync("/a.txt", [1]);
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync("a.txt", soon);
        await Row(page, "a.txt").ClickAsync(new() { Button = MouseButton.Right, Position = new() { X = 480, Y = 10 } });
        var menu = page.GetByRole(AriaRole.Menu, new() { Name = "What is chosen" });
        await Expect(menu.GetByRole(AriaRole.Menuitem, new() { Name = "Open" })).ToBeFocusedAsync();
        await visit.ScreenshotAsync("files-menu");
        await page.Keyboard.PressAsync("Escape");
        await Expect(menu).ToBeHiddenAsync();
        await Expect(Grid(page)).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Shift+F10");
        await Expect(menu).ToBeVisibleAsync();
        await page.Keyboard.TypeAsync("ren");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByLabel("New name").FillAsync("b.txt");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Row(page, "b.txt")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "More about the folder" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = "Folder tree" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Tree)).ToBeHiddenAsync();
        await page.ReloadAsync();
        await Expect(Grid(page)).ToContainTextAsync("b.txt", soon);
        await Expect(page.GetByRole(AriaRole.Tree)).ToBeHiddenAsync();
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Files_are_copied_cut_and_pasted_by_keyboard_and_dragged_onto_folders()
    {
        foreach (var name in (string[])["/a.txt", "/b.txt", "/one/x.txt"]) await panel.WriteAsync(name, [1, 2]);
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync("b.txt", soon);
        await Row(page, "a.txt").ClickAsync(new() { Position = new() { X = 480, Y = 10 } });
        await page.Keyboard.PressAsync("Control+c");
        await page.Keyboard.PressAsync("Control+v");
        await Expect(Row(page, "a (copy).txt")).ToBeVisibleAsync();

        await Row(page, "a.txt").ClickAsync(new() { Position = new() { X = 480, Y = 10 } });
        await page.Keyboard.PressAsync("Control+x");
        await Row(page, "one").GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(Grid(page)).ToContainTextAsync("x.txt");
        await FocusAsync(page);
        await page.Keyboard.PressAsync("Control+v");
        await Expect(Row(page, "a.txt")).ToBeVisibleAsync();
        Assert.Equal(["a.txt", "x.txt"], await panel.NamesAsync("/one"));
        await page.Keyboard.PressAsync("Backspace");
        await Expect(Grid(page)).ToContainTextAsync("b.txt");

        // two rows onto a folder of the list, and back by the toast
        await Row(page, "a (copy).txt").ClickAsync(new() { Position = new() { X = 480, Y = 10 } });
        await Row(page, "b.txt").ClickAsync(new() { Position = new() { X = 480, Y = 10 }, Modifiers = [KeyboardModifier.Control] });
        await Row(page, "b.txt").DragToAsync(Row(page, "one"));
        await Expect(Grid(page)).Not.ToContainTextAsync("b.txt");
        Assert.Equal(["a (copy).txt", "a.txt", "b.txt", "x.txt"], await panel.NamesAsync("/one"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).Last.ClickAsync();
        await Expect(Grid(page)).ToContainTextAsync("b.txt");
        Assert.Equal(["a.txt", "x.txt"], await panel.NamesAsync("/one"));

        // onto a branch of the tree, and from a folder onto the path
        await Row(page, "b.txt").DragToAsync(page.GetByRole(AriaRole.Treeitem, new() { Name = "one" }));
        await Expect(Grid(page)).Not.ToContainTextAsync("b.txt");
        await page.GetByRole(AriaRole.Treeitem, new() { Name = "one" }).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(Row(page, "b.txt")).ToBeVisibleAsync();
        await Row(page, "b.txt").DragToAsync(page.GetByRole(AriaRole.Navigation, new() { Name = "Folder" }).GetByRole(AriaRole.Link, new() { Name = "Files" }));
        await Expect(Grid(page)).Not.ToContainTextAsync("b.txt");
        Assert.Contains("b.txt", await panel.NamesAsync("/"));
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Many_are_renamed_by_what_they_have_in_common_and_back_by_undo()
    {
        foreach (var name in (string[])["/log-1.txt", "/log-2.txt", "/keep.cfg"]) await panel.WriteAsync(name, [1]);
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync("log-2.txt", soon);
        await Deadline.UntilAsync("selected rows", async () =>
        {
            await Grid(page).FocusAsync();
            await page.Keyboard.PressAsync("Control+a");
            return await page.GetByText(" selected").IsVisibleAsync();
        });
        await page.Keyboard.PressAsync("F2");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Find").FillAsync("log-(\\d)");
        await dialog.GetByLabel("Regular expression").CheckAsync();
        await dialog.GetByLabel("Replace with").FillAsync("keep.cfg");
        await Expect(dialog.GetByText("Another one would be called so too.").First).ToBeVisibleAsync();
        await dialog.GetByLabel("Replace with").FillAsync("old-$1");
        await Expect(dialog.GetByRole(AriaRole.List, new() { Name = "New names" })).ToContainTextAsync("old-2.txt");
        await visit.ScreenshotAsync("files-rename-many");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Rename 2", Exact = true }).ClickAsync();
        await Expect(Grid(page)).ToContainTextAsync("old-2.txt", soon);
        await Expect(Grid(page)).Not.ToContainTextAsync("log-1.txt");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();
        await Expect(Grid(page)).ToContainTextAsync("log-1.txt", soon);
        await Expect(Grid(page)).Not.ToContainTextAsync("old-2.txt");
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Hidden_files_sizes_and_details_are_there_when_asked_for()
    {
        await panel.WriteAsync("/.env", [1]);
        await panel.WriteAsync("/world/deep/level.dat", new byte[300_000]);
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync(".env", soon);
        await page.GetByRole(AriaRole.Button, new() { Name = "More about the folder" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = "Hidden files" }).ClickAsync();
        await Expect(Grid(page)).Not.ToContainTextAsync(".env");
        await page.ReloadAsync();
        await Expect(Grid(page)).ToContainTextAsync("world", soon);
        await Expect(Grid(page)).Not.ToContainTextAsync(".env");

        await Row(page, "world").ClickAsync(new() { Button = MouseButton.Right, Position = new() { X = 480, Y = 10 } });
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Measure" }).ClickAsync();
        await Expect(Row(page, "world")).ToContainTextAsync("KiB");
        await Row(page, "world").ClickAsync(new() { Button = MouseButton.Right, Position = new() { X = 480, Y = 10 } });
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Details" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("rwx");
        await visit.ScreenshotAsync("files-details");
        Assert.Empty(visit.ScriptErrors);
    }

    async Task MakeAsync(string name)
    {
        using var make = Process.Start("sh", ["-c", $"printf x > \"{panel.Volume}/$(printf '{name}')\""])!;
        await make.WaitForExitAsync().Within("a file of an odd name");
        Assert.Equal(0, make.ExitCode);
    }

    static ILocator Grid(IPage page) => page.GetByRole(AriaRole.Grid, new() { Name = "Files" });

    static ILocator Row(IPage page, string name) => Grid(page).GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByTitle(name, new() { Exact = true }) });

    static Task FocusAsync(IPage page) => Deadline.UntilAsync("a selected row", async () =>
    {
        await Grid(page).FocusAsync();
        await page.Keyboard.PressAsync("Home");
        return await page.GetByText("1 selected", new() { Exact = true }).IsVisibleAsync();
    });
}
