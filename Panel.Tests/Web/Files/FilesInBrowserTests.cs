using System.Security.Cryptography;
using System.Text;
using Microsoft.Playwright;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web.Files;

/// <summary>What people do with files in the browser, on the cluster of this machine.</summary>
[Trait("Lane", "browser")]
public sealed class FilesInBrowserTests(Browser browser) : IAsyncLifetime
{
    static readonly LocatorAssertionsToContainTextOptions soon = new() { Timeout = 30_000 };

    PanelWithServer panel = default!;

    public async ValueTask InitializeAsync() => panel = await PanelWithServer.StartAsync();

    public ValueTask DisposeAsync() => panel.DisposeAsync();

    [Fact]
    public async Task Files_are_uploaded_and_downloaded_byte_by_byte()
    {
        var bytes = RandomNumberGenerator.GetBytes(3_000_000);
        await panel.WriteAsync("/here.txt", [1]);
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync("here.txt", soon);
        await page.Locator("[data-part=picker]").SetInputFilesAsync((FilePayload[])[new() { Name = "wörld 1.bin", MimeType = "x/y", Buffer = bytes }, new() { Name = "here.txt", MimeType = "text/plain", Buffer = "new"u8.ToArray() }]);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Replace" }).ClickAsync();
        await Expect(page.GetByText("Uploaded 2 files")).ToBeVisibleAsync();
        await Expect(Grid(page)).ToContainTextAsync("wörld 1.bin");
        Assert.Equal(bytes, await panel.ReadAsync("/wörld 1.bin"));
        Assert.Equal("new"u8.ToArray(), await panel.ReadAsync("/here.txt"));

        var row = Grid(page).GetByRole(AriaRole.Row).Filter(new() { HasText = "wörld 1.bin" });
        await row.HoverAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => row.GetByRole(AriaRole.Link, new() { Name = "Download wörld 1.bin" }).ClickAsync());
        Assert.Equal("wörld 1.bin", download.SuggestedFilename);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(await download.PathAsync()));
    }

    [Fact]
    public async Task A_file_keeps_its_mark_and_line_ends()
    {
        await panel.WriteAsync("/config.yml", [0xEF, 0xBB, 0xBF, .. "a: 1\r\nb: ü\r\n"u8]);
        await using var visit = await OpenAsync("config.yml");
        await TypeAsync(visit.Page, "x");
        await visit.Page.Keyboard.PressAsync("Control+s");
        await Expect(visit.Page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Equal([0xEF, 0xBB, 0xBF, .. "xa: 1\r\nb: ü\r\n"u8], await panel.ReadAsync("/config.yml"));
    }

    [Fact]
    public async Task Who_saves_second_is_asked()
    {
        await panel.WriteAsync("/config.yml", "one: 1\n"u8.ToArray());
        await using var first = await OpenAsync("config.yml");
        await using var second = await OpenAsync("config.yml");
        await TypeAsync(first.Page, "A");
        await first.Page.Keyboard.PressAsync("Control+s");
        await Expect(first.Page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();

        await TypeAsync(second.Page, "B");
        await second.Page.Keyboard.PressAsync("Control+s");
        var dialog = second.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        Assert.Equal("Aone: 1\n", Encoding.UTF8.GetString(await panel.ReadAsync("/config.yml")));
        await Expect(second.Page.GetByText("Unsaved changes")).ToBeVisibleAsync();

        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Keep mine, replace theirs" }).ClickAsync();
        await Expect(second.Page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Equal("Bone: 1\n", Encoding.UTF8.GetString(await panel.ReadAsync("/config.yml")));

        await TypeAsync(first.Page, "C");
        await first.Page.Keyboard.PressAsync("Control+s");
        await first.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Take theirs, lose my changes" }).ClickAsync();
        await Expect(first.Page.Locator(".view-lines")).ToContainTextAsync("Bone");
    }

    [Fact]
    public async Task Leaving_with_changes_asks_first()
    {
        await panel.WriteAsync("/config.yml", "one: 1\n"u8.ToArray());
        await using var visit = await OpenAsync("config.yml");
        await TypeAsync(visit.Page, "A");
        await Expect(visit.Page.GetByText("Unsaved changes")).ToBeVisibleAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Close the file" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(visit.Page.Locator(".view-lines")).ToContainTextAsync("Aone");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Close the file" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();
        await Expect(Grid(visit.Page)).ToContainTextAsync("config.yml", soon);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Keys_alone_rename_and_delete()
    {
        foreach (var name in (string[])["/a.txt", "/b.txt", "/c.txt"]) await panel.WriteAsync(name, [1]);
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync("c.txt", soon);
        await Deadline.UntilAsync("a selected row", async () =>
        {
            await Grid(page).FocusAsync();
            await page.Keyboard.PressAsync("End");
            return await page.GetByText("1 selected").IsVisibleAsync();
        });
        await page.Keyboard.PressAsync("F2");
        await page.GetByLabel("New name").FillAsync("z.txt");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Grid(page)).ToContainTextAsync("z.txt");
        await Expect(page.GetByLabel("New name")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("Delete");
        await Expect(Grid(page)).Not.ToContainTextAsync("z.txt");
        Assert.Equal(["a.txt", "b.txt"], (await panel.NamesAsync("/")).Where(name => name.EndsWith(".txt", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_was_deleted_comes_back_by_undo_and_from_the_bin()
    {
        foreach (var name in (string[])["/keep.txt", "/world/level.dat", "/world/deep/r.mca"]) await panel.WriteAsync(name, [1, 2, 3]);
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync("keep.txt", soon);
        await Row(page, "world").ClickAsync(new() { Position = new() { X = 300, Y = 10 } });
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(Grid(page)).Not.ToContainTextAsync("world");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();
        await Expect(Grid(page)).ToContainTextAsync("world");
        Assert.Equal([1, 2, 3], await panel.ReadAsync("/world/deep/r.mca"));

        await Row(page, "world").ClickAsync(new() { Position = new() { X = 300, Y = 10 } });
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(Grid(page)).Not.ToContainTextAsync("world");
        await page.GetByRole(AriaRole.Button, new() { Name = "Bin", Exact = true }).ClickAsync();
        var bin = page.GetByRole(AriaRole.Dialog);
        await Expect(bin.GetByTestId("deleted")).ToContainTextAsync("world");
        await visit.ScreenshotAsync("files-bin");
        await bin.GetByRole(AriaRole.Button, new() { Name = "Restore" }).ClickAsync();
        await Expect(bin).ToContainTextAsync("The bin is empty.");
        await bin.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).Last.ClickAsync();
        await Expect(Grid(page)).ToContainTextAsync("world");
        Assert.Equal([1, 2, 3], await panel.ReadAsync("/world/level.dat"));
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Copy_beside_its_original_has_a_name_of_its_own()
    {
        await panel.WriteAsync("/level.dat", [1, 2, 3]);
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync("level.dat", soon);
        foreach (var copy in (string[])["level (copy).dat", "level (copy 2).dat"])
        {
            await Row(page, "level.dat").ClickAsync(new() { Position = new() { X = 300, Y = 10 } });
            await page.GetByRole(AriaRole.Button, new() { Name = "Copy", Exact = true }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Copy here" }).ClickAsync();
            await Expect(Grid(page)).ToContainTextAsync(copy);
            Assert.Equal([1, 2, 3], await panel.ReadAsync("/" + copy));
        }
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Earlier_version_is_compared_taken_over_and_saved()
    {
        await panel.WriteAsync("/config.yml", "one: 1\n"u8.ToArray());
        await using var visit = await OpenAsync("config.yml");
        var page = visit.Page;
        await TypeAsync(page, "A");
        await page.GetByRole(AriaRole.Button, new() { Name = "What is not saved yet" }).ClickAsync();
        await Expect(page.GetByTestId("compare")).ToContainTextAsync("Aone");
        await visit.ScreenshotAsync("files-compare");
        await page.GetByRole(AriaRole.Button, new() { Name = "What is not saved yet" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Earlier versions" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Until" }).ClickAsync();
        await Expect(page.GetByTestId("compare")).ToContainTextAsync("one");
        await visit.ScreenshotAsync("files-earlier");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use this version" }).ClickAsync();
        await Expect(page.GetByText("Unsaved changes")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Equal("one: 1\n", Encoding.UTF8.GetString(await panel.ReadAsync("/config.yml")));
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Text_is_found_and_opened_at_its_line()
    {
        await panel.WriteAsync("/config/deep/server.cfg", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 300).Select(line => line == 217 ? "the needle\n" : $"line {line}\n"))));
        await panel.WriteAsync("/config/needle.jar", [0, 1, 2]);
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync("config", soon);
        await page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Search for").FillAsync("NEEDLE");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();
        await Expect(dialog.GetByTestId("found")).ToContainTextAsync("needle.jar", soon);
        await Expect(dialog.GetByTestId("found")).Not.ToContainTextAsync("server.cfg");
        await dialog.GetByLabel("Search for").FillAsync("nobody");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("Nothing below / is called “nobody”.", soon);
        await Expect(dialog).Not.ToContainTextAsync("0 found");
        await dialog.GetByLabel("Search for").FillAsync("NEEDLE");
        await dialog.GetByRole(AriaRole.Radio, new() { Name = "In contents", Exact = true }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();
        await Expect(dialog.GetByTestId("found")).ToContainTextAsync("the needle", soon);
        await visit.ScreenshotAsync("files-search");
        await dialog.GetByText("the needle").ClickAsync();
        await Expect(page.Locator(".view-lines")).ToContainTextAsync("needle", soon);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Permissions_and_checksums_are_shown_and_changed()
    {
        await panel.WriteAsync("/run.sh", "#!/bin/sh\n"u8.ToArray());
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync("run.sh", soon);
        await Row(page, "run.sh").ClickAsync(new() { Button = MouseButton.Right, Position = new() { X = 300, Y = 10 } });
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Permissions" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Owner: Run", new() { Exact = true }).CheckAsync();
        await Expect(dialog.GetByLabel("In octal")).ToHaveValueAsync("744");
        await dialog.GetByLabel("In octal").FillAsync("4755");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Change", Exact = true }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("are not given");
        await dialog.GetByLabel("In octal").FillAsync("0755");
        await visit.ScreenshotAsync("files-mode");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Change", Exact = true }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        await Row(page, "run.sh").ClickAsync(new() { Button = MouseButton.Right, Position = new() { X = 300, Y = 10 } });
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Details" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("rwxr-xr-x");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Calculate", Exact = true }).ClickAsync();
        await Expect(dialog).ToContainTextAsync(Convert.ToHexStringLower(SHA256.HashData("#!/bin/sh\n"u8)), soon);
        await visit.ScreenshotAsync("files-details");
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task File_is_fetched_from_an_address_and_one_inside_is_refused()
    {
        await using var site = await FileServer.StartAsync();
        site.Put("/plugin.jar", "the plugin");
        await using var open = await PanelWithServer.StartAsync(app => app.With("Panel:Files:Pulls:AllowedNetworks:0", "127.0.0.1/32"));
        await open.WriteAsync("/here.txt", "here"u8.ToArray());
        await using var visit = await open.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync("here.txt", soon);     // before that nothing can be fetched into the folder
        foreach (var (address, says) in ((string, string)[])[("http://127.0.0.2/inside", "no address of the open network"), (site.Address + "/plugin.jar", "/plugin.jar")])
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "More about the folder", Exact = true }).ClickAsync();
            await page.GetByRole(AriaRole.Menuitem, new() { Name = "Fetch from address" }).ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await dialog.GetByLabel("Address", new() { Exact = true }).FillAsync("notaurl");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Fetch", Exact = true }).ClickAsync();
            await Expect(dialog).ToContainTextAsync("This is no address such as");
            await dialog.GetByLabel("Address", new() { Exact = true }).FillAsync(address);
            await visit.ScreenshotAsync("files-fetch");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Fetch", Exact = true }).ClickAsync();
            await Expect(page.GetByTestId("job").First).ToContainTextAsync(says, soon);
        }
        await Expect(Grid(page)).ToContainTextAsync("plugin.jar", soon);
        await visit.ScreenshotAsync("files-jobs");
        Assert.Equal("the plugin"u8.ToArray(), await open.ReadAsync("/plugin.jar"));
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Folder_is_archived_and_extracted_and_what_exists_is_asked_about()
    {
        foreach (var (name, text) in ((string, string)[])[("/world/level.dat", "old"), ("/world/region/r.mca", "12345")]) await panel.WriteAsync(name, Encoding.UTF8.GetBytes(text));
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(Grid(page)).ToContainTextAsync("world", soon);
        await Row(page, "world").ClickAsync(new() { Position = new() { X = 300, Y = 10 } });
        await page.GetByRole(AriaRole.Button, new() { Name = "Archive", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByLabel("Name")).ToHaveValueAsync("world");
        await dialog.GetByText(".tar.gz").ClickAsync();
        await visit.ScreenshotAsync("files-archive");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Archive", Exact = true }).ClickAsync();
        await Expect(Grid(page)).ToContainTextAsync("world.tar.gz", soon);

        // over what is there: asked, and kept; then asked, and replaced
        await panel.WriteAsync("/world/level.dat", "mine"u8.ToArray());
        foreach (var (answer, stays) in ((string, string)[])[("Keep mine", "mine"), ("Replace", "old")])
        {
            await Row(page, "world.tar.gz").ClickAsync(new() { Position = new() { X = 300, Y = 10 } });
            await page.GetByRole(AriaRole.Button, new() { Name = "Extract", Exact = true }).ClickAsync();
            // all of it is in one folder: no second one around it
            await Expect(dialog.GetByLabel("Into the folder")).ToHaveValueAsync("/");
            await Expect(dialog.GetByTestId("outcome")).ToHaveTextAsync("All of it is in the folder world: it comes out as /world.");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Folder world", Exact = true }).ClickAsync();
            await Expect(dialog.GetByTestId("outcome")).ToContainTextAsync("comes out as /world/world");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "This folder", Exact = true }).ClickAsync();
            await visit.ScreenshotAsync("files-extract");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Extract", Exact = true }).ClickAsync();
            var job = page.GetByTestId("job").First;
            await Expect(job).ToContainTextAsync("2 files are there already", soon);
            // the question outlives the page
            await page.ReloadAsync();
            await job.GetByRole(AriaRole.Button, new() { Name = "Answer…", Exact = true }).ClickAsync();
            await Expect(dialog).ToContainTextAsync("world/level.dat");
            await visit.ScreenshotAsync("files-exists");
            await dialog.GetByRole(AriaRole.Button, new() { Name = answer, Exact = true }).ClickAsync();
            await Expect(job).ToContainTextAsync("entries in /", soon);
            Assert.Equal(stays, Encoding.UTF8.GetString(await panel.ReadAsync("/world/level.dat")));
            await job.GetByRole(AriaRole.Button, new() { Name = "Close world.tar.gz", Exact = true }).ClickAsync();
        }
        Assert.Empty(visit.ScriptErrors);
    }

    static ILocator Row(IPage page, string name) => Grid(page).GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }) });

    static ILocator Grid(IPage page) => page.GetByRole(AriaRole.Grid, new() { Name = "Files" });

    async Task<Visit> OpenAsync(string name)
    {
        var visit = await panel.OpenAsync(browser, $"/files?edit={name}");
        await Expect(visit.Page.Locator(".view-lines")).ToContainTextAsync("1", soon);
        return visit;
    }

    static async Task TypeAsync(IPage page, string text)
    {
        await page.Locator(".view-lines").ClickAsync();
        await page.Keyboard.PressAsync("Control+Home");
        await page.Keyboard.TypeAsync(text);
        await Expect(page.GetByText("Unsaved changes")).ToBeVisibleAsync();
    }
}
